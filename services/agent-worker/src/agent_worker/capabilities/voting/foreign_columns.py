"""Columns that a proposal takes for others under another name, held against the others' values.

A table that is to take new data says what its columns hold. Where a source has a column under a
name that the table does not know, the values of both are compared: is it that column at all?
"""

from collections.abc import Mapping

import duckdb

from agent_worker.capabilities import sql
from agent_worker.capabilities.profiling import profile_partition
from agent_worker.capabilities.reading.typed_rows import load_rows
from agent_worker.capabilities.table_contracts import contract_of, open_table
from agent_worker.capabilities.table_listing import uris_of
from agent_worker.capabilities.table_snapshots import columns_of, read_files
from agent_worker.capabilities.text_table import TextTable
from agent_worker.capabilities.voting.case import Case
from agent_worker.capabilities.voting.drawing import by_chance, owned
from agent_worker.capabilities.voting.grounds import read_ground
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.profile import ColumnProfile, Partition
from agent_worker.domain.renames import Rename, compare_columns
from agent_worker.domain.schema_contract import Migration
from agent_worker.domain.voting.samples import choose_partitions

ROWS_MAX = 10_000
"""Of either side: distributions are compared within a few hundredths."""

_NOWHERE = Partition(name="", uri="", bytes=0, fingerprint="")


def claimed_renames(case: Case, uri: str) -> tuple[Rename, ...]:
    """Compare a source's columns that have new names with those that they are said to be.

    Raises:
        ActionFailedError: the source cannot be read, or the table as it was.
    """
    migration = case.contract.migration
    if migration is None:
        return ()
    ground = read_ground(case.workshop, uri, case.seat.seed)
    renamed = _renamed(case, migration, ground.dialect.header)
    there = _table_profiles(case, migration.version, sorted({*renamed.values()}))
    here = _source_profiles(case, uri, ground, list(renamed))
    ground.drop()
    return tuple(
        compare_columns(there[origin], here[name])
        for name, origin in renamed.items()
        if origin in there
    )


def _renamed(case: Case, migration: Migration, header: tuple[str, ...]) -> dict[str, str]:
    """Return the header's names that are new to the table, each with the table's name for it."""
    before = contract_of(case.workshop.store, case.contract.table, migration.version)
    known = {each.name: {each.name, *each.aliases} for each in before.columns}
    origins = {each.name: each.origin for each in migration.columns if each.origin in known}
    contract = case.contract
    sources = zip(contract.columns, contract.sources_of(header), strict=True)
    named = {header[place]: column.name for column, place in sources if place is not None}
    return {
        name: origins[column]
        for name, column in named.items()
        if column in origins and name not in known[origins[column]]
    }


def _source_profiles(
    case: Case, uri: str, ground: TextTable, names: list[str]
) -> dict[str, ColumnProfile]:
    places = {name: place for place, name in enumerate(ground.dialect.header)}
    rows = ground.texts
    if ground.rows > ROWS_MAX:
        rows = rows.filter(owned("line", case.seat, uri))
        rows = rows.order(by_chance("line", case.seat, uri)).limit(ROWS_MAX)
    return _profiles(case.workshop, rows, {name: f"c{places[name]}" for name in names})


def _table_profiles(case: Case, version: int, columns: list[str]) -> dict[str, ColumnProfile]:
    if not columns:
        return {}
    store, name = case.workshop.store, case.contract.table
    table = open_table(store, name, version)
    types = {each.name: each.data_type for each in columns_of(table, name)}
    uris = uris_of(table, store.uri_of(f"tables/{name}"))
    files = choose_partitions(uris, case.seat.seed)
    known = {column: types[column] for column in columns if column in types}
    rows = read_files(case.workshop, files, known)
    return _profiles(case.workshop, rows.limit(ROWS_MAX), {each: sql.name(each) for each in known})


def _profiles(
    workshop: Workshop, rows: duckdb.DuckDBPyRelation, columns: Mapping[str, str]
) -> dict[str, ColumnProfile]:
    """Profile some columns of rows, given by the SQL of their values."""
    if not columns:
        return {}
    named = ", ".join(f"{cell} as {sql.name(name)}" for name, cell in columns.items())
    texts = load_rows(workshop.connection, rows.project(named), workshop.new_table_name())
    profile = profile_partition(texts, _NOWHERE)
    texts.drop()
    return {column.name: column for column in profile.columns}
