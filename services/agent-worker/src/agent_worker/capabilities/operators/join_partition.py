"""Joining a partition of the left table with the whole of the right one."""

from agent_worker.capabilities.engines.choosing import engine_for
from agent_worker.capabilities.engines.port import JoinRows, StoredRows, rows_of
from agent_worker.capabilities.joined_rows import count_sides, write_join
from agent_worker.capabilities.operators.handing_over import hand_over
from agent_worker.capabilities.table_snapshots import columns_at
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.operators.join_partition import SidesCounted
from agent_worker.domain.table_join import JoinKind
from agent_worker.domain.table_snapshot import TablePartition, TableSnapshot
from shared.contracts.vocabulary import ActionType, Contract


class JoinParameters(Contract):
    """What the task gives."""

    table: str
    partition: TablePartition
    right: TableSnapshot
    on: tuple[str, ...]
    how: JoinKind


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    given = JoinParameters.model_validate(request.parameters)
    columns = columns_at(workshop.store, given.partition)
    work = JoinRows(
        left=rows_of(given.partition, columns),
        right=StoredRows(given.right.files, given.right.types, given.right.bytes),
        key=given.on,
        kind=given.how,
    )
    work.check()
    engine = engine_for(workshop, work.left, work.right)
    if request.action is ActionType.ANALYZE_SCHEMA:
        counted = count_sides(work, engine, workshop)
        _check_memory(counted, engine.join_memory_bytes, given.right.table)
        return ActionOutcome(
            observation=counted.model_dump(mode="json"),
            data_quality_score=counted.left_keyed_share,
        )
    return write_join(work, engine, request, workshop, given.partition.name)


def _check_memory(counted: SidesCounted, room: int, table: str) -> None:
    if room and counted.right_bytes > room:
        raise ActionFailedError(
            "memory_exhausted",
            f"the {counted.right_rows} rows of table {table} take {counted.right_bytes} bytes in "
            f"memory; a join that holds them all has {room}",
            remedy="Join by buckets, or raise ARGOSY_CHILD_MEMORY_MIB.",
        )
