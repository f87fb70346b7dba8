"""An elector's look at a table that is to change: its own rows, drawn from the table's files."""

from collections.abc import Collection, Iterator, Sequence

import duckdb

from agent_worker.capabilities import sql
from agent_worker.capabilities.migrating import is_lost, losses, value_of
from agent_worker.capabilities.table_contracts import open_table
from agent_worker.capabilities.voting.case import Case
from agent_worker.capabilities.voting.drawing import by_chance, owned
from agent_worker.capabilities.voting.table_facts import facts_of
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.schema_contract import ColumnMigration, Migration
from agent_worker.domain.voting.contradictions import Contradiction, redacted
from agent_worker.domain.voting.migrations import SampledFile
from agent_worker.domain.voting.statistics import Settled, settle
from shared.contracts.witnesses import WITNESSES_MAX

ROW = "file_row_number"
"""DuckDB's number of a row in its Parquet file, from 0; people count from 1."""


def settled_by_log(case: Case, migration: Migration) -> tuple[Settled, ...]:
    """Return what the table's log settles of the migration; nothing where it cannot be read."""
    try:
        table = open_table(case.workshop.store, case.contract.table, migration.version)
    except ActionFailedError:
        return ()
    return settle(migration.columns, facts_of(table))


def unsettled(migration: Migration, settled: Sequence[Settled]) -> Migration:
    """Return the migration without the casts that are known to lose nothing."""
    known = {each.column for each in settled if each.is_cast_settled}
    filled = {each.column for each in settled if each.is_filled}
    columns = tuple(
        column.model_copy(
            update={
                "types": column.types[:1] if column.name in known else column.types,
                "nullable": column.nullable or column.name in filled,
            }
        )
        for column in migration.columns
    )
    return migration.model_copy(update={"columns": columns})


def look_at_file(uri: str, migration: Migration, case: Case) -> SampledFile:
    """Draw rows of a file of the table and try the migration on them.

    Raises:
        ActionFailedError: the file is gone, or lies outside the object store.
    """
    rows = _rows_of(uri, migration, case)
    ((total,),) = rows.aggregate("count(*)").fetchall()
    if total > case.rows_max:
        mine = rows.filter(owned(ROW, case.seat, uri))
        chance = mine.order(f"{by_chance(ROW, case.seat, uri)}, {ROW}").limit(case.rows_max)
        numbers = {number for (number,) in chance.project(ROW).fetchall()}
        rows = _these(mine, numbers | _telling(mine, migration))
    found = losses(rows, migration)
    lost, empty = tuple(_lost(uri, rows, migration)), tuple(_empty(uri, rows, migration))
    return SampledFile(
        file=uri.rpartition("/tables/")[2],
        rows=found.rows,
        is_whole=total <= case.rows_max,
        rows_lost=found.rows_lost,
        missing=sum(found.missing.values()),
        examples=tuple(
            f"{each.column}: {redacted(each.text, case.workshop.redaction)}"
            for each in (*lost, *empty)
        ),
        lost=lost,
        empty=empty,
    )


def file_rows_at(
    uri: str, numbers: Collection[int], migration: Migration, case: Case
) -> SampledFile:
    """Try the migration on these rows of a file; raises as `look_at_file` does."""
    rows = _these(_rows_of(uri, migration, case), {number - 1 for number in numbers})
    return SampledFile(
        file=uri,
        rows=len(numbers),
        rows_lost=0,
        missing=0,
        lost=tuple(_lost(uri, rows, migration)),
        empty=tuple(_empty(uri, rows, migration)),
    )


def _rows_of(uri: str, migration: Migration, case: Case) -> duckdb.DuckDBPyRelation:
    """Return a file's numbered rows; columns that are younger than the file are empty in it."""
    path = str(case.workshop.store.fetch(uri))
    rows = case.workshop.connection.read_parquet(path, file_row_number=True)
    younger = [
        f"cast(null as {column.types[0]}) as {sql.name(column.origin)}"
        for column in migration.columns
        if column.origin and column.origin not in rows.columns
    ]
    return rows.project(", ".join(("*", *younger)))


def _these(rows: duckdb.DuckDBPyRelation, numbers: Collection[int]) -> duckdb.DuckDBPyRelation:
    return rows.filter(f"{ROW} in ({', '.join(map(str, sorted(numbers))) or '-1'})")


def _telling(rows: duckdb.DuckDBPyRelation, migration: Migration) -> set[int]:
    """Return the rows with the extremes, the longest text and a gap of each column that changes."""
    columns = [sql.name(each.origin) for each in _at_stake(migration) if each.origin]
    if not columns:
        return set()
    asked = ", ".join(
        f"arg_min({ROW}, {name}), arg_max({ROW}, {name}), "
        f"arg_max({ROW}, length(cast({name} as varchar))), min({ROW}) filter ({name} is null)"
        for name in columns
    )
    return {number for number in rows.aggregate(asked).fetchall()[0] if number is not None}


def _at_stake(migration: Migration) -> list[ColumnMigration]:
    return [
        column for column in migration.columns if len({*column.types}) > 1 or not column.nullable
    ]


def _lost(uri: str, rows: duckdb.DuckDBPyRelation, migration: Migration) -> Iterator[Contradiction]:
    for column in migration.columns:
        if column.origin and len({*column.types}) > 1:
            rule = (
                f"loses its value as {column.types[-1]}; the proposal says that "
                f"{migration.rows_lost} of {migration.rows} rows do"
            )
            yield from _named(uri, rows.filter(is_lost(column)), column, rule)


def _empty(
    uri: str, rows: duckdb.DuckDBPyRelation, migration: Migration
) -> Iterator[Contradiction]:
    for column in migration.columns:
        if not column.nullable:
            rule = "would be empty, and the proposed schema allows no empty value"
            yield from _named(uri, rows.filter(f"({value_of(column)}) is null"), column, rule)


def _named(
    uri: str, rows: duckdb.DuckDBPyRelation, column: ColumnMigration, rule: str
) -> Iterator[Contradiction]:
    text = f"cast({sql.name(column.origin)} as varchar)" if column.origin else sql.text("")
    found = rows.order(ROW).limit(WITNESSES_MAX + 1).project(f"{ROW} + 1, coalesce({text}, '')")
    for number, shown in found.fetchall():
        yield Contradiction(partition=uri, row=number, column=column.name, rule=rule, text=shown)
