"""What people are shown of goals, read off the planner's records."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, Field

from planner.domain.findings import ChoiceRecord
from planner.domain.forecasting import ExpectedEnd
from planner.domain.records import GoalRecord, PipelineRecord, TaskRecord
from planner.domain.waiting import Waiting
from shared.contracts.payloads import PipelineState, TaskState
from shared.contracts.reasoning import ModelUsage
from shared.contracts.terms import GoalTerms
from shared.contracts.vocabulary import DataTaskType, Failure, Parameters, QualityScore


class GoalSummary(BaseModel):
    """A goal and how far it has come."""

    goal_id: str
    pipeline_id: str
    goal_type: str
    parameters: Parameters
    priority: int = Field(description="From 0, whenever, to 9, before everything else.")
    owner: str
    schedule_id: str = Field(description="The schedule that began it; empty when a person did.")
    terms: GoalTerms = Field(description="When it may begin, what it may spend, when it must end.")
    run: int = Field(description="Counts the goal's pipelines; each retry begins another one.")
    earlier_pipelines: tuple[str, ...] = Field(description="Those before this one, all ended.")
    state: PipelineState
    tasks_total: int = Field(description="Grows when a deferred task is decomposed.")
    tasks_done: int
    submitted_at: datetime
    ended_at: datetime | None
    failure: Failure | None
    report: Parameters = Field(description="What came of the goal, once it is completed.")
    model_usage: ModelUsage = Field(description="What asking language models took, this run.")


class GoalList(BaseModel):
    """One page of goals, the newest first."""

    goals: tuple[GoalSummary, ...]
    next_page_token: str = Field(description="Empty on the last page.")


class PlannedTask(BaseModel):
    """One task of a plan."""

    task_id: str
    name: str
    task_type: DataTaskType
    operator: str = Field(description="The capability asked of an agent; empty unless primitive.")
    parent_task_id: str = Field(description="Empty for the goal itself.")
    path: str = Field(description="Where it is in every plan of the goal.")
    state: TaskState
    method: str = Field(description="By which it is decomposed; empty for a primitive task.")
    estimated_seconds: float = Field(
        description="What it was expected to take when it was planned."
    )
    since_version: int = Field(description="The version of the plan that it came with.")
    until_version: int = Field(
        description="The version of the plan that it is not part of any more; 0 while it is."
    )
    data_dependencies: tuple[str, ...] = Field(description="Tasks that must be done before it.")
    awaits: tuple[str, ...] = Field(description="Facts that its decomposition waits for.")
    attempts: int
    reused_from: str = Field(description="The earlier pipeline's task that did it; mostly empty.")
    failure: Failure | None = Field(description="Why the last attempt failed.")
    quality_before: QualityScore | None
    quality_after: QualityScore | None


class GoalView(GoalSummary):
    """A goal with all its tasks, each before its subtasks."""

    plan: tuple[PlannedTask, ...] = Field(description="Empty while the goal is queued.")
    waiting: Waiting | None = Field(
        description="What it waits for, its turn or a decision; null when it waits for neither."
    )
    progress: float = Field(
        ge=0,
        le=1,
        description="The share of the known work that is done, by expected seconds. "
        "It may fall when the plan grows.",
    )
    expected_end: ExpectedEnd | None = Field(
        description="When it may end, as far as its plan is known; null unless it is running."
    )


class TaskList(BaseModel):
    """One page of a goal's tasks, each before its subtasks."""

    tasks: tuple[PlannedTask, ...]
    next_page_token: str = Field(description="Empty on the last page.")


class Rejected(BaseModel):
    """A method that was not taken."""

    method: str
    reason: str


class Decomposition(BaseModel):
    """How a task was decomposed, and why so."""

    task_id: str
    task: str
    method: str = Field(description="Empty while the task waits for facts.")
    awaits: tuple[str, ...]
    rejected: tuple[Rejected, ...] = Field(description="Methods preferred to it, and why not.")


class PlanView(BaseModel):
    """A plan with the reasons for its shape."""

    goal_id: str
    pipeline_id: str
    plan_hash: str = Field(description="Equal for equal goals, facts and versions of the domain.")
    plan_version: int = Field(description="Counts how often the plan grew or was repaired.")
    tasks: tuple[PlannedTask, ...]
    decompositions: tuple[Decomposition, ...]


def summary_of(goal: GoalRecord, pipeline: PipelineRecord) -> GoalSummary:
    """Return the goal as a listing shows it."""
    return GoalSummary(
        goal_id=goal.goal_id,
        pipeline_id=goal.pipeline_id,
        goal_type=goal.goal_type,
        parameters=goal.parameters,
        priority=goal.priority,
        owner=goal.owner,
        schedule_id=goal.schedule_id,
        terms=goal.terms,
        run=pipeline.run,
        earlier_pipelines=goal.earlier_pipelines,
        state=pipeline.state,
        tasks_total=pipeline.tasks_total,
        tasks_done=pipeline.tasks_done,
        submitted_at=goal.submitted_at,
        ended_at=pipeline.ended_at,
        failure=pipeline.failure,
        report=pipeline.report,
        model_usage=pipeline.model_usage,
    )


def current(tasks: Iterable[TaskRecord]) -> list[TaskRecord]:
    """Return the tasks without those that a repair has taken out of the plan."""
    return [task for task in tasks if not task.until_version]


def planned(tasks: Iterable[TaskRecord]) -> tuple[PlannedTask, ...]:
    """Return the tasks as people see them."""
    return tuple(map(_planned_task, tasks))


def decompositions(choices: Iterable[ChoiceRecord]) -> tuple[Decomposition, ...]:
    """Return the choices as people see them."""
    return tuple(
        Decomposition(
            task_id=choice.task_id,
            task=choice.task_name,
            method=choice.method,
            awaits=choice.awaits,
            rejected=tuple(
                Rejected(method=each.method, reason=each.reason) for each in choice.rejected
            ),
        )
        for choice in choices
    )


def _planned_task(record: TaskRecord) -> PlannedTask:
    task = record.task
    return PlannedTask(
        task_id=task.task_id,
        name=task.name,
        task_type=task.task_type,
        operator=record.operator,
        parent_task_id=record.parent_task_id,
        path=record.path,
        state=record.state,
        method=record.method,
        estimated_seconds=task.estimated_duration,
        since_version=max(1, record.since_version),
        until_version=record.until_version,
        data_dependencies=task.data_dependencies,
        awaits=record.awaits,
        attempts=record.attempts,
        reused_from=record.reused_from,
        failure=record.failure,
        quality_before=record.quality_before,
        quality_after=record.quality_after,
    )
