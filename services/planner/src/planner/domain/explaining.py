"""Why a task is where it is: the methods that led to it, those given up, and what it waits for."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, Field

from planner.domain.dispatch import work_for
from planner.domain.findings import ChoiceRecord
from planner.domain.htn.program import Program
from planner.domain.limits import TASKS_RUNNING_DEFAULT
from planner.domain.linking import LinkKind, link_between, origins_of
from planner.domain.model.work import Executor
from planner.domain.records import PipelineRecord, TaskRecord
from planner.domain.views import Decomposition, PlannedTask, Rejected, decompositions, planned
from shared.contracts.payloads import PipelineState, TaskState
from shared.contracts.vocabulary import DataTaskType

NAMES_SHOWN_MAX = 5
"""How many names a sentence repeats; the list beside it has them all."""


class WaitsFor(StrEnum):
    """What stands before a task that has not ended."""

    FACTS = "facts"
    """Work must bring facts before anybody knows how to do it."""
    TASKS = "tasks"
    """Other tasks must be done first."""
    PAUSE = "pause"
    """It is ready, and its goal is paused."""
    LIMIT = "limit"
    """It is ready, and as many tasks of its goal are handed out as may be."""
    BACKOFF = "backoff"
    """An attempt failed, and the next one follows after a while."""
    PLANNING = "planning"
    """More of it is planned as there is room."""
    AGENT = "agent"
    """It is handed out: an agent is to take it, or is at it."""
    VOTE = "vote"
    """The agents vote on it."""
    SUBTASKS = "subtasks"
    """What it was decomposed into must be done."""


class Dependency(BaseModel):
    """A task that must be done first, and is not."""

    task_id: str
    name: str
    state: TaskState
    kind: LinkKind = Field(description="`data`: it makes what is read; `after`: a method says so.")
    through: tuple[str, ...] = Field(description="The data and facts that pass between the two.")


class FactOrigin(BaseModel):
    """A fact that the choice of the task's method may depend on."""

    name: str
    task_id: str = Field(description="The task that makes it known.")
    task: str
    is_known: bool


class TaskExplanation(BaseModel):
    """One task of a plan, with the reasons."""

    task: PlannedTask
    why: str = Field(description="In one sentence: why the task is in the state that it is in.")
    waits: WaitsFor | None = Field(description="What stands before it; null when it has ended.")
    part_of: Decomposition | None = Field(description="How its parent came to have it.")
    decomposition: Decomposition | None = Field(description="How it was itself decomposed.")
    tried: tuple[Rejected, ...] = Field(description="Its methods that were given up, and why.")
    decided_by: tuple[FactOrigin, ...] = Field(
        description="Facts that its decomposition may depend on, and who makes them known."
    )
    waits_for: tuple[Dependency, ...]


@dataclass(frozen=True, slots=True)
class KnownPlan:
    """What explanations are read off: a pipeline, its tasks by id, and the compiled domain."""

    pipeline: PipelineRecord
    tasks: Mapping[str, TaskRecord]
    program: Program


def explain(
    task: TaskRecord, known: KnownPlan, *, own: ChoiceRecord | None, above: ChoiceRecord | None
) -> TaskExplanation:
    """Return the task with the reasons."""
    (shown,) = planned([task])
    before = [known.tasks[task_id] for task_id in task.task.data_dependencies]
    waits_for = [each for each in before if each.state is not TaskState.DONE]
    return TaskExplanation(
        task=shown,
        why=_why(task, known, waits_for),
        waits=waits_of(task, known),
        part_of=_shown(above),
        decomposition=_shown(own),
        tried=tuple(Rejected(method=each.method, reason=each.reason) for each in task.tried),
        decided_by=tuple(
            FactOrigin(
                name=fact,
                task_id=maker.key,
                task=maker.task.name,
                is_known=maker.state is TaskState.DONE,
            )
            for fact, maker in origins_of(task, known.tasks, known.program)
        ),
        waits_for=tuple(_dependency(each, task, known) for each in waits_for),
    )


