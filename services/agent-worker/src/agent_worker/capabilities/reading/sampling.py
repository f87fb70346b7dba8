"""Some rows from random places of a file, for who is to judge it without reading all of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count as counting
from pathlib import Path

import duckdb

from agent_worker.capabilities.reading.delimited import bytewise, load_lines, sniff_text
from agent_worker.capabilities.reading.files import is_plain_text, load_file
from agent_worker.capabilities.reading.plain_lines import TextLine
from agent_worker.capabilities.text_table import LINE_BYTES_MAX, TextTable
from agent_worker.domain.dialect import Dialect
from agent_worker.domain.voting import SAMPLE_ROWS, SAMPLED_PARTITIONS, draw

ROWS_DRAWN = -(-SAMPLE_ROWS // SAMPLED_PARTITIONS)
"""Rows of one file."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What decides a sample: a seed, and of a workbook the sheet."""

    seed: str
    sheet: str = ""


def sample_file(
    connection: duckdb.DuckDBPyConnection, path: Path, drawing: Drawing, *, name: str, scratch: Path
) -> TextTable:
    """Load a sample of a file that the seed decides."""
    dialect = sniff_text(path) if is_plain_text(path) else None
    if dialect is None or dialect.newline != "\n":
        table = load_file(connection, path, name=name, scratch=scratch, sheet=drawing.sheet)
        return _drawn_rows(table, drawing.seed)
    with bytewise(path, dialect, scratch / f"{name}.txt") as plain:
        lines = _draw_lines(plain, dialect, drawing.seed)
        return load_lines(connection, lines, dialect=dialect, name=name, scratch=scratch)


def _drawn_rows(table: TextTable, seed: str) -> TextTable:
    """Keep some records of a loaded file, rows or none, all the same likely."""
    total = table.rows + table.broken_lines
    chosen = {place + 1 for place in draw(seed, ROWS_DRAWN, max(1, total))}
    if total <= len(chosen):
        return table
    lines = table.texts.project("line").union(table.broken.project("line"))
    numbered = lines.project("line, row_number() over (order by line) as place")
    drawn = numbered.filter(f"place in ({_listed(chosen)})").project("line").fetchall()
    kept = f"line in ({_listed({line for (line,) in drawn})})"
    name = f"{table.name}_drawn"
    table.texts.filter(kept).to_table(name)
    table.broken.filter(kept).to_table(f"{name}_broken")
    table.drop()
    sample = replace(table, name=name)
    return replace(sample, rows=_count(sample.texts), broken_lines=_count(sample.broken))


def _listed(numbers: set[int]) -> str:
    return ", ".join(map(str, sorted(numbers)))


def _count(rows: duckdb.DuckDBPyRelation) -> int:
    ((count,),) = rows.aggregate("count(*)").fetchall()
    return count


def _draw_lines(path: Path, dialect: Dialect, seed: str) -> Iterator[TextLine]:
    """Yield lines from random places of the file; long lines are likelier, which harms nothing.

    Their numbers count the sample, since a line's number in the file takes reading all before it.
    """
    places = sorted({*draw(seed, ROWS_DRAWN, path.stat().st_size)})
    drawn: set[int] = set()
    numbers = counting(1)
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
