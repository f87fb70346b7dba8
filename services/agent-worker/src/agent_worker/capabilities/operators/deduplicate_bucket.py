"""Removing the duplicates of a bucket: the rows of all partitions whose key has the same hash."""

from agent_worker.capabilities.distinct_rows import Duplicates, count_keys, write_distinct
from agent_worker.capabilities.operators.handing_over import hand_over
from agent_worker.capabilities.part_files import types_of
from agent_worker.capabilities.splits import read_bucket
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.table_snapshot import Bucket
from shared.contracts.vocabulary import ActionType, Contract


class DeduplicateBucketParameters(Contract):
    """What the task gives."""

    table: str
    bucket: Bucket
    key: tuple[str, ...] = ()
    order_by: str = ""


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    given = DeduplicateBucketParameters.model_validate(request.parameters)
    rows = read_bucket(request, workshop, "key_split:", given.bucket)
    duplicates = Duplicates(rows, types_of(rows), given.key, given.order_by)
    duplicates.check()
    if request.action is ActionType.ANALYZE_SCHEMA:
        return count_keys(duplicates)
    return write_distinct(duplicates, request, workshop, given.bucket.name)
