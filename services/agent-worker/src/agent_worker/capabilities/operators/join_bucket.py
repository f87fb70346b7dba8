"""Joining a bucket: the rows of both tables whose key has the same hash."""

from agent_worker.capabilities.engines.choosing import engine_for
from agent_worker.capabilities.engines.port import JoinRows
from agent_worker.capabilities.joined_rows import count_sides, write_join
from agent_worker.capabilities.operators.handing_over import hand_over
from agent_worker.capabilities.splits import rows_of_bucket
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.table_join import JoinKind
from agent_worker.domain.table_snapshot import Bucket
from shared.contracts.vocabulary import ActionType, Contract


class JoinBucketParameters(Contract):
    """What the task gives."""

    table: str
    bucket: Bucket
    on: tuple[str, ...]
    how: JoinKind


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    given = JoinBucketParameters.model_validate(request.parameters)
    left = rows_of_bucket(request, workshop, "left_split:", given.bucket)
    right = rows_of_bucket(request, workshop, "right_split:", given.bucket)
    work = JoinRows(left=left, right=right, key=given.on, kind=given.how)
    work.check()
    engine = engine_for(workshop, left, right)
    if request.action is ActionType.ANALYZE_SCHEMA:
        counted = count_sides(work, engine, workshop)
        return ActionOutcome(
            observation=counted.model_dump(mode="json"),
            data_quality_score=counted.left_keyed_share,
        )
    return write_join(work, engine, request, workshop, given.bucket.name)
