"""Large text files as several partitions, so that what a task holds does not grow with the file.

One reader goes over the file first, as all readers do, and keeps nothing but places between two
records where nothing above bears on what follows. So quoted line breaks, damaged lines, blank ones
and second tables come out as if the file had been read whole, line numbers included.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from agent_worker.capabilities.partitions import open_partition
from agent_worker.capabilities.reading.delimited import (
    cuts,
    first_foreign,
    is_divisible,
    sniff_text,
)
from agent_worker.capabilities.reading.files import is_plain_text
from agent_worker.capabilities.reading.ranges import TextRange
from agent_worker.capabilities.sources import FILES_MAX
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.profile import Partition


def divide_large(partitions: Sequence[Partition], workshop: Workshop) -> tuple[Partition, ...]:
    """Return the partitions, each text file above the workshop's limit as several, in order."""
    if not workshop.partition_bytes_max:
        return tuple(partitions)
    # Several ranges of each file may be a little shorter than this; one goal takes so many.
    spare = max(1, FILES_MAX - 2 * len(partitions))
    bytes_max = max(workshop.partition_bytes_max, sum(each.bytes for each in partitions) // spare)
    names = {partition.name for partition in partitions}
    divided = [
        part
        for whole in partitions
        for part in _named(whole, _parts_of(whole, workshop, bytes_max), names)
    ]
    return tuple(sorted(divided, key=lambda partition: partition.name))


def _parts_of(partition: Partition, workshop: Workshop, bytes_max: int) -> list[Partition]:
    path = open_partition(workshop, partition.uri)
    if partition.bytes <= bytes_max or not is_plain_text(path):
        return [partition]
    ranges = [*_ranges(path, -(-partition.bytes // -(-partition.bytes // bytes_max)))]
    if len(ranges) < 2:  # noqa: PLR2004 - one range is the whole file
        return [partition]
    return [
        partition.model_copy(
            update={
                "uri": partition.uri + part.fragment,
                "bytes": part.end - part.begin,
                "fingerprint": part.fingerprint(path),
                "file_fingerprint": partition.fingerprint,
            }
        )
        for part in ranges
    ]


def _ranges(path: Path, bytes_wanted: int) -> Iterator[TextRange]:
    """Cut a file at the first place behind each so many bytes."""
    foreign = first_foreign(path)
    size = path.stat().st_size
    dialect = sniff_text(path, TextRange(0, size, 1, foreign))
    begin, line = 0, 1
    if is_divisible(dialect):
        for place, number in cuts(path, dialect, _Unheard(), bytes_wanted):
            if place < size:
                yield TextRange(begin, place, line, foreign)
                begin, line = place, number
    yield TextRange(begin, size, line, foreign)


def _named(whole: Partition, parts: Sequence[Partition], names: set[str]) -> Iterator[Partition]:
    """Name the parts of a file after it, so that their order is that of their names."""
    if len(parts) == 1:
        yield whole
        return
    stem = f"{whole.name}-"
    while any(name.startswith(stem) for name in names):
        stem += "-"
    for number, part in enumerate(parts, 1):
        yield part.model_copy(update={"name": f"{stem}{number:03}"})


class _Unheard:
    """Takes rows and broken lines, and keeps none."""

    def add_line(self, number: int, text: str) -> None:
        """Take a row as it stands in the source."""

    def add_lines(self, number: int, texts: Sequence[str]) -> None:
        """Take rows as they stand in the source."""

    def add_row(self, number: int, fields: Sequence[str]) -> None:
        """Take a row."""

    def add_broken(self, number: int, reason: str, raw: str) -> None:
        """Take a record that is no row."""
