"""What would become of a goal: the very decision of a submission, taken on an empty state."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from graphlib import TopologicalSorter

from pydantic import BaseModel, Field

from planner.domain.findings import ChoiceRecord
from planner.domain.goals.accepting import GoalRefusedError
from planner.domain.planning import Planning
from planner.domain.records import PipelineRecord, TaskRecord
from planner.domain.submission import submit
from planner.domain.views import Decomposition, PlannedTask, decompositions, planned
from shared.contracts.machine import Decision
from shared.contracts.payloads import GoalSubmission, TaskState
from shared.contracts.vocabulary import Parameters
from shared.kernel.records import Draft, Records


class GoalPreview(BaseModel):
    """A plan that nobody carries out."""

    goal_type: str
    parameters: Parameters = Field(description="With all defaults filled in.")
    priority: int
    plan_hash: str
    tasks: tuple[PlannedTask, ...] = Field(description="Each before its subtasks.")
    decompositions: tuple[Decomposition, ...]
    awaits: tuple[str, ...] = Field(
        description="Facts that only work will bring; the plan grows when they arrive."
    )
    work_seconds: float = Field(description="Expected durations of the tasks known so far.")
    estimated_seconds: float = Field(
        description="Of the tasks known so far, with agents enough for all that can go in parallel."
    )


def preview(planning: Planning, submission: GoalSubmission, now: datetime) -> GoalPreview:
    """Return the goal's plan as far as its parameters allow.

    Raises:
        GoalRefusedError: the goal would fail at once, for the reason given.
    """
    decision = Decision(Draft(Records()), now)
    submit(decision, planning, submission)
    records = [change.record for change in decision.step().changes]
    (pipeline,) = (each for each in records if isinstance(each, PipelineRecord))
    if pipeline.failure is not None:
        raise GoalRefusedError((pipeline.failure,))
    found = (each for each in records if isinstance(each, TaskRecord))
    tasks = sorted(found, key=lambda task: task.rank)
    choices = [each for each in records if isinstance(each, ChoiceRecord)]
    return GoalPreview(
        goal_type=submission.goal_type,
        parameters=submission.parameters,
        priority=submission.priority,
        plan_hash=pipeline.plan_hash,
        tasks=planned(map(_not_begun, tasks)),
        decompositions=decompositions(sorted(choices, key=lambda choice: choice.rank)),
        awaits=tuple(dict.fromkeys(fact for task in tasks for fact in task.awaits)),
        work_seconds=sum(task.task.estimated_duration for task in tasks),
        estimated_seconds=critical_seconds(tasks),
    )


def critical_seconds(tasks: Sequence[TaskRecord]) -> float:
    """Return the length of the longest chain of tasks that wait for one another."""
    durations = {task.key: task.task.estimated_duration for task in tasks}
    before: dict[str, set[str]] = {task.key: set(task.task.data_dependencies) for task in tasks}
    for task in tasks:
        if task.parent_task_id:
            before[task.parent_task_id].add(task.key)
    ends: dict[str, float] = {}
    for task_id in TopologicalSorter(before).static_order():
        ends[task_id] = _latest(ends, before[task_id]) + durations[task_id]
    return _latest(ends, ends)


def _not_begun(task: TaskRecord) -> TaskRecord:
    """Return the task as it is before anybody carries the plan out."""
    if task.state is not TaskState.RUNNING:
        return task
    return task.model_copy(update={"state": TaskState.PENDING})


def _latest(ends: dict[str, float], task_ids: Iterable[str]) -> float:
    return max((ends[task_id] for task_id in task_ids), default=0.0)
