"""Splitting a partition: its rows in one file, sorted by the bucket that their key falls into."""

from typing import Literal

from pydantic import Field

from agent_worker.capabilities.engines.duckdb_engine import DuckDbEngine
from agent_worker.capabilities.engines.port import BUCKET_COLUMN, rows_of
from agent_worker.capabilities.operators.handing_over import hand_over
from agent_worker.capabilities.part_files import bucket_of, write_aside
from agent_worker.capabilities.splits import check_splittable
from agent_worker.capabilities.table_snapshots import columns_at, read_files
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.operators.split_partition import SplitWritten
from agent_worker.domain.table_columns import check_named, own_columns
from agent_worker.domain.table_snapshot import Bucket, TablePartition
from shared.contracts.vocabulary import ActionType, Contract


class SplitParameters(Contract):
    """What the task gives."""

    side: Literal["left", "right", "key"]
    partition: TablePartition
    on: tuple[str, ...]
    """The key; empty for all columns that say something of a row itself."""
    buckets: tuple[Bucket, ...] = Field(min_length=1)


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    parameters = SplitParameters.model_validate(request.parameters)
    partition = parameters.partition
    columns = columns_at(workshop.store, partition)
    check_named(parameters.on, columns, f"the key of table {partition.table}")
    check_splittable(columns, partition.table)
    key = list(parameters.on) or own_columns(columns)
    counted = DuckDbEngine(workshop).count_missing(rows_of(partition, columns), key)
    if request.action is ActionType.ANALYZE_SCHEMA:
        return ActionOutcome(
            observation=counted.model_dump(mode="json"), data_quality_score=counted.completeness
        )
    rows = read_files(workshop, partition.files, columns)
    bucket = bucket_of(key, columns, len(parameters.buckets))
    split = rows.project(f"{bucket} as {BUCKET_COLUMN}, *")
    artifact = write_aside(
        request,
        workshop,
        f"{parameters.side}_split:{partition.name}",
        split.order(BUCKET_COLUMN),
    )
    per_bucket = split.aggregate(f"{BUCKET_COLUMN}, count(*) as n", BUCKET_COLUMN)
    ((fullest,),) = per_bucket.aggregate("coalesce(max(n), 0)").fetchall()
    written = SplitWritten(
        split=artifact, buckets=len(parameters.buckets), rows=artifact.rows, fullest=fullest
    )
    return ActionOutcome(
        observation=written.model_dump(mode="json"), data_quality_score=counted.completeness
    )
