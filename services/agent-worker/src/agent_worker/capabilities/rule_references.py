"""The tables that rules refer to, as their newest version has them."""

import duckdb

from agent_worker.capabilities.table_snapshots import read_files, take_snapshot
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.rules.checks import Reference
from agent_worker.domain.schema_contract import TableContract

BYTES_AT_ONCE = 1 << 40
"""All files together: only the columns referred to are read, and grouped."""


def referenced_rows(
    workshop: Workshop, contract: TableContract
) -> dict[str, duckdb.DuckDBPyRelation]:
    """Return the rows of each table that a contract's rules refer to.

    Raises:
        ActionFailedError: a table is not there, or cannot be read.
    """
    tables = {
        rule.check.table for rule in contract.asked_rules if isinstance(rule.check, Reference)
    }
    return {table: _rows_of(workshop, table) for table in sorted(tables)}


def _rows_of(workshop: Workshop, table: str) -> duckdb.DuckDBPyRelation:
    snapshot, _ = take_snapshot(workshop, table, BYTES_AT_ONCE)
    uris = [uri for partition in snapshot.partitions for uri in partition.files]
    columns = {column.name: column.data_type for column in snapshot.columns}
    return read_files(workshop, uris, columns)
