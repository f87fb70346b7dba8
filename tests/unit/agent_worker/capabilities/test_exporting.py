"""A data set is there whole or not at all, and the same input makes the same bytes."""

import hashlib
from pathlib import Path
from typing import cast

import pytest

from agent_worker.domain.dataset import Manifest
from shared.contracts.vocabulary import Artifact, Failure, Parameters
from tests.unit.agent_worker.workbench import Workbench

ROWS = [f"{number},N{number},{number / 4}" for number in range(1, 101)]
FORMATS = pytest.mark.parametrize("file_format", ["csv", "parquet"])


def prepare(bench: Workbench, *, key: tuple[str, ...] = (), quality_min: float = 0.0) -> Artifact:
    bench.write("a.csv", "id,name,share", *ROWS[:60], ROWS[3], "broken")
    bench.write("b.csv", "id,name,share", *ROWS[60:])
    return bench.propose(key=key, quality_min=quality_min)[0]


def export(
    bench: Workbench, contract: Artifact, file_format: str = "csv", *, attempt: int = 1
) -> tuple[Parameters, Manifest, Path]:
    """Clean and export everything; return the report, the manifest and its folder."""
    parts = (*bench.clean(contract, attempt=attempt), contract)
    parameters: Parameters = {"dataset": "trips", "format": file_format}
    outcome = bench.attempt("export_dataset", parameters, parts, attempt=attempt)
    assert outcome.failure is None, outcome.failure
    (artifact,) = outcome.artifacts
    path = bench.workshop.store.fetch(artifact.uri)
    manifest = Manifest.model_validate_json(path.read_bytes())
    return cast("Parameters", outcome.facts["report"]), manifest, path.parent


def failure_of(bench: Workbench, contract: Artifact) -> Failure:
    parts = (*bench.clean(contract), contract)
    failure = bench.attempt("export_dataset", {"dataset": "trips", "format": "csv"}, parts).failure
    assert failure is not None
    return failure


def bytes_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@FORMATS
def test_the_manifest_names_every_file_with_its_hash(bench: Workbench, file_format: str) -> None:
    _, manifest, folder = export(bench, prepare(bench), file_format)
    named = {each.path: each.sha256 for each in (*manifest.files, *manifest.quarantine)}
    found = bytes_in(folder)
    del found["manifest.json"]
    assert named == {name: hashlib.sha256(content).hexdigest() for name, content in found.items()}
    assert [each.source for each in manifest.files] == ["a", "b"]


@FORMATS
def test_the_files_hold_the_clean_rows_and_the_quarantine(
    bench: Workbench, file_format: str
) -> None:
    report, manifest, folder = export(bench, prepare(bench), file_format)
    read = bench.workshop.connection.read_csv
    if file_format == "parquet":
        read = bench.workshop.connection.read_parquet
    rows = [row for each in manifest.files for row in read(str(folder / each.path)).fetchall()]
    assert len(rows) == manifest.rows == report["rows_out"] == 100
    assert rows[0] == (1, "N1", 0.25, "a.csv", 1)
    assert [each.name for each in manifest.columns][:3] == ["id", "name", "share"]
    (quarantine,) = manifest.quarantine
    assert (quarantine.source, quarantine.rows) == ("a", 1)


@FORMATS
def test_the_same_input_makes_the_same_bytes_in_the_same_folder(
    bench: Workbench, file_format: str
) -> None:
    contract = prepare(bench)
    _, _, first = export(bench, contract, file_format)
    before = bytes_in(first)
    _, _, second = export(bench, contract, file_format, attempt=2)
    assert first == second
    assert bytes_in(second) == before


def test_other_rows_make_another_version_beside_the_former(bench: Workbench) -> None:
    _, former, first = export(bench, prepare(bench))
    bench.write("b.csv", "id,name,share", *ROWS[60:99])
    _, latter, second = export(bench, bench.propose()[0], attempt=2)
    assert first.parent == second.parent
    assert former.version != latter.version
    assert former.content_hash != latter.content_hash


def test_the_format_changes_no_content_hash(bench: Workbench) -> None:
    contract = prepare(bench)
    reports = [export(bench, contract, each)[0] for each in ("csv", "parquet")]
    assert reports[0]["content_hash"] == reports[1]["content_hash"]
    assert reports[0]["version"] != reports[1]["version"]


def test_too_low_a_quality_exports_nothing(bench: Workbench) -> None:
    assert failure_of(bench, prepare(bench, quality_min=0.9999)).code == "quality_below_minimum"
    assert not (bench.store / "datasets").exists()


def test_a_key_that_repeats_across_files_exports_nothing(bench: Workbench) -> None:
    bench.write("a.csv", "id,name", "1,a", "2,b")
    bench.write("b.csv", "id,name", "2,c", "3,d")
    assert failure_of(bench, bench.propose(key=("id",))[0]).code == "key_not_unique"


def test_an_unknown_format_is_refused(bench: Workbench) -> None:
    contract = prepare(bench)
    parts = (*bench.clean(contract), contract)
    failure = bench.attempt("export_dataset", {"dataset": "d", "format": "xml"}, parts).failure
    assert failure is not None
    assert failure.code == "parameters_invalid"
    assert not (bench.store / "datasets").exists()


def test_what_fails_before_the_end_leaves_no_manifest(bench: Workbench) -> None:
    contract = prepare(bench)
    parts = (*bench.clean(contract), contract)
    bench.workshop.store.fetch(parts[0].uri).write_bytes(b"other")
    failure = bench.attempt("export_dataset", {"dataset": "d", "format": "csv"}, parts).failure
    assert failure is not None
    assert failure.code == "artifact_changed"
    assert [*bench.store.rglob("manifest.json")] == []
