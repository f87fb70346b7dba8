"""What is new in files that somebody appends to, and only appends: whole lines, range by range.

How far a table has taken a file is a number of bytes. Beside it the table keeps a seal of the
bytes just before, so that a file that was rewritten is not mistaken for one that has grown.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from agent_worker.capabilities.reading.delimited import WIDE, sniff_text
from agent_worker.capabilities.text_table import LINE_BYTES_MAX
from agent_worker.domain.batches import Batch
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.sniffing.head_lines import RECORD_LINES_MAX

SEALED_BYTES = 4096
"""Bytes before a position that its seal is of: a few lines, and one block of any disk."""

COPIED_BYTES = 1024 * 1024
"""Bytes copied at a time."""


@dataclass(frozen=True, slots=True)
class Taken:
    """How far a table has taken a file."""

    position: int
    seal: int


def new_batches(path: Path, stem: str, taken: Taken | None, rows_max: int) -> Iterator[Batch]:
    """Yield what is new in a file, in order; nothing where it has no whole line yet.

    Raises:
        ActionFailedError: what was taken of the file is not there any more.
    """
    size = path.stat().st_size
    begin = _begin(path, taken)
    if begin is None or begin >= size:
        return
    since = None if taken is None else taken.position
    for first, last in _cuts(path, begin, size, rows_max):
        yield Batch(
            name=f"{stem}-{first:012d}-{last:012d}",
            strand=path.as_uri(),
            since=since,
            begin=first,
            end=last,
            seal=seal_of(path, last),
        )
        since = last


def copy_batch(path: Path, batch: Batch, target: Path) -> None:
    """Write the file's header and the batch's lines.

    Raises:
        ActionFailedError: they are not there any more.
    """
    with path.open("rb") as source, target.open("wb") as copy:
        copy.write(_read_header(source, path))
        source.seek(batch.begin)
        left = batch.end - batch.begin
        for chunk in iter(partial(_read_some, source, left), b""):
            copy.write(chunk)
            left -= len(chunk)
            if not left:
                break
    if left or seal_of(path, batch.end) != batch.seal:
        raise _rewritten(path)


def seal_of(path: Path, position: int) -> int:
    """Return a number that tells what stands in the file just before the position."""
    begin = max(0, position - SEALED_BYTES)
    with path.open("rb") as source:
        source.seek(begin)
        digest = sha256(source.read(position - begin)).digest()
    # A table's log keeps numbers of 63 bits.
    return int.from_bytes(digest[:8]) >> 1


def _begin(path: Path, taken: Taken | None) -> int | None:
    """Return where the new lines begin; None when the header is not whole yet."""
    if taken is None:
        with path.open("rb") as source:
            first = _first_line(source)
            if not first.endswith(b"\n"):
                return None
            source.seek(0)
            _read_header(source, path)
            return source.tell()
    if path.stat().st_size < taken.position or seal_of(path, taken.position) != taken.seal:
        raise _rewritten(path)
    return taken.position


def _first_line(source: BinaryIO) -> bytes:
    """Return the first line that is not blank."""
    lines = iter(partial(source.readline, LINE_BYTES_MAX), b"")
    return next((line for line in lines if line.strip()), b"")


def _read_header(source: BinaryIO, path: Path) -> bytes:
    """Read up to the first row and return the header, without what stands above it."""
    dialect = sniff_text(path)
    if dialect.newline != "\n" or dialect.encoding.startswith(WIDE):
        raise ActionFailedError(
            "source_cannot_grow",
            f"{path.as_uri()} is in {dialect.encoding} with lines that end in "
            f"{dialect.newline!r}; what is appended to it cannot be told line by line",
            remedy="Append to a file in UTF-8 with line feeds, or take the whole file with "
            "ingest_table.",
        )
    lines = [source.readline(LINE_BYTES_MAX) for _ in range(dialect.body_begin)]
    return b"".join(lines[dialect.header_begin :])


def _read_some(source: BinaryIO, left: int) -> bytes:
    return source.read(min(left, COPIED_BYTES))


def _cuts(path: Path, begin: int, size: int, rows_max: int) -> Iterator[tuple[int, int]]:
    """Yield ranges of whole lines, cut where no quoted field is open."""
    with path.open("rb") as source:
        source.seek(begin)
        first = last = at = begin
        lines, is_open = 0, False
        while at < size and (line := source.readline(min(LINE_BYTES_MAX, size - at))):
            at += len(line)
            is_open ^= line.count(b'"') % 2 == 1
            if not line.endswith(b"\n"):
                continue
            lines, last = lines + 1, at
            # A quote that never closes must not hold the file up for ever.
            if lines >= rows_max and (not is_open or lines >= rows_max + RECORD_LINES_MAX):
                yield first, last
                first, lines, is_open = last, 0, False
        if last > first:
            yield first, last


def _rewritten(path: Path) -> ActionFailedError:
    return ActionFailedError(
        "source_rewritten",
        f"{path.as_uri()} was changed where the table has taken it already; only what is appended "
        "can be taken",
        remedy="Put new content behind the old, or into a file of a new name; to take all of it "
        "anew, use a new table.",
    )
