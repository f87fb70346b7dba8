"""Some rows from random places of a file, for who is to judge it without reading all of it."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import duckdb

from agent_worker.capabilities.reading.delimited import bytewise, load_lines, sniff_text
from agent_worker.capabilities.reading.line_splitter import TextLine
from agent_worker.capabilities.text_table import LINE_BYTES_MAX, TextTable
from agent_worker.domain.dialect import Dialect
from agent_worker.domain.voting import SAMPLE_ROWS, SAMPLED_PARTITIONS, draw


def sample_file(
    connection: duckdb.DuckDBPyConnection, path: Path, seed: str, *, name: str, scratch: Path
) -> TextTable:
    """Load a sample of a file that the seed decides."""
    dialect = sniff_text(path)
    with bytewise(path, dialect, scratch / f"{name}.txt") as plain:
        lines = _draw_lines(plain, dialect, seed)
        return load_lines(connection, lines, dialect=dialect, name=name, scratch=scratch)


def _draw_lines(path: Path, dialect: Dialect, seed: str) -> Iterator[TextLine]:
    """Yield lines from random places of the file; long lines are likelier, which harms nothing.

    Their numbers count the sample, since a line's number in the file takes reading all before it.
    """
    per_partition = -(-SAMPLE_ROWS // SAMPLED_PARTITIONS)
    places = sorted({*draw(seed, per_partition, path.stat().st_size)})
    drawn: set[int] = set()
    numbers = count(1)
    with path.open("rb") as source:
        for _ in range(dialect.body_begin):
            source.readline(LINE_BYTES_MAX)
        body = source.tell()
        for place in places:
            source.seek(place)
            source.readline(LINE_BYTES_MAX)
            begin = source.tell()
            content = source.readline(LINE_BYTES_MAX)
            if content and begin >= body and begin not in drawn:
                drawn.add(begin)
                yield next(numbers), content
