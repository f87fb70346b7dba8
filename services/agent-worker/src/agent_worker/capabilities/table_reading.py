"""Tables of an object store as a person looks at them: which there are, their versions, their rows.

Nothing is changed. A version is read by its log, so that what was published later is not seen.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import duckdb
import obstore
from deltalake import DeltaTable

from agent_worker.capabilities.object_store import ObjectStore
from agent_worker.capabilities.run_reports import report_at
from agent_worker.capabilities.table_contracts import open_table
from agent_worker.capabilities.table_listing import listed_files
from agent_worker.capabilities.table_snapshots import columns_of, read_files
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.report import RunReport
from agent_worker.domain.table_snapshot import TableColumn
from shared.contracts.vocabulary import Contract

VERSIONS_MAX = 1_000
"""Versions that are listed at once."""


class TableVersion(Contract):
    """One version of a table."""

    version: int
    committed_at: datetime
    operation: str
    pipeline_id: str = ""
    """The goal's run that made it; empty where somebody else did."""
    rows: int
    files: int
    bytes: int
    quality_before: float | None = None
    quality_after: float | None = None
    """None where nothing was cleaned for it."""


class TableView(Contract):
    """A table at one version."""

    table: str
    table_uri: str
    columns: tuple[TableColumn, ...]
    latest: TableVersion
    """The version that is looked at."""


def tables_in(store_uri: str) -> tuple[str, ...]:
    """Return the names of the tables in an object store."""
    parts = urlsplit(store_uri)
    if parts.scheme == "file":
        logs = (Path(unquote(parts.path)) / "tables").glob("*/_delta_log")
        return tuple(sorted(log.parent.name for log in logs))
    bucket = obstore.store.from_url(store_uri)
    listed = obstore.list_with_delimiter(bucket, prefix="tables/")
    return tuple(
        sorted(prefix.rstrip("/").rpartition("/")[2] for prefix in listed["common_prefixes"])
    )


def view_table(store: ObjectStore, table: str, version: int | None = None) -> TableView:
    """Return a table at a version, the newest if none is given.

    Raises:
        ActionFailedError: there is no such table or version.
    """
    found = _open(store, table, version)
    return TableView(
        table=table,
        table_uri=store.uri_of(f"tables/{table}"),
        columns=columns_of(found, table),
        latest=_version_of(store, table, found.version(), open_table(store, table).history()),
    )


def versions_of(store: ObjectStore, table: str, limit: int) -> tuple[TableVersion, ...]:
    """Return the newest versions of a table, the newest first; raises as `view_table` does."""
    found = open_table(store, table)
    commits = found.history(min(limit, VERSIONS_MAX))
    return tuple(_version_of(store, table, int(each["version"]), commits) for each in commits)


def rows_of(workshop: Workshop, table: str, version: int | None) -> duckdb.DuckDBPyRelation:
    """Return the rows of a table at a version; raises as `view_table` does."""
    found = _open(workshop.store, table, version)
    root = workshop.store.uri_of(f"tables/{table}")
    uris = [f"{root}/{unquote(file.path)}" for file in listed_files(found)]
    columns = {column.name: column.data_type for column in columns_of(found, table)}
    return read_files(workshop, uris, columns)


def quarantined_rows_of(
    workshop: Workshop, table: str, version: int | None
) -> duckdb.DuckDBPyRelation:
    """Return the rows that the run which made a version could not use, with reason and text.

    Raises:
        ActionFailedError: there is no such version, its run kept no report, or a file is gone.
    """
    _open(workshop.store, table, version)
    uris = report_at(workshop.store, table, version).quarantine_files
    paths = [str(workshop.store.fetch(uri)) for uri in uris]
    if not paths:
        return workshop.connection.sql(
            "select '' as _source_file, 0::bigint as _source_line, '' as reason, '' as raw"
            " where false"
        )
    return workshop.connection.read_parquet(paths)


def _open(store: ObjectStore, table: str, version: int | None) -> DeltaTable:
    newest = open_table(store, table)
    if version is None or version == newest.version():
        return newest
    if version > newest.version():
        raise ActionFailedError(
            "table_version_unknown",
            f"table {table} has no version {version}; its newest is {newest.version()}",
            remedy="`argosy table history` lists its versions.",
        )
    return open_table(store, table, version)


def _version_of(
    store: ObjectStore, table: str, version: int, commits: list[dict[str, Any]]
) -> TableVersion:
    commit = next(each for each in commits if each["version"] == version)
    files = listed_files(open_table(store, table, version))
    report = _report_of(store, table, version)
    return TableVersion(
        version=version,
        committed_at=datetime.fromtimestamp(commit["timestamp"] / 1000, tz=UTC),
        operation=str(commit.get("operation", "")).lower(),
        pipeline_id=str(commit.get("pipeline_id", "")),
        rows=sum(file.rows or 0 for file in files),
        files=len(files),
        bytes=sum(file.bytes for file in files),
        quality_before=report and report.quality_before.score,
        quality_after=report and report.quality_after.score,
    )


def _report_of(store: ObjectStore, table: str, version: int) -> RunReport | None:
    try:
        return report_at(store, table, version)
    except ActionFailedError as error:
        if error.failure.code in {"report_missing", "artifact_missing"}:
            return None
        raise
