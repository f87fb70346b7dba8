"""Removing the duplicates of a table that is one partition."""

from agent_worker.capabilities.distinct_rows import count_keys, write_distinct
from agent_worker.capabilities.engines.choosing import engine_for
from agent_worker.capabilities.engines.port import KeepDistinct, rows_of
from agent_worker.capabilities.operators.handing_over import hand_over
from agent_worker.capabilities.table_snapshots import columns_at
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.table_snapshot import TablePartition
from shared.contracts.vocabulary import ActionType, Contract


class DeduplicateParameters(Contract):
    """What the task gives."""

    table: str
    partition: TablePartition
    key: tuple[str, ...] = ()
    order_by: str = ""


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    given = DeduplicateParameters.model_validate(request.parameters)
    rows = rows_of(given.partition, columns_at(workshop.store, given.partition))
    work = KeepDistinct(rows, given.key, given.order_by)
    work.check()
    engine = engine_for(workshop, rows)
    if request.action is ActionType.ANALYZE_SCHEMA:
        return count_keys(work, engine)
    return write_distinct(work, engine, request, workshop, given.partition.name)
