"""What a table's columns hold, by some of its rows, to tell whether others are the same."""

from collections.abc import Iterable, Mapping

import duckdb

from agent_worker.capabilities import sql
from agent_worker.capabilities.profiling import profile_partition
from agent_worker.capabilities.reading.typed_rows import load_rows
from agent_worker.capabilities.table_contracts import open_table
from agent_worker.capabilities.table_listing import uris_of
from agent_worker.capabilities.table_snapshots import columns_of, read_files
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.profile import ColumnProfile, Partition
from agent_worker.domain.voting.samples import choose_partitions

ROWS_MAX = 10_000
"""Distributions are compared within a few hundredths."""

_NOWHERE = Partition(name="", uri="", bytes=0, fingerprint="")


def profile_table(
    workshop: Workshop, name: str, columns: Iterable[str], *, version: int | None, seed: str
) -> dict[str, ColumnProfile]:
    """Profile columns of a table by some rows of files that the seed chooses; unknown ones not.

    Raises:
        ActionFailedError: there is no such table or version, or a file is gone.
    """
    table = open_table(workshop.store, name, version)
    types = {each.name: each.data_type for each in columns_of(table, name)}
    known = {column: types[column] for column in columns if column in types}
    if not known:
        return {}
    files = choose_partitions(uris_of(table, workshop.store.uri_of(f"tables/{name}")), seed)
    rows = read_files(workshop, files, known).limit(ROWS_MAX)
    places = {column: place for place, column in enumerate(types)}
    profiles = profile_columns(workshop, rows, {column: sql.name(column) for column in known})
    return {
        column: profile.model_copy(update={"position": places[column]})
        for column, profile in profiles.items()
    }


def profile_columns(
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
