"""An elector's own rows of a partition: some by chance, and those that tell most of each column.

What is drawn by chance says how often something occurs. What stands at a column's ends, is longest
or is missing is where a type, a range or a promise breaks first, and is counted apart.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import duckdb

from agent_worker.capabilities import sql
from agent_worker.capabilities.text_table import TextTable
from agent_worker.domain.voting.samples import Seat

TELLING_ROWS_MAX = 500
"""Of one partition: six for each of eighty columns."""

COLUMNS_ASKED_MAX = 40
"""Columns asked for their telling rows in one query."""

BROKEN_MAX = 2
"""Rows looked at because they break one promise: keys that occur twice, values that are missing."""


@dataclass(frozen=True, slots=True)
class Promises:
    """What is promised of every row of a partition, by the places of its columns."""

    key: tuple[int, ...] = ()
    """Values that together occur once."""
    required: tuple[int, ...] = ()
    """Values that are never missing."""


NOTHING_PROMISED = Promises()


@dataclass(frozen=True, slots=True)
class DrawnRows:
    """An elector's rows of one partition, as two tables of texts."""

    chance: TextTable
    telling: TextTable
    is_whole: bool
    """Whether they are all rows of the partition."""


def owned(numbers: str, seat: Seat, uri: str) -> str:
    """Return the SQL that tells whether a row is this elector's, by its number."""
    mixed = f"{sql.text(f'{seat.proposal_id}:{uri}:')} || ({numbers})::varchar"
    return f"md5_number_lower({mixed}) % {seat.electors} = {seat.place}"


def by_chance(numbers: str, seat: Seat, uri: str) -> str:
    """Return the SQL of an order of rows that the elector's seed decides."""
    return f"md5({sql.text(f'{seat.seed}:{uri}:')} || ({numbers})::varchar)"


def draw_rows(
    ground: TextTable, uri: str, seat: Seat, rows_max: int, promises: Promises = NOTHING_PROMISED
) -> DrawnRows:
    """Draw the elector's rows from those that it may draw from; the ground is used up.

    Args:
        ground: The rows of the partition.
        uri: The partition.
        seat: The elector.
        rows_max: Rows to draw by chance.
        promises: What all rows are searched for that break it, whoever's they are.
    """
    total = ground.rows + ground.broken_lines
    if total <= rows_max:
        nothing = _part(ground, [], "telling")
        return DrawnRows(ground, nothing, is_whole=True)
    records = ground.texts.project("line").union(ground.broken.project("line"))
    mine = records.filter(owned("line", seat, uri))
    order = by_chance("line", seat, uri)
    chance = _lines(mine.order(f"{order}, line").limit(rows_max))
    telling = _telling_lines(ground.texts.filter(owned("line", seat, uri)), ground.dialect.width)
    # Rows that break a promise are anybody's: dividing them would hide a key that occurs twice.
    broken = _broken_lines(ground.texts, promises)
    told = {*broken, *sorted({*telling} - {*chance})[:TELLING_ROWS_MAX]}
    drawn = DrawnRows(
        _part(ground, chance, "chance"), _part(ground, told, "telling"), is_whole=False
    )
    ground.drop()
    return drawn


def rows_named(table: TextTable, numbers: Iterable[int]) -> TextTable:
    """Keep the rows of these numbers only; the table is used up."""
    part = _part(table, numbers, "named")
    table.drop()
    return part


def _telling_lines(texts: duckdb.DuckDBPyRelation, width: int) -> Iterator[int]:
    for begin in range(0, width, COLUMNS_ASKED_MAX):
        places = range(begin, min(begin + COLUMNS_ASKED_MAX, width))
        asked = ", ".join(_telling(f"c{place}") for place in places)
        yield from (line for line in texts.aggregate(asked).fetchall()[0] if line is not None)


def _telling(cell: str) -> str:
    """Return the lines of a column's extremes, its longest text and its first missing value."""
    text = f"nullif(trim({cell}), '')"
    number = f"try_cast({text} as double)"
    found = [
        f"{ends}(line, {value})" for value in (number, text) for ends in ("arg_min", "arg_max")
    ]
    return ", ".join(
        (*found, f"arg_max(line, length({text}))", f"min(line) filter ({text} is null)")
    )


def _broken_lines(texts: duckdb.DuckDBPyRelation, promises: Promises) -> Iterator[int]:
    """Return the first lines that break each promise, as far as their texts tell."""
    for place in promises.required:
        gaps = texts.filter(f"coalesce(trim(c{place}), '') = ''").order("line")
        yield from _lines(gaps.project("line").limit(BROKEN_MAX))
    if promises.key:
        cells = ", ".join(f"trim(c{place})" for place in promises.key)
        ends = "min(line) as one, max(line) as other, count(*) as cells"
        pairs = texts.aggregate(f"{ends}, {cells}", cells).filter("cells > 1").order("one")
        for pair in pairs.limit(BROKEN_MAX).project("one, other").fetchall():
            yield from pair


def _part(table: TextTable, numbers: Iterable[int], suffix: str) -> TextTable:
    listed = ", ".join(map(str, sorted({*numbers}))) or "null"
    name = f"{table.name}_{suffix}"
    table.texts.filter(f"line in ({listed})").to_table(name)
    table.broken.filter(f"line in ({listed})").to_table(f"{name}_broken")
    part = replace(table, name=name)
    return replace(part, rows=_count(part.texts), broken_lines=_count(part.broken))


def _lines(rows: duckdb.DuckDBPyRelation) -> list[int]:
    return [line for (line, *_) in rows.fetchall()]


def _count(rows: duckdb.DuckDBPyRelation) -> int:
    ((count,),) = rows.aggregate("count(*)").fetchall()
    return count
