"""Removing the duplicates of a table that is one partition."""

from agent_worker.capabilities.distinct_rows import Duplicates, count_keys, write_distinct
from agent_worker.capabilities.operators.handing_over import hand_over
from agent_worker.capabilities.table_snapshots import columns_at, read_files
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
    columns = columns_at(workshop.store, given.partition)
    rows = read_files(workshop, given.partition.files, columns)
    duplicates = Duplicates(rows, columns, given.key, given.order_by)
    duplicates.check()
    if request.action is ActionType.ANALYZE_SCHEMA:
        return count_keys(duplicates)
    return write_distinct(duplicates, request, workshop, given.partition.name)
