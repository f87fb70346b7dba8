"""The Parquet files that whole-table work hands on, one for a task or a list of several."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import duckdb

from agent_worker.capabilities import sql
from agent_worker.capabilities.artifacts import Outputs, open_artifact, read_document
from agent_worker.capabilities.engines.duckdb_engine import store_rows
from agent_worker.capabilities.engines.port import (
    BUCKET_COLUMN,
    RowFile,
    StoredRows,
    TableEngine,
    TableWork,
)
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionRequest
from agent_worker.domain.data_types import DataType
from agent_worker.domain.table_columns import Columns
from agent_worker.domain.table_snapshot import Bucket
from shared.contracts.vocabulary import Artifact, Contract


class TargetTable(Contract):
    """The table that a task writes for."""

    table: str


LIST_ENDING = ".json"
"""How a list of files is told from a file."""


class FileList(Contract):
    """The files of one artifact, in order; an engine of many machines writes several at once."""

    files: tuple[Artifact, ...]


def write_part(
    request: ActionRequest, workshop: Workshop, name: str, rows: duckdb.DuckDBPyRelation
) -> Artifact:
    """Write rows as `part:<name>` into the folder of the task's table, still invisible there."""
    return _write(request, workshop, f"part:{name}", rows, _place_of_part(request))


def write_aside(
    request: ActionRequest, workshop: Workshop, name: str, rows: duckdb.DuckDBPyRelation
) -> Artifact:
    """Write rows that only other tasks read."""
    return _write(request, workshop, name, rows, _place_aside(request, workshop, name))


def compute_part(
    request: ActionRequest, workshop: Workshop, name: str, engine: TableEngine, work: TableWork
) -> Artifact:
    """Have an engine write what comes of the work, where `write_part` writes rows."""
    files = engine.write(work, _place_of_part(request))
    return _artifact_of(request, workshop, f"part:{name}", files)


def compute_aside(
    request: ActionRequest, workshop: Workshop, name: str, engine: TableEngine, work: TableWork
) -> Artifact:
    """Have an engine write what comes of the work, for other tasks alone."""
    files = engine.write(work, _place_aside(request, workshop, name))
    return _artifact_of(request, workshop, name, files)


def row_key(columns: Sequence[str], types: Columns) -> str:
    """Return the SQL of a text that is equal just for rows with an equal key."""
    cells = [
        f"coalesce('v' || cast({_canonical(name, types[name])} as varchar), 'n')"
        for name in columns
    ]
    # Each cell tells its length, so that no two keys run together to the same text.
    return " || ".join(f"concat(length({cell}), ':', {cell})" for cell in cells) or "''"


def bucket_of(columns: Sequence[str], types: Columns, count: int) -> str:
    """Return the SQL of a row's bucket: the same on all agents, whatever version they have."""
    return f"cast(md5_number_lower({row_key(columns, types)}) % {count} as integer)"


def types_of(rows: duckdb.DuckDBPyRelation) -> dict[str, DataType]:
    """Return the types of rows that a task wrote, by their columns' names."""
    pairs = zip(rows.columns, rows.types, strict=True)
    return {name: DataType(str(kind)) for name, kind in pairs}


def content_digest(rows: duckdb.DuckDBPyRelation, types: Columns) -> tuple[int, int, int]:
    """Return the number of rows, and two sums of their digests.

    The sums of several parts add up to those of the whole, so neither the order of rows nor how
    they are divided into files matters.
    """
    digests = rows.project(f"{row_key(list(types), types)} as row_text")
    figures = digests.aggregate(
        "count(*), coalesce(sum(md5_number_lower(row_text)), 0), "
        "coalesce(sum(md5_number_upper(row_text)), 0)"
    ).fetchall()[0]
    return int(figures[0]), int(figures[1]), int(figures[2])


def files_of(workshop: Workshop, artifacts: Iterable[Artifact]) -> list[Artifact]:
    """Return each file of what other tasks wrote; raises as `open_parts` does."""
    return [
        file
        for artifact in artifacts
        for file in (
            read_document(workshop.store, artifact, FileList).files
            if artifact.uri.endswith(LIST_ENDING)
            else (artifact,)
        )
    ]


def open_parts(workshop: Workshop, artifacts: Iterable[Artifact]) -> list[str]:
    """Return local paths of what other tasks wrote; each file is verified once in a process.

    Raises:
        ActionFailedError: one is missing, or not what its task wrote.
    """
    return [str(_verified(workshop, file)) for file in files_of(workshop, artifacts)]


def stored_rows(
    workshop: Workshop, artifacts: Collection[Artifact], bucket: Bucket | None = None
) -> StoredRows:
    """Return the rows of what other tasks wrote, or of one bucket; raises as `open_parts` does."""
    rows = workshop.connection.read_parquet(open_parts(workshop, artifacts))
    types = {name: str(kind) for name, kind in zip(rows.columns, rows.types, strict=True)}
    size = sum(artifact.bytes for artifact in artifacts)
    files = tuple(file.uri for file in files_of(workshop, artifacts))
    if bucket is None:
        return StoredRows(files, types, size)
    del types[BUCKET_COLUMN]
    return StoredRows(files, types, size // bucket.count, bucket.number)


def _verified(workshop: Workshop, artifact: Artifact) -> Path:
    # A bucket reads every split file, so they would be hashed as often as there are buckets.
    path = workshop.verified(artifact.uri, artifact.content_hash)
    if path is None:
        path = open_artifact(workshop.store, artifact)
        workshop.remember_verified(artifact.uri, artifact.content_hash, path)
    return path


def _place_of_part(request: ActionRequest) -> str:
    table = TargetTable.model_validate({"table": request.parameters.get("table")}).table
    return f"tables/{table}/data/{request.task_id}/{request.attempt}/part.parquet"


def _place_aside(request: ActionRequest, workshop: Workshop, name: str) -> str:
    return Outputs(workshop.store, request).name_of(name, "parquet")


def _write(
    request: ActionRequest,
    workshop: Workshop,
    name: str,
    rows: duckdb.DuckDBPyRelation,
    stored_as: str,
) -> Artifact:
    file = store_rows(workshop, rows, stored_as)
    return _artifact_of(request, workshop, name, (file,))


def _artifact_of(
    request: ActionRequest, workshop: Workshop, name: str, files: Sequence[RowFile]
) -> Artifact:
    artifacts = tuple(
        Artifact(
            name=name,
            uri=file.uri,
            task_id=request.task_id,
            attempt=request.attempt,
            content_hash=file.content_hash,
            rows=file.rows,
            bytes=file.bytes,
        )
        for file in files
    )
    if len(artifacts) == 1:
        return artifacts[0]
    listed = Outputs(workshop.store, request).write_document(name, FileList(files=artifacts))
    rows, size = sum(file.rows for file in files), sum(file.bytes for file in files)
    return listed.model_copy(update={"rows": rows, "bytes": size})


def _canonical(name: str, data_type: DataType) -> str:
    quoted = sql.name(name)
    return f"({quoted} + 0.0)" if data_type is DataType.DOUBLE else quoted
