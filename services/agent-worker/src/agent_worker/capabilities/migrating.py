"""A table's rows with their new schema, and which of them would lose a value by it.

A cast counts only when it keeps the value: what it makes, cast back, is what was there. So 1.7
does not quietly become 2, nor 007 become 7; such a value is lost, and a lost value is counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from agent_worker.capabilities import sql
from agent_worker.capabilities.column_sql import ColumnReader
from agent_worker.domain.data_types import DataType
from agent_worker.domain.schema_contract import ColumnContract, ColumnMigration, Migration
from agent_worker.domain.table_columns import LINEAGE_COLUMNS
from agent_worker.domain.type_changes import ISO_FORMATS

EXAMPLES_MAX = 5
"""Values shown of those that are lost."""


@dataclass(frozen=True, slots=True)
class Losses:
    """What a migration would take from some rows."""

    rows: int
    rows_lost: int
    """Rows in which a value is lost."""
    values_lost: dict[str, int]
    """By the column's new name."""
    missing: dict[str, int]
    """Rows without a value in columns that must have one."""


def migrated(rows: duckdb.DuckDBPyRelation, migration: Migration) -> duckdb.DuckDBPyRelation:
    """Return the rows with their new columns, in order, and with their lineage."""
    columns = [f"{value_of(column)} as {sql.name(column.name)}" for column in migration.columns]
    lineage = [name for name in LINEAGE_COLUMNS if name in rows.columns]
    return rows.project(", ".join((*columns, *lineage)))


def losses(rows: duckdb.DuckDBPyRelation, migration: Migration) -> Losses:
    """Count what the migration would take from the rows; all of them are tried."""
    cast = _cast(migration)
    required = [column for column in migration.columns if not column.nullable]
    counts = ["count(*)", f"count(*) filter ({_any_lost(cast)})"]
    counts += [f"count(*) filter ({is_lost(column)})" for column in cast]
    counts += [f"count(*) filter (({value_of(column)}) is null)" for column in required]
    total, lost, *figures = rows.aggregate(", ".join(counts)).fetchall()[0]
    by_column = dict(zip((column.name for column in cast), figures, strict=False))
    missing = dict(zip((column.name for column in required), figures[len(cast) :], strict=True))
    return Losses(
        rows=total,
        rows_lost=lost,
        values_lost={name: count for name, count in by_column.items() if count},
        missing={name: count for name, count in missing.items() if count},
    )


def lost_examples(rows: duckdb.DuckDBPyRelation, migration: Migration) -> tuple[str, ...]:
    """Show some values that are lost, each with its column; the same rows show the same."""
    shown: list[str] = []
    for column in _cast(migration):
        texts = rows.filter(is_lost(column)).project(
            f"left(cast({sql.name(column.origin)} as varchar), 80) as example"
        )
        found = texts.aggregate("example, count(*) as n", "example").order("n desc, example")
        shown += [f"{column.name}: {text}" for text, _ in found.limit(2).fetchall()]
    return tuple(shown[:EXAMPLES_MAX])


def convert(expression: str, source: DataType, target: DataType) -> str:
    """Return the value in another type, NULL where that would not keep it."""
    if source is target:
        return expression
    if target is DataType.VARCHAR:
        return f"cast({expression} as varchar)"
    if source is DataType.VARCHAR:
        return _read(expression, target)
    there = f"try_cast({expression} as {target})"
    return f"case when try_cast({there} as {source}) = {expression} then {there} end"


def _read(text: str, target: DataType) -> str:
    if target.is_time:
        read = [f"try_strptime({text}, {sql.text(known)})" for known in ISO_FORMATS[target]]
        return f"cast(coalesce({', '.join(read)}) as {target})"
    return ColumnReader(ColumnContract(name="", data_type=target), text).strict()


def value_of(column: ColumnMigration) -> str:
    """Return the SQL of a column's value in its new type, NULL where there is none."""
    source, *targets = column.types
    if column.origin:
        expression = sql.name(column.origin)
    elif column.default is None:
        expression = f"cast(null as {source})"
    else:
        expression = f"cast({sql.text(column.default)} as {source})"
    for target in targets:
        expression = convert(expression, source, target)
        source = target
    return expression


def _cast(migration: Migration) -> list[ColumnMigration]:
    """Return the columns whose values are cast."""
    return [each for each in migration.columns if each.origin and len({*each.types}) > 1]


def is_lost(column: ColumnMigration) -> str:
    """Return the SQL that tells whether a row loses the column's value."""
    return f"{sql.name(column.origin)} is not null and ({value_of(column)}) is null"


def _any_lost(columns: Sequence[ColumnMigration]) -> str:
    return " or ".join(f"({is_lost(column)})" for column in columns) or "false"
