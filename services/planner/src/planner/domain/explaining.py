"""Why a task is where it is: the method that made it, its own method, and what it waits for."""

from collections.abc import Mapping

from pydantic import BaseModel, Field

from planner.domain.findings import ChoiceRecord
from planner.domain.records import TaskRecord
from planner.domain.views import Decomposition, PlannedTask, decompositions, planned
from shared.contracts.payloads import TaskState

NAMES_SHOWN_MAX = 5
"""How many names a sentence repeats; the list beside it has them all."""


class Dependency(BaseModel):
    """A task that must be done first, and is not."""

    task_id: str
    name: str
    state: TaskState


class TaskExplanation(BaseModel):
    """One task of a plan, with the reasons."""

    task: PlannedTask
    why: str = Field(description="In one sentence: why the task is in the state that it is in.")
    part_of: Decomposition | None = Field(description="How its parent came to have it.")
    decomposition: Decomposition | None = Field(description="How it was itself decomposed.")
    waits_for: tuple[Dependency, ...]


def explain(
    task: TaskRecord,
    tasks: Mapping[str, TaskRecord],
    *,
    own: ChoiceRecord | None,
    above: ChoiceRecord | None,
) -> TaskExplanation:
    """Return the task with the reasons; `tasks` are those of its pipeline by id."""
    (shown,) = planned([task])
    before = [tasks[task_id] for task_id in task.task.data_dependencies]
    waits_for = [each for each in before if each.state is not TaskState.DONE]
    return TaskExplanation(
        task=shown,
        why=_why(task, waits_for, is_own=task.reused_from in tasks),
        part_of=_shown(above),
        decomposition=_shown(own),
        waits_for=tuple(
            Dependency(task_id=each.key, name=each.task.name, state=each.state)
            for each in waits_for
        ),
    )


def _shown(choice: ChoiceRecord | None) -> Decomposition | None:
    return None if choice is None else decompositions([choice])[0]


def _why(task: TaskRecord, waits_for: list[TaskRecord], *, is_own: bool) -> str:
    match task.state:
        case TaskState.DEFERRED:
            return f"How to do it depends on facts that work will bring: {', '.join(task.awaits)}."
        case TaskState.PENDING:
            return _why_pending(task, waits_for)
        case TaskState.RUNNING:
            return f"Handed out; {task.attempts} attempts have ended so far."
        case TaskState.DONE:
            return _how_done(task, is_own=is_own)
        case TaskState.FAILED:
            reason = "a subtask failed" if task.failure is None else task.failure.detail
            return f"Failed: {reason}."
        case TaskState.SKIPPED:
            return _why_skipped(task)


def _why_pending(task: TaskRecord, waits_for: list[TaskRecord]) -> str:
    if task.is_held:
        return "Ready; it is handed out when there is room, or when the goal is resumed."
    if waits_for:
        names = ", ".join(each.task.name for each in waits_for[:NAMES_SHOWN_MAX])
        more = len(waits_for) - NAMES_SHOWN_MAX
        return f"Waits for {names}{f' and {more} more' if more > 0 else ''}."
    if task.failure is not None:
        return f"Waits before its next attempt; the last one failed: {task.failure.detail}."
    return "Waits for its first subtask to begin."


def _why_skipped(task: TaskRecord) -> str:
    if task.until_version:
        return "The method that it was a step of was given up for another one."
    return "Its pipeline ended without it."


def _how_done(task: TaskRecord, *, is_own: bool) -> str:
    if task.reused_from:
        where = "for a method that was given up" if is_own else "in an earlier pipeline"
        return f"Done by {task.agent_id} {where}, as task {task.reused_from}."
    if not task.agent_id:
        return "All its subtasks are done."
    return f"Done by {task.agent_id} in attempt {task.attempts}."
