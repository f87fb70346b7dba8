"""Packed files: gzip, Zstandard, and zip archives of one file, known by their first bytes."""

import gzip
import zipfile
import zlib
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, BinaryIO, cast

from backports import zstd

from agent_worker.domain.failures import ActionFailedError

UNPACKED_BYTES_MAX = 20 * 1024**3
"""What one file may become: more than the largest source that a goal is made for."""

RATIO_MAX = 200
"""How many times as long a file may become: text packs by 5 to 50, a bomb by 1000 and more."""

FREE_BYTES = 100 * 1024**2
"""What any file may become whatever the ratio: as harmless as a file of that size."""

CHUNK_BYTES = 1024 * 1024
"""Bytes unpacked at a time."""

ARCHIVE = b"PK\x03\x04"
"""How zip archives begin, workbooks among them."""

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"

WORKBOOK_PARTS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
"""A member that makes a zip archive a workbook: of Excel's two formats, or OpenDocument."""


@contextmanager
def unpacked(path: Path, scratch: Path) -> Generator[Path]:
    """Yield the file itself, or what is packed in it, in the scratch folder for as long.

    Raises:
        ActionFailedError: it is damaged, holds several files, or becomes too long.
    """
    opener = _opener(path)
    if opener is None:
        yield path
        return
    folder = scratch / "unpacked"
    folder.mkdir(exist_ok=True)
    target = folder / path.name
    try:
        with opener() as source, target.open("wb") as copy:
            _copy(source, copy, path)
        yield target
    except (zlib.error, EOFError, zstd.ZstdError, gzip.BadGzipFile, zipfile.BadZipFile) as error:
        raise _damaged(path, error) from error
    finally:
        target.unlink(missing_ok=True)


def head_of(path: Path, size: int) -> bytes:
    """Return the first bytes of what the file holds; raises as `unpacked` does."""
    opener = _opener(path)
    try:
        with path.open("rb") if opener is None else opener() as source:
            return source.read(size)
    except (zlib.error, EOFError, zstd.ZstdError, gzip.BadGzipFile, zipfile.BadZipFile) as error:
        raise _damaged(path, error) from error


def check_archive(path: Path) -> None:
    """Refuse an archive whose members together would be too long; raises as `unpacked` does."""
    with zipfile.ZipFile(path) as archive:
        total = sum(member.file_size for member in archive.infolist())
    if total > _bytes_max(path):
        raise _too_long(path)


def is_packed(path: Path) -> bool:
    """Tell whether a file has to be unpacked to be read."""
    return _opener(path) is not None


def is_workbook(path: Path) -> bool:
    """Tell whether a zip archive is a workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            return not {*WORKBOOK_PARTS}.isdisjoint(archive.namelist())
    except zipfile.BadZipFile as error:
        raise _damaged(path, error) from error


def _opener(path: Path) -> Callable[[], IO[bytes]] | None:
    with path.open("rb") as source:
        begin = source.read(4)
    if begin.startswith(_GZIP):
        return lambda: cast("IO[bytes]", gzip.GzipFile(path))
    if begin == _ZSTD:
        return lambda: cast("IO[bytes]", zstd.ZstdFile(path))
    if begin == ARCHIVE and not is_workbook(path):
        return partial(_open_single, path)
    return None


def _open_single(path: Path) -> IO[bytes]:
    archive = zipfile.ZipFile(path)
    members = [
        member
        for member in archive.infolist()
        if not member.is_dir() and not member.filename.startswith("__MACOSX/")
    ]
    if len(members) != 1:
        named = ", ".join(member.filename for member in members[:5])
        raise ActionFailedError(
            "source_archive_ambiguous",
            f"{path.name} holds {len(members)} files: {named}",
            remedy="Unpack it and name the files that are meant.",
        )
    return archive.open(members[0])


def _copy(source: IO[bytes], copy: BinaryIO, path: Path) -> None:
    left = _bytes_max(path)
    for chunk in iter(partial(source.read, CHUNK_BYTES), b""):
        left -= len(chunk)
        if left < 0:
            raise _too_long(path)
        copy.write(chunk)


def _bytes_max(path: Path) -> int:
    return min(UNPACKED_BYTES_MAX, max(FREE_BYTES, RATIO_MAX * path.stat().st_size))


def _too_long(path: Path) -> ActionFailedError:
    return ActionFailedError(
        "source_expands_too_far",
        f"{path.name} has {path.stat().st_size} bytes and holds more than {_bytes_max(path)}: "
        f"more than {RATIO_MAX} times as much, or too much for one file",
        remedy="Unpack it yourself if you trust it, and split what is in it.",
    )


def _damaged(path: Path, error: Exception) -> ActionFailedError:
    return ActionFailedError(
        "source_archive_damaged",
        f"{path.name} cannot be unpacked: {error or 'it ends too early'}",
        remedy="Transfer the file again and compare its checksum.",
    )
