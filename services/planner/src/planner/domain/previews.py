"""What would become of a goal: the very decision of a submission, taken on an empty state.

Facts that only work will bring can be assumed; each is told as if the task that makes it known had
been done, and the plan grows by it as the real one would.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from pydantic import BaseModel, Field, JsonValue

from planner.domain.advancing import advance
from planner.domain.dispatch import work_for
from planner.domain.durations import DurationRecord
from planner.domain.findings import ChoiceRecord
from planner.domain.forecasting import longest_chain
from planner.domain.goals.accepting import GoalRefusedError
from planner.domain.limits import PREVIEW_SHOWN_MAX
from planner.domain.pipeline import Pipeline
from planner.domain.planning import Planning
from planner.domain.records import PipelineRecord, TaskRecord
from planner.domain.submission import submit
from planner.domain.views import Decomposition, PlannedTask, decompositions, planned
from shared.contracts.machine import Decision
from shared.contracts.payloads import GoalSubmission, TaskState
from shared.contracts.vocabulary import DataTaskType, Failure, Parameters
from shared.kernel.records import Draft, Records


class WorkPreview(BaseModel):
    """What would be asked of one capability."""

    capability: str
    tasks: int
    seconds: float = Field(description="Expected, all tasks together.")


class GoalPreview(BaseModel):
    """A plan that nobody carries out."""

    goal_type: str
    parameters: Parameters = Field(description="With all defaults filled in.")
    priority: int
    plan_hash: str
    tasks_total: int = Field(description="Tasks known so far.")
    tasks: tuple[PlannedTask, ...] = Field(
        description=f"The first {PREVIEW_SHOWN_MAX} of them, each before its subtasks."
    )
    decompositions: tuple[Decomposition, ...] = Field(
        description=f"The first {PREVIEW_SHOWN_MAX} of them."
    )
    assumed: tuple[str, ...] = Field(description="Facts that the plan would be so by.")
    awaits: tuple[str, ...] = Field(
        description="Facts that only work will bring; the plan grows when they arrive."
    )
    work: tuple[WorkPreview, ...] = Field(description="What the tasks known so far would take.")
    work_seconds: float = Field(description="Expected durations of the tasks known so far.")
    estimated_seconds: float = Field(
        description="Of the tasks known so far, with agents enough for all that can go in parallel."
    )


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What a preview takes for known."""

    facts: Parameters = field(default_factory=dict[str, JsonValue])
    durations: Sequence[DurationRecord] = ()


NOTHING_ASSUMED = Assumptions()


def preview(
    planning: Planning,
    submission: GoalSubmission,
    now: datetime,
    assumptions: Assumptions = NOTHING_ASSUMED,
) -> GoalPreview:
    """Return the goal's plan as far as its parameters, and what is assumed, allow.

    Raises:
        GoalRefusedError: the goal would fail at once, for the reason given, or nothing can make a
            fact known that is assumed.
    """
    _check_facts(planning, assumptions.facts)
    whole = replace(planning, limits=planning.limits.whole())
    decision = Decision(Draft(Records(assumptions.durations)), now)
    submit(decision, whole, submission)
    told = _assume(decision, whole, submission.pipeline_id, assumptions.facts)
    pipeline = decision.draft.get(PipelineRecord, submission.pipeline_id)
    assert pipeline is not None, "a submission makes a pipeline"
    if pipeline.failure is not None:
        raise GoalRefusedError((pipeline.failure,))
    records = [change.record for change in decision.draft.changes()]
    tasks = _by_rank(each for each in records if isinstance(each, TaskRecord))
    choices = [each for each in records if isinstance(each, ChoiceRecord)]
    choices.sort(key=lambda choice: choice.rank)
    seconds = {task.key: task.task.estimated_duration for task in tasks}
    return GoalPreview(
        goal_type=submission.goal_type,
        parameters=submission.parameters,
        priority=submission.priority,
        plan_hash=pipeline.plan_hash,
        tasks_total=len(tasks),
        tasks=planned(map(_not_begun, tasks[:PREVIEW_SHOWN_MAX])),
        decompositions=decompositions(choices[:PREVIEW_SHOWN_MAX]),
        assumed=told,
        awaits=tuple(dict.fromkeys(fact for task in tasks for fact in task.awaits)),
        work=tuple(_work_of(tasks, whole)),
        work_seconds=sum(seconds.values()),
        estimated_seconds=longest_chain(tasks, seconds),
    )


def _assume(
    decision: Decision, planning: Planning, pipeline_id: str, facts: Parameters
) -> tuple[str, ...]:
    """Tell the plan the assumed facts that it awaits, until it awaits none of them."""
    told: dict[str, None] = {}
    while True:
        record = decision.draft.get(PipelineRecord, pipeline_id)
        assert record is not None, "a submission makes a pipeline"
        pipeline = Pipeline(decision, planning, record)
        wanted = _wanted(decision, pipeline_id, facts) if pipeline.is_open else {}
        if not wanted:
            return tuple(told)
        for key, name in wanted.items():
            pipeline.tell(key.removesuffix(f"/{name}"), name, facts[name])
            told[name] = None
        advance(pipeline)
        pipeline.conclude()


def _wanted(decision: Decision, pipeline_id: str, facts: Parameters) -> dict[str, str]:
    """Return the facts that tasks await and that are assumed: their names by their keys."""
    waiting = decision.draft.select(TaskRecord, "open", pipeline_id)
    return {
        key: name
        for task in waiting
        for name, key in zip(task.awaits, task.awaited, strict=True)
        if name in facts and key
    }


def _work_of(tasks: Sequence[TaskRecord], planning: Planning) -> Iterator[WorkPreview]:
    seconds: defaultdict[str, list[float]] = defaultdict(list)
    for task in tasks:
        if task.task.task_type is DataTaskType.PRIMITIVE:
            capability = work_for(planning.program, task).capability
            seconds[capability].append(task.task.estimated_duration)
    for capability, each in seconds.items():
        yield WorkPreview(capability=capability, tasks=len(each), seconds=sum(each))


def _check_facts(planning: Planning, facts: Parameters) -> None:
    known = {fact for task in planning.domain.tasks.values() for fact in task.facts}
    unknown = sorted(facts.keys() - known)
    if unknown:
        failure = Failure(
            code="fact_unknown",
            detail=f"assume: no task makes {', '.join(unknown)} known",
            remedy=f"assume any of: {', '.join(sorted(known))}",
        )
        raise GoalRefusedError((failure,))


def _by_rank(tasks: Iterator[TaskRecord]) -> list[TaskRecord]:
    return sorted(tasks, key=lambda task: task.rank)


def _not_begun(task: TaskRecord) -> TaskRecord:
    """Return the task as it is before anybody carries the plan out."""
    if task.state is not TaskState.RUNNING:
        return task
    return task.model_copy(update={"state": TaskState.PENDING})
