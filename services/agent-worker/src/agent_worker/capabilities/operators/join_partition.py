"""Joining a partition of the left table with the whole of the right one, held in memory."""

from agent_worker.capabilities.joined_rows import Join, count_sides, write_join
from agent_worker.capabilities.operators.handing_over import hand_over
from agent_worker.capabilities.table_snapshots import columns_at, read_files
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.operators.join_partition import SidesCounted
from agent_worker.domain.table_join import JoinKind
from agent_worker.domain.table_snapshot import TablePartition, TableSnapshot
from shared.contracts.vocabulary import ActionType, Contract

RIGHT_SHARE_MAX = 0.5
"""Of the memory: the rest is for the left rows, and for sorting what comes of it."""


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
    join = Join(
        left=read_files(workshop, given.partition.files, columns),
        right=read_files(workshop, given.right.files, given.right.types),
        left_columns=columns,
        right_columns=given.right.types,
        key=given.on,
        kind=given.how,
    )
    join.check()
    if request.action is ActionType.ANALYZE_SCHEMA:
        counted = count_sides(join, workshop)
        _check_memory(counted, given.right.table)
        return ActionOutcome(
            observation=counted.model_dump(mode="json"),
            data_quality_score=counted.left_keyed_share,
        )
    return write_join(join, request, workshop, given.partition.name)


def _check_memory(counted: SidesCounted, table: str) -> None:
    room = counted.memory_bytes * RIGHT_SHARE_MAX
    if counted.right_bytes > room:
        raise ActionFailedError(
            "memory_exhausted",
            f"the {counted.right_rows} rows of table {table} take {counted.right_bytes} bytes in "
            f"memory; a join that holds them all has {room:.0f}",
            remedy="Join by buckets, or raise ARGOSY_CHILD_MEMORY_MIB.",
        )
