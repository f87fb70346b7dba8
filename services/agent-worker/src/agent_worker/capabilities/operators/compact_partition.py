"""Compacting a partition: the rows of its files, in order, in one file."""

from agent_worker.capabilities.operators.handing_over import hand_over
from agent_worker.capabilities.part_files import content_digest, write_part
from agent_worker.capabilities.table_snapshots import columns_at, read_files
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.operators.compact_partition import FilesCounted, FileWritten
from agent_worker.domain.table_snapshot import TablePartition
from shared.contracts.vocabulary import ActionType, Contract


class CompactParameters(Contract):
    """What the task gives."""

    table: str
    partition: TablePartition


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    partition = CompactParameters.model_validate(request.parameters).partition
    if request.action is ActionType.ANALYZE_SCHEMA:
        return _count(partition, workshop)
    columns = columns_at(workshop.store, partition)
    rows = read_files(workshop, partition.files, columns)
    part = write_part(request, workshop, partition.name, rows)
    written = read_files(workshop, (part.uri,), columns)
    if content_digest(written, columns) != content_digest(rows, columns):
        raise ActionFailedError(
            "rows_changed",
            f"what was written for {partition.name} of table {partition.table} has other rows "
            "than its files; they were changed meanwhile",
            remedy="Find out who writes into the table's files, and submit the goal again.",
        )
    outcome = FileWritten(part=part, files=len(partition.files), rows=part.rows)
    return ActionOutcome(observation=outcome.model_dump(mode="json"), data_quality_score=1.0)


def _count(partition: TablePartition, workshop: Workshop) -> ActionOutcome:
    rows = read_files(workshop, partition.files, columns_at(workshop.store, partition))
    ((row_count,),) = rows.aggregate("count(*)").fetchall()
    if row_count != partition.rows:
        raise ActionFailedError(
            "rows_missing",
            f"the files of {partition.name} have {row_count} rows; the log of table "
            f"{partition.table} says {partition.rows}",
            remedy="See that nobody changes the table's files, and restore the table.",
        )
    counted = FilesCounted(files=len(partition.files), bytes=partition.bytes, rows=row_count)
    return ActionOutcome(observation=counted.model_dump(mode="json"), data_quality_score=1.0)