def waits_of(task: TaskRecord, known: KnownPlan) -> WaitsFor | None:
    """Return what stands before the task; None when it has ended."""
    match task.state:
        case TaskState.DEFERRED:
            return WaitsFor.FACTS
        case TaskState.PENDING:
            return _pending_for(task, known)
        case TaskState.RUNNING:
            return _running_for(task, known)
        case _:
            return None


def _pending_for(task: TaskRecord, known: KnownPlan) -> WaitsFor:
    if task.is_held:
        is_paused = known.pipeline.state is PipelineState.PAUSED
        return WaitsFor.PAUSE if is_paused else WaitsFor.LIMIT
    if task.waiting_on:
        return WaitsFor.TASKS
    if task.failure is not None:
        return WaitsFor.BACKOFF
    return WaitsFor.PLANNING if task.is_growing else WaitsFor.SUBTASKS


def _running_for(task: TaskRecord, known: KnownPlan) -> WaitsFor:
    if task.task.task_type is not DataTaskType.PRIMITIVE:
        return WaitsFor.PLANNING if task.is_growing else WaitsFor.SUBTASKS
    executor = work_for(known.program, task).executor
    return WaitsFor.VOTE if executor is Executor.CONSENSUS else WaitsFor.AGENT


def _dependency(before: TaskRecord, task: TaskRecord, known: KnownPlan) -> Dependency:
    link = link_between(before, task, known.program)
    return Dependency(
        task_id=before.key,
        name=before.task.name,
        state=before.state,
        kind=link.kind,
        through=link.through,
    )


def _shown(choice: ChoiceRecord | None) -> Decomposition | None:
    return None if choice is None else decompositions([choice])[0]


def _why(task: TaskRecord, known: KnownPlan, waits_for: list[TaskRecord]) -> str:
    match task.state:
        case TaskState.DEFERRED:
            return f"How to do it depends on facts that work will bring: {', '.join(task.awaits)}."
        case TaskState.PENDING:
            return _why_pending(task, known, waits_for)
        case TaskState.RUNNING:
            return _why_running(task)
        case TaskState.DONE:
            return _how_done(task)
        case TaskState.FAILED:
            reason = "a subtask failed" if task.failure is None else task.failure.detail
            return f"Failed: {reason}."
        case TaskState.SKIPPED:
            went_on = "Another method was taken, which goes on without it."
            return went_on if task.until_version else "Its pipeline ended without it."


def _why_pending(task: TaskRecord, known: KnownPlan, waits_for: list[TaskRecord]) -> str:
    if task.is_held:
        if known.pipeline.state is PipelineState.PAUSED:
            return "Ready; it is handed out when the goal is resumed."
        running_max = known.pipeline.terms.tasks_running_max or TASKS_RUNNING_DEFAULT
        return f"Ready; {running_max} tasks of the goal are handed out, which is as many as may be."
    if waits_for:
        names = ", ".join(each.task.name for each in waits_for[:NAMES_SHOWN_MAX])
        more = len(waits_for) - NAMES_SHOWN_MAX
        return f"Waits for {names}{f' and {more} more' if more > 0 else ''}."
    if task.failure is not None:
        return f"Waits before its next attempt; the last one failed: {task.failure.detail}."
    return _why_growing(task) or "Waits for its first subtask to begin."


def _why_running(task: TaskRecord) -> str:
    if task.task.task_type is not DataTaskType.PRIMITIVE:
        return _why_growing(task) or f"{task.children_open} of its subtasks are not done."
    return f"Handed out; {task.attempts} attempts have ended so far."


def _why_growing(task: TaskRecord) -> str:
    if not task.is_growing:
        return ""
    return (
        f"{task.members_planned} of its {task.members} subtasks are planned; "
        "the others follow as there is room for their work."
    )


def _how_done(task: TaskRecord) -> str:
    if task.reused_from:
        return f"Done by {task.agent_id} in an earlier pipeline, as task {task.reused_from}."
    if not task.agent_id:
        return "All its subtasks are done."
    return f"Done by {task.agent_id} in attempt {task.attempts}."
