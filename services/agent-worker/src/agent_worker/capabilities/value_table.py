"""The values of a table as diagnosing and mending see them: canonical texts, NULL where missing."""

from dataclasses import dataclass
from typing import Any

import duckdb

from agent_worker.domain.recipe import ValueColumn


@dataclass(frozen=True, slots=True)
class ValueTable:
    """The table or view `<name>`: line BIGINT, unique, and c0, c1 … VARCHAR.

    A cell is the canonical text of the value that was read (12, 0.05, 2024-05-01), NULL where
    there is none. Every step of a recipe works on these texts, whatever the column's type.
    """

    connection: duckdb.DuckDBPyConnection
    name: str
    columns: tuple[ValueColumn, ...]

    @property
    def rows(self) -> duckdb.DuckDBPyRelation:
        """All rows."""
        return self.connection.table(self.name)

    def place_of(self, column: str) -> int:
        """Return which of the columns this is."""
        return next(at for at, known in enumerate(self.columns) if known.name == column)

    def query(self, sql: str) -> list[Any]:
        """Return the rows of a query over the database of this table."""
        return self.connection.execute(sql).fetchall()

    def count(self) -> int:
        """Return how many rows there are."""
        ((rows,),) = self.rows.aggregate("count(*)").fetchall()
        return rows
