"""The published table: Delta Lake, one atomic commit for one pipeline, at most once.

A commit carries the pipeline's id as its application transaction. Whoever finds it in the table
has nothing left to do, so that a publication that is carried out twice is one version.

What depends on the table as it is, appending and compacting, commits on top of the version that
was looked at and nothing else; when somebody was faster it looks again.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from deltalake import DeltaTable, Field, Schema
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
from deltalake.schema import PrimitiveType
from deltalake.transaction import (
    AddAction,
    CommitProperties,
    RemoveAction,
    Transaction,
    create_table_with_add_actions,
)

from agent_worker.capabilities.table_listing import listed_files
from agent_worker.domain.data_types import DataType
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.schema_contract import ColumnContract, TableContract

PUBLICATION = 1
"""The number of a pipeline's only application transaction."""

COMMIT_TRIES_MAX = 8
"""Four writers that append without a pause were seen to collide three times in a row at most."""

LINEAGE = {"_source_file": DataType.VARCHAR, "_source_line": DataType.BIGINT}
"""The columns that cleaning adds to those of the contract."""

DELTA_TYPES = {
    DataType.BIGINT: "long",
    DataType.DOUBLE: "double",
    DataType.BOOLEAN: "boolean",
    DataType.DATE: "date",
    DataType.TIMESTAMP: "timestamp_ntz",
    DataType.VARCHAR: "string",
}
"""What Delta calls the types that a column can have."""


class Mode(StrEnum):
    """What a publication does to the files that the table has."""

    OVERWRITE = "overwrite"
    """They go; the table has this schema from now on."""
    APPEND = "append"
    """They stay; the schema must be the same. A table that is not there is created."""
    COMPACT = "compact"
    """Those that are replaced go, all others stay; no row changes."""


@dataclass(frozen=True, slots=True)
class TableFile:
    """A Parquet file that becomes part of the table."""

    path: str
    """Relative to the table's folder."""
    size: int
    statistics: Mapping[str, object]
    """numRecords, minValues, maxValues and nullCount, as Delta's protocol has them."""


@dataclass(frozen=True, slots=True)
class Publication:
    """One pipeline's version of a table."""

    pipeline_id: str
    attempts: Sequence[str]
    """The accepted attempts, each as task id, slash, number."""
    contract: str = ""
    """Where in the table's folder its contract is kept; what appending does not change."""
    replaced: Sequence[str] = ()
    """The files that compacting removes, relative to the table's folder."""
    remarks: Mapping[str, str] = field(default_factory=dict[str, str])
    """What else the commit is to record."""
    follows: Mapping[str, int | None] = field(default_factory=dict[str, int | None])
    """The marks that the table must have, None for none; otherwise nothing is committed."""
    marks: Mapping[str, int] = field(default_factory=dict[str, int])
    """The marks that it has from then on, such as how far a source was taken."""


class MarksDifferError(Exception):
    """The table has other marks by now than a publication follows on."""


def publish(
    table_uri: str,
    schema: Schema,
    files: Sequence[TableFile],
    publication: Publication,
    mode: Mode = Mode.OVERWRITE,
) -> int:
    """Make these files part of the table, unless that was done before; return the version.

    Raises:
        ActionFailedError: other pipelines keep committing at the same moment, the schema is not
            the table's, or a file that is to be replaced has gone.
        MarksDifferError: the table's marks are not those that the publication follows on.
    """
    for _ in range(COMMIT_TRIES_MAX):
        version = published_version(table_uri, publication.pipeline_id)
        if version is not None:
            return version
        try:
            _commit(table_uri, schema, files, publication, mode)
        except CommitFailedError:
            # The other committer may have been an earlier attempt at this very publication.
            continue
    version = published_version(table_uri, publication.pipeline_id)
    if version is None:
        raise conflict_at(table_uri)
    return version


def conflict_at(table_uri: str) -> ActionFailedError:
    """Return the failure of a commit that others were always faster than."""
    return ActionFailedError(
        "table_commit_conflict",
        f"{table_uri} was changed by other pipelines {COMMIT_TRIES_MAX} times in a row "
        "while this one tried to commit",
        remedy="Nothing: the task is tried again.",
        retryable=True,
    )


def published_version(table_uri: str, pipeline_id: str) -> int | None:
    """Return the version that the pipeline published, or None."""
    commit = published_commit(table_uri, pipeline_id)
    return None if commit is None else int(commit["version"])


def published_commit(table_uri: str, pipeline_id: str) -> Mapping[str, str] | None:
    """Return what the log says of the pipeline's commit, remarks included, or None."""
    table = newest(table_uri)
    if table is None or table.transaction_version(pipeline_id) is None:
        return None
    commits = (commit for commit in table.history() if commit.get("pipeline_id") == pipeline_id)
    return next(commits, None)


def mark_of(table: DeltaTable | None, name: str) -> int | None:
    """Return one of the table's marks; None when nobody made it, or there is no table."""
    return None if table is None else table.transaction_version(name)


