"""Taking a table's snapshot from its log, and reading a snapshot's rows from its files."""

from collections.abc import Mapping, Sequence
from urllib.parse import unquote

import duckdb
from deltalake import DeltaTable
from deltalake.schema import PrimitiveType

from agent_worker.capabilities import sql
from agent_worker.capabilities.delta_table import DELTA_TYPES
from agent_worker.capabilities.object_store import ObjectStore
from agent_worker.capabilities.table_contracts import open_table
from agent_worker.capabilities.table_listing import ListedFile, listed_files
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.data_types import DataType
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.table_snapshot import (
    TableColumn,
    TablePartition,
    TableSnapshot,
    group_by_size,
)

READER_FEATURES = {"timestampNtz"}
"""What this reader of Parquet files honours of Delta's protocol; deletion vectors, for one, it
would not see."""

_DATA_TYPES = {delta: data_type for data_type, delta in DELTA_TYPES.items()}


def take_snapshot(workshop: Workshop, table: str, bytes_target: int) -> tuple[TableSnapshot, int]:
    """Return the newest version of a table, and how many of its cells are empty.

    Raises:
        ActionFailedError: there is no such table, or it uses what cannot be read here.
    """
    found = open_table(workshop.store, table)
    check_readable(found, table)
    table_uri = workshop.store.uri_of(f"tables/{table}")
    files = listed_files(found)
    uris = [f"{table_uri}/{unquote(file.path)}" for file in files]
    rows = [_rows_of(workshop, file, uri) for file, uri in zip(files, uris, strict=True)]
    groups = group_by_size([file.bytes for file in files], bytes_target)
    partitions = tuple(
        TablePartition(
            name=f"part-{number:04}",
            table=table,
            version=found.version(),
            files=tuple(uris[place] for place in group),
            rows=sum(rows[place] for place in group),
            bytes=sum(files[place].bytes for place in group),
        )
        for number, group in enumerate(groups)
    )
    snapshot = TableSnapshot(
        table=table,
        table_uri=table_uri,
        version=found.version(),
        columns=columns_of(found, table),
        rows=sum(rows),
        bytes=sum(file.bytes for file in files),
        partitions=partitions,
    )
    return snapshot, sum(file.missing for file in files)


def columns_of(found: DeltaTable, table: str) -> tuple[TableColumn, ...]:
    """Return the table's columns.

    Raises:
        ActionFailedError: one has a type that agents do not work on.
    """
    columns: list[TableColumn] = []
    for field in found.schema().fields:
        kind = field.type
        name = kind.type if isinstance(kind, PrimitiveType) else str(kind)
        data_type = _DATA_TYPES.get(name)
        if data_type is None:
            raise ActionFailedError(
                "column_type_unsupported",
                f"column {field.name} of table {table} has the type {name}; agents work on "
                f"{', '.join(_DATA_TYPES)}",
                remedy="Write the table anew with one of these types.",
            )
        columns.append(TableColumn(name=field.name, data_type=data_type, nullable=field.nullable))
    return tuple(columns)


def columns_at(store: ObjectStore, partition: TablePartition) -> dict[str, DataType]:
    """Return the types of the columns that the partition's table had at its version."""
    found = open_table(store, partition.table, partition.version)
    columns = columns_of(found, partition.table)
    return {column.name: column.data_type for column in columns}


def read_files(
    workshop: Workshop, uris: Sequence[str], columns: Mapping[str, str]
) -> duckdb.DuckDBPyRelation:
    """Return the rows of some of a table's files, in order, with the table's columns.

    A column that a file does not have is empty in it: the file is older than the column.

    Raises:
        ActionFailedError: a file is gone, or has a column in another type.
    """
    connection = workshop.connection
    if not uris:
        typed = ", ".join(
            f"cast(null as {kind}) as {sql.name(name)}" for name, kind in columns.items()
        )
        return connection.sql(f"select {typed} where false")
    paths = [str(workshop.path_of(uri)) for uri in uris]
    rows = connection.read_parquet(paths, union_by_name=True)
    has = {name: str(kind) for name, kind in zip(rows.columns, rows.types, strict=True)}
    differing = [name for name in columns if name in has and has[name] != columns[name]]
    if differing:
        raise ActionFailedError(
            "file_type_differs",
            f"{differing[0]} is {has[differing[0]]} in a data file and {columns[differing[0]]} "
            "in the table's schema",
            remedy="Write the table anew, so that its files have the types of its schema.",
        )
    return rows.project(
        ", ".join(
            sql.name(name) if name in has else f"cast(null as {kind}) as {sql.name(name)}"
            for name, kind in columns.items()
        )
    )


def read_partition(workshop: Workshop, partition: TablePartition) -> duckdb.DuckDBPyRelation:
    """Return a partition's rows; raises as `read_files` does."""
    return read_files(workshop, partition.files, columns_at(workshop.store, partition))


def check_readable(found: DeltaTable, table: str) -> None:
    """Refuse a table that uses what cannot be read here.

    Raises:
        ActionFailedError: it does.
    """
    unknown = {*(found.protocol().reader_features or ())} - READER_FEATURES
    if found.metadata().partition_columns:
        unknown.add("partition columns")
    if unknown:
        raise ActionFailedError(
            "table_feature_unsupported",
            f"table {table} uses {', '.join(sorted(unknown))}, which agents do not read",
            remedy="Write the table anew without them.",
        )


def _rows_of(workshop: Workshop, file: ListedFile, uri: str) -> int:
    if file.rows is not None:
        return file.rows
    rows = workshop.connection.read_parquet(str(workshop.store.fetch(uri)))
    return rows.aggregate("count(*)").fetchall()[0][0]
