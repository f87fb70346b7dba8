"""Joining a bucket: the rows of both tables whose key has the same hash."""

from agent_worker.capabilities.joined_rows import Join, count_sides, write_join
from agent_worker.capabilities.operators.handing_over import hand_over
from agent_worker.capabilities.part_files import types_of
from agent_worker.capabilities.splits import read_bucket
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
    left = read_bucket(request, workshop, "left_split:", given.bucket)
    right = read_bucket(request, workshop, "right_split:", given.bucket)
    join = Join(
        left=left,
        right=right,
        left_columns=types_of(left),
        right_columns=types_of(right),
        key=given.on,
        kind=given.how,
    )
    join.check()
    if request.action is ActionType.ANALYZE_SCHEMA:
        counted = count_sides(join, workshop)
        return ActionOutcome(
            observation=counted.model_dump(mode="json"),
            data_quality_score=counted.left_keyed_share,
        )
    return write_join(join, request, workshop, given.bucket.name)