def newest(table_uri: str) -> DeltaTable | None:
    """Return the table as it is now, or None when there is none."""
    try:
        return DeltaTable(table_uri)
    except TableNotFoundError:
        return None


def schema_of(contract: TableContract) -> Schema:
    """Return the schema of a table that was cleaned by the contract, lineage included."""
    lineage = tuple(ColumnContract(name=name, data_type=LINEAGE[name]) for name in LINEAGE)
    return schema_with((*contract.columns, *lineage))


def schema_with(columns: Sequence[ColumnContract]) -> Schema:
    """Return the schema with just these columns."""
    fields = [
        (each.name, PrimitiveType(DELTA_TYPES[each.data_type]), each.nullable) for each in columns
    ]
    return Schema([Field(name, kind, nullable=nullable) for name, kind, nullable in fields])


def removal(path: str, size: int, *, changes_data: bool) -> RemoveAction:
    """Return what takes a file out of a table; its age counts from now on."""
    now = datetime.now(UTC)  # noqa: TID251 - the library dates its commits, but no removal
    milliseconds = int(now.timestamp() * 1000)
    return RemoveAction(path, changes_data, milliseconds, size, {})


def _commit(
    table_uri: str,
    schema: Schema,
    files: Sequence[TableFile],
    publication: Publication,
    mode: Mode,
) -> None:
    table = None if mode is Mode.OVERWRITE else newest(table_uri)
    if any(mark_of(table, name) != mark for name, mark in publication.follows.items()):
        raise MarksDifferError(table_uri)
    if table is None:
        _commit_whole(table_uri, schema, files, publication, mode)
        return
    check_schema(table, schema)
    is_compacting = mode is Mode.COMPACT
    # The files' own times would make equal tables differ.
    added = [addition(file, changes_data=not is_compacting) for file in files]
    removed = _removals(table, publication.replaced) if is_compacting else []
    table.create_write_transaction(
        [*added, *removed],
        "append",
        schema,
        # Committed on this version or not at all: the library itself would accept that a file is
        # removed which another commit has removed already, and its rows would be there twice.
        commit_properties=properties_of(publication, max_commit_retries=0),
    )


def _commit_whole(
    table_uri: str,
    schema: Schema,
    files: Sequence[TableFile],
    publication: Publication,
    mode: Mode,
) -> None:
    if mode is Mode.COMPACT:
        raise _moved_on(table_uri, "the table is not there any more")
    try:
        create_table_with_add_actions(
            table_uri,
            schema,
            [addition(file, changes_data=True) for file in files],
            mode="overwrite" if mode is Mode.OVERWRITE else "error",
            # Kept in the table's metadata, so that log retention does not lose it.
            description=publication.contract or None,
            commit_properties=properties_of(publication),
        )
    except DeltaError as error:
        # Somebody who was faster to create the table is said so without a class of its own.
        if mode is Mode.OVERWRITE or newest(table_uri) is None:
            raise
        raise CommitFailedError(str(error)) from error


def addition(file: TableFile, *, changes_data: bool) -> AddAction:
    """Return what puts a file into a table."""
    return AddAction(file.path, file.size, {}, 0, changes_data, json.dumps(file.statistics))


def _removals(table: DeltaTable, replaced: Sequence[str]) -> list[RemoveAction]:
    sizes = {file.path: file.bytes for file in listed_files(table)}
    gone = sum(path not in sizes for path in replaced)
    if gone:
        raise _moved_on(
            table.table_uri, f"{gone} of the {len(replaced)} files to be replaced are gone"
        )
    return [removal(path, sizes[path], changes_data=False) for path in replaced]


def check_schema(table: DeltaTable, schema: Schema) -> None:
    """Pass a table with this schema; raises ActionFailedError for others."""
    had, has = _promised(table.schema()), _promised(schema)
    if had == has:
        return
    differing = [str(column) for column in (*had, *has) if (column in had) != (column in has)]
    raise ActionFailedError(
        "schema_differs",
        f"{table.table_uri} has another schema than what is to be added: "
        + (f"they differ in {', '.join(differing[:5])}" if differing else "the order differs"),
        remedy="Migrate the table's schema first, or publish under another name.",
    )


def _promised(schema: Schema) -> list[tuple[str, str, bool]]:
    return [(each.name, str(each.type), each.nullable) for each in schema.fields]


def properties_of(
    publication: Publication, max_commit_retries: int | None = None
) -> CommitProperties:
    """Return what the log keeps of a publication."""
    return CommitProperties(
        custom_metadata={
            **publication.remarks,
            "pipeline_id": publication.pipeline_id,
            "attempts": json.dumps(list(publication.attempts)),
            "contract": publication.contract,
        },
        max_commit_retries=max_commit_retries,
        app_transactions=[
            Transaction(publication.pipeline_id, PUBLICATION),
            *(Transaction(name, mark) for name, mark in publication.marks.items()),
        ],
    )


def _moved_on(table_uri: str, detail: str) -> ActionFailedError:
    return ActionFailedError(
        "table_moved_on",
        f"{table_uri} was changed since its files were read: {detail}",
        remedy="Submit the goal again; it then begins with the table as it is.",
    )
