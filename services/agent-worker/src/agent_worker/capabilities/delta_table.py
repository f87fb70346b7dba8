"""The published table: Delta Lake, one atomic commit for one pipeline, at most once.

A commit carries the pipeline's id as its application transaction. Whoever finds it in the table
has nothing left to do, so that a publication that is carried out twice is one version.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from deltalake import DeltaTable, Field, Schema
from deltalake.exceptions import CommitFailedError, TableNotFoundError
from deltalake.schema import PrimitiveType
from deltalake.transaction import (
    AddAction,
    CommitProperties,
    Transaction,
    create_table_with_add_actions,
)

from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.schema_contract import DataType, TableContract

PUBLICATION = 1
"""The number of a pipeline's only application transaction."""

_TYPES = {
    DataType.BIGINT: "long",
    DataType.DOUBLE: "double",
    DataType.BOOLEAN: "boolean",
    DataType.DATE: "date",
    DataType.TIMESTAMP: "timestamp_ntz",
    DataType.VARCHAR: "string",
}


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


def publish(
    table_uri: str, contract: TableContract, files: Sequence[TableFile], publication: Publication
) -> int:
    """Make these files the table's content, unless that was done before; return the version.

    Raises:
        ActionFailedError: another pipeline committed at the same moment.
    """
    version = published_version(table_uri, publication.pipeline_id)
    if version is not None:
        return version
    try:
        _commit(table_uri, contract, files, publication)
    except CommitFailedError as error:
        # The other committer may have been an earlier attempt at this very publication.
        version = published_version(table_uri, publication.pipeline_id)
        if version is not None:
            return version
        raise ActionFailedError(
            "table_commit_conflict",
            f"{table_uri} was changed by another pipeline at the same moment: {error}",
            remedy="Nothing: the task is tried again.",
            retryable=True,
        ) from error
    version = published_version(table_uri, publication.pipeline_id)
    assert version is not None, f"{table_uri} does not have the commit that succeeded"
    return version


def published_version(table_uri: str, pipeline_id: str) -> int | None:
    """Return the version that the pipeline published, or None."""
    try:
        table = DeltaTable(table_uri)
    except TableNotFoundError:
        return None
    if table.transaction_version(pipeline_id) is None:
        return None
    for commit in table.history():
        if commit.get("pipeline_id") == pipeline_id:
            return int(commit["version"])
    return None


def _commit(
    table_uri: str, contract: TableContract, files: Sequence[TableFile], publication: Publication
) -> None:
    metadata = {
        "pipeline_id": publication.pipeline_id,
        "attempts": json.dumps(list(publication.attempts)),
        "schema_fingerprint": contract.fingerprint,
    }
    create_table_with_add_actions(
        table_uri,
        _schema(contract),
        [
            # The files' own times would make equal tables differ.
            AddAction(file.path, file.size, {}, 0, True, json.dumps(file.statistics))  # noqa: FBT003 - foreign positional signature
            for file in files
        ],
        mode="overwrite",
        commit_properties=CommitProperties(
            custom_metadata=metadata,
            app_transactions=[Transaction(publication.pipeline_id, PUBLICATION)],
        ),
    )


def _schema(contract: TableContract) -> Schema:
    fields = [
        Field(column.name, PrimitiveType(_TYPES[column.data_type]), nullable=column.nullable)
        for column in contract.columns
    ]
    lineage = [
        Field("_source_file", PrimitiveType("string")),
        Field("_source_line", PrimitiveType("long")),
    ]
    return Schema([*fields, *lineage])
