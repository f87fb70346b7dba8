"""Tables of values for the tests of diagnosing and mending."""

from collections.abc import Sequence

import duckdb

from agent_worker.capabilities.value_table import ValueTable
from agent_worker.domain.data_types import DataType
from agent_worker.domain.recipe import ValueColumn

INSERTED_MAX = 500

Row = Sequence[str | None]


def value_table(names: Sequence[str], rows: Sequence[Row], **types: DataType) -> ValueTable:
    """Return a table of these rows, in a database of its own; lines count from 0."""
    connection = duckdb.connect(config={"threads": 1})
    places = ", ".join(f"c{place} varchar" for place in range(len(names)))
    connection.execute(f"create table facts (line bigint, {places})")
    for start in range(0, len(rows), INSERTED_MAX):
        some = rows[start : start + INSERTED_MAX]
        mark = f"({', '.join('?' for _ in range(len(names) + 1))})"
        cells = [cell for at, row in enumerate(some, start) for cell in (at, *row)]
        connection.execute(f"insert into facts values {', '.join([mark] * len(some))}", cells)
    columns = tuple(
        ValueColumn(name=name, data_type=types.get(name, DataType.VARCHAR)) for name in names
    )
    return ValueTable(connection, "facts", columns)


def rows_of(values: ValueTable) -> list[tuple[str | None, ...]]:
    """Return the rows in the order of their lines, without them."""
    return [row[1:] for row in values.rows.order("line").fetchall()]
