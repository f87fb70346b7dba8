"""Why a goal has not begun, and how many go before it, in a sentence for people."""

from collections.abc import Iterable
from enum import StrEnum

from pydantic import BaseModel, Field

from planner.domain.admission import OwnerLimits
from planner.domain.places import OwnerRecord, PlaceRecord, PlaceState
from planner.domain.records import PipelineRecord
from shared.contracts.payloads import PipelineState


class WaitReason(StrEnum):
    """What stands before a goal that waits."""

    OWNER_LIMIT = "owner_limit"
    """As many goals of its owner have begun as may."""
    OWNER_RATE = "owner_rate"
    """As many goals of its owner began within a minute as may."""
    KEY = "key"
    """Another goal of its owner with the same key goes first."""


class Waiting(BaseModel):
    """Why a goal waits, and where it is in line."""

    reason: WaitReason
    ahead: int = Field(description="Goals of the owner that are in line before it.")
    detail: str


class GoalExplanation(BaseModel):
    """A goal, with the reason why it is in the state that it is in."""

    goal_id: str
    pipeline_id: str
    state: PipelineState
    why: str = Field(description="In one sentence.")
    waiting: Waiting | None = Field(description="For a queued goal: what it waits for.")


def waiting_in(
    line: Iterable[PlaceRecord], place: PlaceRecord, owner: OwnerRecord, limits: OwnerLimits
) -> Waiting:
    """Return why the place, which is in its owner's line, has not begun."""
    ahead = sum(each.rank < place.rank for each in line)
    reason, stands_before = _reason_of(place, owner, limits)
    return Waiting(
        reason=reason,
        ahead=ahead,
        detail=f"waiting: {stands_before}, {ahead} ahead",
    )


def explain_goal(pipeline: PipelineRecord, waiting: Waiting | None) -> GoalExplanation:
    """Return the pipeline's state with the reason."""
    return GoalExplanation(
        goal_id=pipeline.goal_id,
        pipeline_id=pipeline.pipeline_id,
        state=pipeline.state,
        why=_why(pipeline, waiting),
        waiting=waiting,
    )


def _reason_of(
    place: PlaceRecord, owner: OwnerRecord, limits: OwnerLimits
) -> tuple[WaitReason, str]:
    if place.state is PlaceState.WAITING:
        one_at_a_time = f"key {place.goal_key!r} of owner {owner.owner} (one at a time)"
        return WaitReason.KEY, one_at_a_time
    if owner.running >= limits.running_max:
        at_once = f"limit of owner {owner.owner} ({limits.running_max} at once)"
        return WaitReason.OWNER_LIMIT, at_once
    a_minute = f"rate of owner {owner.owner} ({limits.begun_per_minute_max} a minute)"
    return WaitReason.OWNER_RATE, a_minute


def _why(pipeline: PipelineRecord, waiting: Waiting | None) -> str:
    match pipeline.state:
        case PipelineState.QUEUED:
            return "about to begin" if waiting is None else waiting.detail
        case PipelineState.RUNNING:
            return f"{pipeline.tasks_done} of {pipeline.tasks_total} tasks known so far are done"
        case PipelineState.PAUSED:
            return _why_paused(pipeline)
        case _:
            return _why_given_up_or_ended(pipeline)


def _why_given_up_or_ended(pipeline: PipelineRecord) -> str:
    if pipeline.state is PipelineState.UNDOING:
        return "it was given up, and what it has published is being withdrawn"
    if pipeline.state is PipelineState.COMPLETED:
        return f"all its {pipeline.tasks_total} tasks are done"
    if pipeline.state is PipelineState.CANCELLED:
        return "a person cancelled it"
    assert pipeline.failure is not None, f"{pipeline.key} failed for a reason"
    return pipeline.failure.detail


def _why_paused(pipeline: PipelineRecord) -> str:
    if pipeline.tasks_total:
        return "a person paused it; what was handed out before goes on"
    return "a person paused it before it began; when resumed, it is in line where it was"
