"""Columns that a proposal takes for others under another name, held against the others' values.

A table that is to take new data says what its columns hold. Where a source has a column under a
name that the table does not know, the values of both are compared: is it that column at all?
"""

from agent_worker.capabilities.table_contracts import contract_of
from agent_worker.capabilities.table_profiles import ROWS_MAX, profile_columns, profile_table
from agent_worker.capabilities.text_table import TextTable
from agent_worker.capabilities.voting.case import Case
from agent_worker.capabilities.voting.drawing import by_chance, owned
from agent_worker.capabilities.voting.grounds import read_ground
from agent_worker.domain.profile import ColumnProfile
from agent_worker.domain.renames import Rename, compare_columns
from agent_worker.domain.schema_contract import Migration


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
    there = profile_table(
        case.workshop,
        case.contract.table,
        sorted({*renamed.values()}),
        version=migration.version,
        seed=case.seat.seed,
    )
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
    return profile_columns(case.workshop, rows, {name: f"c{places[name]}" for name in names})
