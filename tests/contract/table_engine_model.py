"""Whole-table work in plain Python, on tables that hypothesis makes up."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import cast

from hypothesis import strategies as st

from agent_worker.domain.aggregation import Grouping
from agent_worker.domain.data_types import DataType
from agent_worker.domain.table_join import JoinKind

Cell = bool | int | float | str | date | None
Row = tuple[Cell, ...]
Table = list[list[Row]]
"""The rows of each of its files."""

COLUMNS = {
    "k": DataType.BIGINT,
    "w": DataType.VARCHAR,
    "f": DataType.DOUBLE,
    "d": DataType.DATE,
    "b": DataType.BOOLEAN,
    "t": DataType.TIMESTAMP,
    "n": DataType.BIGINT,
    "x": DataType.DOUBLE,
}
NAMES = tuple(COLUMNS)
BIGINT_MAX = 2**63 - 1
MEASURES: Mapping[str, Sequence[str]] = {
    "*": ["count"],
    "w": ["count", "min", "max"],
    "f": ["min", "max"],
    "t": ["min", "max"],
    "b": ["max"],
    "n": ["sum", "mean", "min"],
    "x": ["sum", "mean"],
}

WORDS = st.sampled_from(["", " ", "a", "A", "ä", "a\u0308", "z\u0000", "'", "\\n", "\U0001f600"])
REALS = st.sampled_from([0.0, -0.0, 1.5, -1e300, 5e-324, math.nan, math.inf, -math.inf])
DAYS = st.sampled_from([date(1, 1, 1), date(1582, 10, 10), date(1969, 12, 31), date(9999, 12, 31)])
TIMES = st.datetimes(datetime(1500, 1, 1), datetime(2500, 1, 1))  # noqa: DTZ001
SAFE = st.integers(-(2**59), 2**59)
"""Sums of a few of them fit into a BIGINT."""
QUARTERS = st.integers(-1000, 1000).map(lambda number: number / 4)
"""Sums of them are exact, in whatever order."""

_ROWS = st.tuples(
    st.none() | st.integers(-2, 2),
    st.none() | WORDS,
    st.none() | REALS,
    st.none() | DAYS,
    st.none() | st.booleans(),
    st.none() | TIMES,
    st.none() | SAFE,
    st.none() | QUARTERS,
)
TABLES = st.lists(st.lists(_ROWS, max_size=5), min_size=1, max_size=2)


def grouping(by: Sequence[str], measures: Mapping[str, Sequence[str]] = MEASURES) -> Grouping:
    """Return what to ask; a measure is called by its function and its column."""
    asked = [
        {"column": column, "function": function, "name": f"{function}_{column}"}
        for column, functions in measures.items()
        for function in functions
    ]
    return Grouping.model_validate({"group_by": list(by), "measures": asked})


def grouped(table: Table, by: Sequence[str]) -> list[Row]:
    """Return the groups, sorted; without columns to group by there is one, even of no rows."""
    rows = _sorted(_plain(table), by)
    groups = [(key, list(group)) for key, group in groupby(rows, lambda row: _cells(row, by))]
    if not by:
        groups = [((), rows)]
    return [(*key, *_measured(group)) for key, group in groups]


def joined(left: Table, right: Table, key: Sequence[str], kind: JoinKind) -> list[Row]:
    """Return the rows of a join, sorted."""
    rest = [name for name in NAMES if name not in key]
    rows: list[Row] = []
    for row in _plain(left):
        partners = [_cells(each, rest) for each in _plain(right) if _match(row, each, key)]
        if kind is JoinKind.LEFT and not partners:
            partners = [(None,) * len(rest)]
        rows += [(*row, *partner) for partner in partners]
    return _sorted(rows, key, (*NAMES, *(f"{name}_right" for name in rest)))


def partnered(left: Table, right: Table, key: Sequence[str]) -> int:
    """Return how many left rows have a partner."""
    others = _plain(right)
    return sum(any(_match(row, each, key) for each in others) for row in _plain(left))


def distinct(table: Table, key: Sequence[str], order_by: str) -> list[Row]:
    """Return one row of each key, sorted."""
    kept: dict[Row, Row] = {}
    for row in _sorted(_plain(table), ()):
        name = _cells(row, key)
        if name not in kept or (order_by and _is_better(row, kept[name], order_by)):
            kept[name] = row
    return _sorted(kept.values(), key)


def plain(cell: Cell) -> Cell:
    """Return a cell in a form in which equal ones are equal: one zero, and NaN as a text."""
    if isinstance(cell, float):
        return "NaN" if math.isnan(cell) else cell + 0.0
    return cell


def _plain(table: Table) -> list[Row]:
    return [tuple(map(plain, row)) for file in table for row in file]


def _cells(row: Row, names: Sequence[str]) -> Row:
    return tuple(row[NAMES.index(name)] for name in names)


def _sorted(rows: Iterable[Row], first: Sequence[str], names: Sequence[str] = NAMES) -> list[Row]:
    order = [names.index(name) for name in (*first, *(each for each in names if each not in first))]
    return sorted(rows, key=lambda row: [_rank(row[place]) for place in order])


def _rank(cell: Cell) -> tuple[int, object]:
    """Return what to order by: empty cells come last, and NaN behind every other number."""
    if cell is None:
        return 2, 0
    return (1, 0) if cell == "NaN" else (0, cell)


def _match(row: Row, other: Row, key: Sequence[str]) -> bool:
    cells = _cells(row, key)
    return None not in cells and cells == _cells(other, key)


def _is_better(row: Row, other: Row, order_by: str) -> bool:
    ((cell,), (rival,)) = _cells(row, [order_by]), _cells(other, [order_by])
    return cell is not None and (rival is None or _rank(cell) > _rank(rival))


def _measured(rows: Sequence[Row]) -> Row:
    figures: list[Cell] = []
    for column, functions in MEASURES.items():
        cells = [1] * len(rows) if column == "*" else [_cells(row, [column])[0] for row in rows]
        present = [cell for cell in cells if cell is not None]
        figures += [_measure(function, present) for function in functions]
    return tuple(figures)


def _measure(function: str, cells: Sequence[Cell]) -> Cell:
    if function == "count":
        return len(cells)
    if not cells:
        return None
    if function in {"min", "max"}:
        return sorted(cells, key=_rank)[0 if function == "min" else -1]
    total = sum(cast("Sequence[float]", cells))
    return plain(total if function == "sum" else float(total) / len(cells))
