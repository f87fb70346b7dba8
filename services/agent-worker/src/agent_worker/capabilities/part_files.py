"""The Parquet files that whole-table work hands on: sorted, so that equal rows make equal files.

Rows are sorted by the key and then by every other column. What a task was given, how often it was
tried and who did it does not show; DuckDB spills what does not fit into memory.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from agent_worker.capabilities import sql
from agent_worker.capabilities.artifacts import Outputs, open_artifact
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionRequest
from agent_worker.domain.data_types import DataType
from agent_worker.domain.table_columns import Columns
from shared.contracts.vocabulary import Artifact, Contract


class TargetTable(Contract):
    """The table that a task writes for."""

    table: str


def write_part(
    request: ActionRequest, workshop: Workshop, name: str, rows: duckdb.DuckDBPyRelation
) -> Artifact:
    """Write rows as `part:<name>` into the folder of the task's table, still invisible there."""
    table = TargetTable.model_validate({"table": request.parameters.get("table")}).table
    stored_as = f"tables/{table}/data/{request.task_id}/{request.attempt}/part.parquet"
    return _write(request, workshop, f"part:{name}", rows, stored_as)


def write_aside(
    request: ActionRequest, workshop: Workshop, name: str, rows: duckdb.DuckDBPyRelation
) -> Artifact:
    """Write rows that only other tasks read."""
    stored_as = Outputs(workshop.store, request).name_of(name, "parquet")
    return _write(request, workshop, name, rows, stored_as)


def in_order(columns: Columns, first: Sequence[str] = ()) -> str:
    """Return what to order rows by so that only equal rows are interchangeable."""
    names = [*first, *(name for name in columns if name not in first)]
    return ", ".join(_ordering(name, columns[name]) for name in names)


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


def open_parts(workshop: Workshop, artifacts: Sequence[Artifact]) -> list[str]:
    """Return local paths of what other tasks wrote; each file is verified once in a process.

    Raises:
        ActionFailedError: one is missing, or not what its task wrote.
    """
    return [str(_verified(workshop, artifact)) for artifact in artifacts]


def _verified(workshop: Workshop, artifact: Artifact) -> Path:
    # A bucket reads every split file, so they would be hashed as often as there are buckets.
    path = workshop.verified(artifact.uri, artifact.content_hash)
    if path is None:
        path = open_artifact(workshop.store, artifact)
        workshop.remember_verified(artifact.uri, artifact.content_hash, path)
    return path


def _write(
    request: ActionRequest,
    workshop: Workshop,
    name: str,
    rows: duckdb.DuckDBPyRelation,
    stored_as: str,
) -> Artifact:
    written = Outputs(workshop.store, request).write_rows(
        name, rows, stored_as=stored_as, row_count=0
    )
    rows_written = workshop.connection.read_parquet(str(workshop.store.fetch(written.uri)))
    ((row_count,),) = rows_written.aggregate("count(*)").fetchall()
    return written.model_copy(update={"rows": row_count})


def _ordering(name: str, data_type: DataType) -> str:
    quoted = sql.name(name)
    # Zero and minus zero are equal and yet written differently.
    extra = f", signbit({quoted})" if data_type is DataType.DOUBLE else ""
    return f"{quoted} asc nulls last{extra}"


def _canonical(name: str, data_type: DataType) -> str:
    quoted = sql.name(name)
    return f"({quoted} + 0.0)" if data_type is DataType.DOUBLE else quoted
