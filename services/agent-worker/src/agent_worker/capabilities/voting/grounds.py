"""The rows of a partition that an elector may draw from, each with its physical number.

A file is read whole where that is quick. Of a large text, some windows are read that differ from
elector to elector, and the lines above them are counted, so that a row has the same number for
whoever looks at it again.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from agent_worker.capabilities.partitions import load_meant, open_partition
from agent_worker.capabilities.reading.delimited import load_lines, sniff_text
from agent_worker.capabilities.reading.files import is_plain_text
from agent_worker.capabilities.reading.plain_lines import TextLine
from agent_worker.capabilities.reading.ranges import TextRange, range_of
from agent_worker.capabilities.text_table import LINE_BYTES_MAX, TextTable
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.dialect import Dialect
from agent_worker.domain.sniffing.head_lines import RECORD_LINES_MAX
from agent_worker.domain.voting.samples import draw

GROUND_BYTES_MAX = 32 * 1024 * 1024
"""Of a text that is read whole, and of all windows of one that is not: a second of work."""

WINDOWS = 8
"""Places of a large text; what stands together is often alike, so one would tell too little."""

COUNTED_BYTES_MAX = 4 * 1024 * 1024 * 1024
"""Of a large text: windows lie in its beginning, whose lines are counted within seconds."""

RANGE_BYTES_MAX = 4 * 1024 * 1024
"""Of all windows of a range of a large file: several ranges are looked at."""

BLOCK_BYTES = 1024 * 1024
"""Bytes in which lines are counted at a time."""


def read_ground(
    workshop: Workshop, uri: str, seed: str, *, bytes_max: int = GROUND_BYTES_MAX
) -> TextTable:
    """Load the rows of a partition that the seed's elector may draw from.

    Args:
        workshop: The child's tools.
        uri: The partition.
        seed: What decides the windows.
        bytes_max: Of a text that is read whole, and of all windows of one that is not.

    Raises:
        ActionFailedError: it is missing, lies where nobody may read, or is no table.
    """
    path = open_partition(workshop, uri)
    dialect = _windowed_dialect(path, uri, bytes_max)
    if dialect is None:
        return load_meant(workshop, path, uri)
    part = range_of(uri)
    first, end = (part.begin, part.end) if part else (0, path.stat().st_size)
    window_bytes = min(bytes_max, RANGE_BYTES_MAX if part else bytes_max) // WINDOWS
    size = min(end - first, COUNTED_BYTES_MAX)
    begins = sorted(first + place for place in draw(f"{seed}:{uri}", WINDOWS, size))
    windows = [(begin, min(begin + window_bytes, end)) for begin in begins]
    with path.open("rb") as source:
        number = _go_to_body(source, dialect, part)
        return _load(workshop, _window_lines(source, number, windows), dialect)


def read_rows(
    workshop: Workshop, uri: str, numbers: Collection[int], *, bytes_max: int = GROUND_BYTES_MAX
) -> TextTable:
    """Load at least these rows of a partition; raises as `read_ground` does."""
    path = open_partition(workshop, uri)
    dialect = _windowed_dialect(path, uri, bytes_max)
    if dialect is None:
        return load_meant(workshop, path, uri)
    with path.open("rb") as source:
        first = _go_to_body(source, dialect, range_of(uri))
        return _load(workshop, _lines_at(source, first, sorted({*numbers} - {0})), dialect)


def _load(workshop: Workshop, lines: Iterable[TextLine], dialect: Dialect) -> TextTable:
    name = workshop.new_table_name()
    return load_lines(
        workshop.connection, lines, dialect=dialect, name=name, scratch=workshop.scratch
    )


def _windowed_dialect(path: Path, uri: str, bytes_max: int) -> Dialect | None:
    """Return the layout of a text that is too large to be read whole; None for all else."""
    part = range_of(uri)
    is_small = part is None and path.stat().st_size <= bytes_max
    if is_small or not is_plain_text(path):
        return None
    dialect = sniff_text(path, part)
    is_countable = dialect.newline == "\n" and not dialect.encoding.startswith(("utf-16", "utf-32"))
    return dialect if is_countable else None


def _go_to_body(source: BinaryIO, dialect: Dialect, part: TextRange | None) -> int:
    """Go to the first line of the rows, of a range if there is one; return its number."""
    if part is None or not part.begin:
        _skip(source, dialect.body_begin)
        return 1
    source.seek(part.begin)
    return part.line


def _window_lines(
    source: BinaryIO, number: int, windows: Sequence[tuple[int, int]]
) -> Iterator[TextLine]:
    """Yield the whole lines of each window with their numbers; the first to come has this one."""
    for begin, end in windows:
        number += _count_up_to(source, begin)
        position = source.tell()
        while position < end and (line := source.readline(LINE_BYTES_MAX)):
            yield number, line
            position += len(line)
            number += 1


def _count_up_to(source: BinaryIO, begin: int) -> int:
    """Go on to the first line that begins behind a place; return how many lines that passes."""
    counted = 0
    left = begin - source.tell()
    while left > 0 and (block := source.read(min(left, BLOCK_BYTES))):
        counted += block.count(b"\n")
        left -= len(block)
    if left < 0 or not begin:
        return 0
    return counted + _skip(source, 1)


def _lines_at(source: BinaryIO, following: int, numbers: Sequence[int]) -> Iterator[TextLine]:
    """Yield the lines of these numbers, each with those behind it that may belong to its record.

    Args:
        source: The file.
        following: The number of the line that comes next.
        numbers: The lines that are wanted, in order.
    """
    for number in numbers:
        if number < following:
            continue
        following += _skip(source, number - following)
        for _ in range(RECORD_LINES_MAX):
            line = source.readline(LINE_BYTES_MAX)
            if not line:
                return
            yield following, line
            following += 1


def _skip(source: BinaryIO, lines: int) -> int:
    """Pass so many lines, or all that are left; return how many they were."""
    left = lines
    while left and (block := source.read(BLOCK_BYTES)):
        found = block.count(b"\n")
        if found >= left:
            rest = block.split(b"\n", left)[-1]
            source.seek(-len(rest), 1)
            return lines
        left -= found
    return lines - left
