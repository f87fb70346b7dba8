"""Columns that a proposal takes for others under another name, held against the others' values.

A table that is to take new data says what its columns hold. Where a source has a column under a
name that the table does not know, the values of both are compared: is it that column at all?
"""

from collections.abc import Mapping
from contextlib import suppress

import duckdb

from agent_worker.capabilities import sql
from agent_worker.capabilities.profiling import profile_partition
from agent_worker.capabilities.reading.typed_rows import load_rows
from agent_worker.capabilities.table_contracts import contract_of, open_table
from agent_worker.capabilities.table_snapshots import columns_of, read_files
from agent_worker.capabilities.voting.case import Case
from agent_worker.capabilities.voting.drawing import by_chance, owned
from agent_worker.capabilities.voting.grounds import read_ground
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.profile import ColumnProfile, Partition
from agent_worker.domain.renames import Rename, compare_columns
from agent_worker.domain.voting.samples import choose_partitions

ROWS_MAX = 10_000
"""Of either side: distributions are compared within a few hundredths."""

_NOWHERE = Partition(name="", uri="", bytes=0, fingerprint="")


def claimed_renames(case: Case, uri: str) -> tuple[Rename, ...]:
    """Compare a source's columns that have new names with those that they are said to be.

    Where the table or the source cannot be read, nothing is compared.
    """
    migration = case.contract.migration
    if migration is None:
        return ()
    with suppress(ActionFailedError):
        before = contract_of(case.workshop.store, case.contract.table, migration.version)
        known = {each.name: {each.name, *each.aliases} for each in before.columns}
        origins = {each.name: each.origin for each in migration.columns if each.origin}
        ground = read_ground(case.workshop, uri, case.seat.seed)
        renamed = {
            header: origins[name]
            for header, name in _names_in(case, ground.dialect.header).items()
            if name in origins and header not in known.get(origins[name], {header})
        }
        there = _table_profiles(case, migration.version, sorted({*renamed.values()}))
        places = {name: place for place, name in enumerate(ground.dialect.header)}
        mine = ground.texts.filter(owned("line", case.seat, uri))
        chosen = mine.order(by_chance("line", case.seat, uri)).limit(ROWS_MAX)
        here = _profiles(case.workshop, chosen, {name: f"c{places[name]}" for name in renamed})
        ground.drop()
        return tuple(
            compare_columns(there[origin], here[header])
            for header, origin in renamed.items()
            if origin in there
        )
    return ()


def _names_in(case: Case, header: tuple[str, ...]) -> dict[str, str]:
    """Return the column of the proposal that each name of a header stands for."""
    contract = case.contract
    sources = zip(contract.columns, contract.sources_of(header), strict=True)
    return {header[place]: column.name for column, place in sources if place is not None}


def _table_profiles(case: Case, version: int, columns: list[str]) -> dict[str, ColumnProfile]:
    if not columns:
        return {}
    table = open_table(case.workshop.store, case.contract.table, version)
    types = {each.name: each.data_type for each in columns_of(table, case.contract.table)}
    files = choose_partitions(sorted(table.file_uris()), case.seat.seed)
    rows = read_files(
        case.workshop, files, {name: types[name] for name in columns if name in types}
    )
    names = {name: sql.name(name) for name in rows.columns}
    return _profiles(case.workshop, rows.limit(ROWS_MAX), names)


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
