"""The commit that changes a table's schema: new metadata, its rows anew and new rows, at once.

It replaces exactly the version that was read, or nothing: rows that somebody adds meanwhile are
read and written, too, before it is tried again.
"""

from collections.abc import Callable, Sequence

from deltalake import DeltaTable, Field, Schema, TableFeatures
from deltalake.exceptions import CommitFailedError

from agent_worker.capabilities.delta_table import (
    COMMIT_TRIES_MAX,
    MarksDifferError,
    Publication,
    TableFile,
    addition,
    check_schema,
    conflict_at,
    mark_of,
    properties_of,
    published_version,
    schema_of,
)
from agent_worker.capabilities.table_contracts import CONTRACT_KEY
from agent_worker.domain.data_types import DataType
from agent_worker.domain.schema_contract import TableContract


def publish_evolved(
    table_uri: str,
    contracts: tuple[TableContract, TableContract],
    rewritten: Callable[[DeltaTable], Sequence[TableFile]],
    files: Sequence[TableFile],
    publication: Publication,
) -> int:
    """Change the table from the first contract to the second, and add files; return the version.

    Args:
        table_uri: The table.
        contracts: Before and after.
        rewritten: Writes the rows of a version anew, with their new columns.
        files: What is added, with the new columns.
        publication: What the log says of it.

    Raises:
        ActionFailedError: the table has another schema by now, or others keep committing.
        MarksDifferError: the table's marks are not those that the publication follows on.
    """
    before, after = contracts
    for _ in range(COMMIT_TRIES_MAX):
        version = published_version(table_uri, publication.pipeline_id)
        if version is not None:
            return version
        table = _opened(table_uri, before, after, publication)
        added = [addition(file, changes_data=True) for file in (*rewritten(table), *files)]
        try:
            table.create_write_transaction(
                [*added],
                "overwrite",
                _naming(schema_of(after), publication.contract),
                commit_properties=properties_of(publication, max_commit_retries=0),
            )
        except CommitFailedError:
            continue
    version = published_version(table_uri, publication.pipeline_id)
    if version is None:
        raise conflict_at(table_uri)
    return version


def _opened(
    table_uri: str, before: TableContract, after: TableContract, publication: Publication
) -> DeltaTable:
    """Return the table as the publication takes it to be, able to hold what is to come."""
    table = DeltaTable(table_uri)
    if any(mark_of(table, name) != mark for name, mark in publication.follows.items()):
        raise MarksDifferError(table_uri)
    check_schema(table, schema_of(before))
    needs = any(column.data_type is DataType.TIMESTAMP for column in after.columns)
    if needs and "timestampNtz" not in (table.protocol().writer_features or ()):
        table.alter.add_feature(
            TableFeatures.TimestampWithoutTimezone, allow_protocol_versions_increase=True
        )
        return DeltaTable(table_uri)
    return table


def _naming(schema: Schema, contract: str) -> Schema:
    """Return the schema with the contract named where a change of schema can name it."""
    *others, last = schema.fields
    named = Field(last.name, last.type, nullable=last.nullable, metadata={CONTRACT_KEY: contract})
    return Schema([*others, named])
