"""What an engine for whole tables does: counts rows that lie in files, and makes files of them.

The work is described in the words of tables, and every engine makes the same rows of it, sorted
alike: `tests/contract/table_engine_suite.py` holds each of them to that. Sums and means of DOUBLE
columns may differ in their last digits, because an engine adds in an order of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from agent_worker.domain.aggregation import EVERY_ROW, Grouping
from agent_worker.domain.data_types import DataType
from agent_worker.domain.operators.aggregate_partition import ColumnsCounted
from agent_worker.domain.table_columns import Columns, check_named, own_columns
from agent_worker.domain.table_join import JoinKind, check_join, right_names
from agent_worker.domain.table_snapshot import TablePartition

BUCKET_COLUMN = "_argosy_bucket"
"""The first column of a file whose rows are sorted by the bucket that their key falls into."""

EXACT_SUM = "DECIMAL(38,0)"
"""The type of a partial sum of integers, by its DuckDB name; in Parquet, HUGEINT is a DOUBLE."""


@dataclass(frozen=True, slots=True)
class StoredRows:
    """Rows that lie in Parquet files of the object store."""

    files: tuple[str, ...]
    """URIs."""
    columns: Mapping[str, str]
    """The columns in order and their types, by their DuckDB names; a file that is older than a
    column has none of it, and there its cells are empty."""
    bytes: int
    """The size of the files, or of the bucket's share of them."""
    bucket: int | None = None
    """The only bucket that is meant, where the files are sorted by buckets."""

    @property
    def data_types(self) -> dict[str, DataType]:
        """The types, where they are those of a table."""
        return {name: DataType(kind) for name, kind in self.columns.items()}

    @property
    def stored_columns(self) -> dict[str, str]:
        """The columns of the files, the bucket's among them."""
        own = {} if self.bucket is None else {BUCKET_COLUMN: "INTEGER"}
        return own | dict(self.columns)


def rows_of(partition: TablePartition, columns: Columns) -> StoredRows:
    """Return the rows of a partition, with the columns of its table."""
    return StoredRows(partition.files, columns, partition.bytes)


@dataclass(frozen=True, slots=True)
class GroupRows:
    """Group rows into figures that can be merged with those of other rows.

    The columns are g0, g1… for the groups and, for each measure, mN and its count nN.
    """

    rows: StoredRows
    grouping: Grouping

    def is_exact(self, place: int) -> bool:
        """Whether a measure adds integers, which is done without loss."""
        column = self.grouping.measures[place].column
        return column != EVERY_ROW and self.rows.columns[column] == DataType.BIGINT


@dataclass(frozen=True, slots=True)
class MergeGroups:
    """Merge such figures into the groups of a table."""

    rows: StoredRows
    grouping: Grouping

    def is_exact(self, place: int) -> bool:
        """Whether a measure adds integers, which is done without loss."""
        return self.rows.columns[f"m{place}"] == EXACT_SUM


@dataclass(frozen=True, slots=True)
class JoinRows:
    """Join rows to those that have the same key; an empty key matches nothing."""

    left: StoredRows
    right: StoredRows
    key: Sequence[str]
    kind: JoinKind

    def check(self) -> None:
        """Pass sides that can be joined; raises as `check_join` does."""
        check_join(self.left.data_types, self.right.data_types, self.key)

    @property
    def names(self) -> dict[str, str]:
        """What the right columns that are not in the key are called in the result."""
        return right_names(self.left.columns, self.right.data_types, self.key)


@dataclass(frozen=True, slots=True)
class KeepDistinct:
    """Keep one row of each key; empty cells are equal to one another."""

    rows: StoredRows
    named_key: Sequence[str]
    """Empty for all columns that say something of a row itself."""
    order_by: str
    """The row with the greatest value stays; empty when nothing says which is better."""

    def check(self) -> None:
        """Pass a key and an order that the columns have; raises as `check_named` does."""
        check_named(self.named_key, self.rows.data_types, "the key")
        if self.order_by:
            check_named((self.order_by,), self.rows.data_types, "order_by")

    @property
    def key(self) -> list[str]:
        """The columns by which rows are told apart."""
        return list(self.named_key) or own_columns(self.rows.data_types)


TableWork = GroupRows | MergeGroups | JoinRows | KeepDistinct


@dataclass(frozen=True, slots=True)
class KeysFound:
    """How often keys repeat."""

    rows: int
    keys: int
    repeated_keys: int


@dataclass(frozen=True, slots=True)
class SidesFound:
    """The two sides of a join."""

    left_rows: int
    left_keyless: int
    """Rows whose key has an empty cell."""
    right_rows: int
    right_keyless: int
    right_text_bytes: int
    """What the texts of the right side take, in UTF-8."""


@dataclass(frozen=True, slots=True)
class RowFile:
    """A Parquet file that was written."""

    uri: str
    content_hash: str
    """SHA-256, in hexadecimal."""
    rows: int
    bytes: int


class TableEngine(Protocol):
    """Carries whole-table work out.

    Everything raises ActionFailedError when rows cannot be read, or the engine not be reached.
    """

    @property
    def name(self) -> str:
        """What the engine is called in the settings."""
        ...

    @property
    def join_memory_bytes(self) -> int:
        """What there is for a join whose right side is held whole; 0 when it is spread."""
        ...

    def count_missing(self, rows: StoredRows, columns: Sequence[str]) -> ColumnsCounted:
        """Count the rows, and the empty cells of these columns."""
        ...

    def count_keys(self, work: KeepDistinct) -> KeysFound:
        """Count how often keys repeat."""
        ...

    def count_sides(self, work: JoinRows) -> SidesFound:
        """Count both sides of a join."""
        ...

    def count_partnered(self, work: JoinRows) -> int:
        """Return how many left rows have at least one partner."""
        ...

    def count_too_large(self, work: MergeGroups) -> dict[str, int]:
        """Return how many groups have a sum that no BIGINT can hold, by the measure's name."""
        ...

    def write(self, work: TableWork, stored_as: str) -> tuple[RowFile, ...]:
        """Write what comes of the work into the object store, under a name that ends in .parquet.

        There is at least one file, which says what columns there are. Done again, it replaces
        what it wrote. The rows of the files, one after the other, are sorted: groups by their
        columns, all else by the key and then by every other column.
        """
        ...
