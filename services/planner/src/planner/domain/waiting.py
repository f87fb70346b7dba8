"""What a goal waits for, its turn or a decision, in a sentence for people."""

from collections.abc import Iterable
from enum import StrEnum

from pydantic import BaseModel, Field

from planner.domain.admission import OwnerLimits
from planner.domain.dispatch import work_for
from planner.domain.htn.program import Program
from planner.domain.model.work import Executor
from planner.domain.places import OwnerRecord, PlaceRecord, PlaceState
from planner.domain.proposals import proposal_id_of
from planner.domain.records import PipelineRecord, TaskRecord
from shared.contracts.payloads import PipelineState, TaskState
from shared.contracts.vocabulary import DataTaskType


class WaitReason(StrEnum):
    """What stands before a goal that waits."""

    OWNER_LIMIT = "owner_limit"
    """As many goals of its owner have begun as may."""
    OWNER_RATE = "owner_rate"
    """As many goals of its owner began within a minute as may."""
    KEY = "key"
    """Another goal of its owner with the same key goes first."""
    VOTE = "vote"
    """A vote is under way."""
    APPROVAL = "approval"
    """A vote is under way that people have a say in."""
    UNDECIDED = "undecided"
    """A vote decided nothing, and somebody has to resume the goal."""


class Waiting(BaseModel):
    """Why a goal waits, and where it is in line."""

    reason: WaitReason
    ahead: int = Field(description="Of the owner's goals, in line before it.")
    detail: str


class GoalExplanation(BaseModel):
    """A goal, with the reason why it is in the state that it is in."""

    goal_id: str
    pipeline_id: str
    state: PipelineState
    why: str = Field(description="In one sentence.")
    waiting: Waiting | None = Field(description="Its turn, or a decision; null for none.")


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


def deciding_in(
    pipeline: PipelineRecord, tasks: Iterable[TaskRecord], program: Program
) -> Waiting | None:
    """Return which decision the pipeline waits for; None when it waits for none."""
    if pipeline.held_by:
        resume = f"`argosy goal resume {pipeline.goal_id}` asks again"
        detail = f"waiting: {pipeline.held_by}; {resume}"
        return Waiting(reason=WaitReason.UNDECIDED, ahead=0, detail=detail)
    votes = [task for task in tasks if _is_vote(task, program)]
    if not votes:
        return None
    named = ", ".join(f"{task.task.name} (proposal {proposal_id_of(task)})" for task in votes)
    roles = pipeline.terms.voting.approval_roles
    if not roles:
        return Waiting(reason=WaitReason.VOTE, ahead=0, detail=f"waiting: vote {named}")
    by_role = f"approval by role {', '.join(roles)}"
    detail = f"waiting: {by_role}, besides the agents' vote {named}"
    return Waiting(reason=WaitReason.APPROVAL, ahead=0, detail=detail)


def _is_vote(task: TaskRecord, program: Program) -> bool:
    is_running = task.state is TaskState.RUNNING
    is_primitive = task.task.task_type is DataTaskType.PRIMITIVE
    return is_running and is_primitive and work_for(program, task).executor is Executor.CONSENSUS


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
            done = f"{pipeline.tasks_done} of {pipeline.tasks_total} tasks known so far are done"
            return done if waiting is None else f"{done}; {waiting.detail}"
        case PipelineState.PAUSED:
            return _why_paused(pipeline) if waiting is None else waiting.detail
        case _:
            return _why_given_up_or_ended(pipeline)


def _why_given_up_or_ended(pipeline: PipelineRecord) -> str:
    if pipeline.state is PipelineState.UNDOING:
        return "it was given up, and what it has published is being withdrawn"
    if pipeline.state is PipelineState.COMPLETED:
        return f"all its {pipeline.tasks_total} tasks are done"
    if pipeline.state is PipelineState.CANCELLED and pipeline.failure is None:
        return "a person cancelled it"
    assert pipeline.failure is not None, f"{pipeline.key} failed for a reason"
    return pipeline.failure.detail


def _why_paused(pipeline: PipelineRecord) -> str:
    if pipeline.tasks_total:
        return "a person paused it; what was handed out before goes on"
    return "a person paused it before it began; when resumed, it is in line where it was"
