"""A task failed for good: another method is tried, of the nearest task above that has one.

The repair redoes one part of the plan, where it was; everything outside goes on as it is. Of the
part given up, whatever is done and asked for again is taken over (`planner.domain.adopting`), what
is under way is stopped, and all of it stays on record until the version of the plan that it was
part of. When no method is left the pipeline fails, with what was tried and why.
"""

from collections.abc import Iterator

from planner.domain.findings import ArtifactRecord, FactRecord, scoped
from planner.domain.growth import graft, plan_below
from planner.domain.limits import PlanRefusedError
from planner.domain.pipeline import Pipeline, closed
from planner.domain.records import ENDED_TASK, TaskRecord, TriedMethod
from planner.domain.visibility import home_of
from shared.contracts.payloads import TaskState
from shared.contracts.vocabulary import DataTaskType, Failure


def give_up(pipeline: Pipeline, task: TaskRecord, failure: Failure) -> None:
    """Take another way where there is one, after a task has failed for good; else fail."""
    failed = closed(task, TaskState.FAILED).model_copy(update={"failure": failure})
    pipeline.answered(task)
    pipeline.put(failed)
    if pipeline.record.repairs < pipeline.planning.limits.repairs_max:
        at: TaskRecord | None = failed
        while at is not None:
            if at.method and _repair(pipeline, at, f"{task.task.name}: {failure.detail}"):
                return
            at = pipeline.task(at.parent_task_id) if at.parent_task_id else None
    pipeline.fail(failed, failure)


def _repair(pipeline: Pipeline, task: TaskRecord, reason: str) -> bool:
    """Decompose the task by another method; return whether there was one."""
    tried = (*task.tried, TriedMethod(method=task.method, reason=reason))
    if len(tried) >= len(pipeline.planning.program.tasks[task.model].methods):
        return False
    renewed = task.model_copy(
        update={
            "state": TaskState.PENDING,
            "tried": tried,
            "method": "",
            "members": 0,
            "members_planned": 0,
            "children_open": 0,
            "is_growing": False,
            "failure": None,
        }
    )
    try:
        plan = plan_below(pipeline, renewed)
    except PlanRefusedError:
        return False
    pipeline.change(repairs=pipeline.record.repairs + 1)
    _abandon_below(pipeline, task)
    graft(pipeline, renewed, plan)
    return True


def _abandon_below(pipeline: Pipeline, task: TaskRecord) -> None:
    """Take all that the task was decomposed into out of the plan."""
    version = pipeline.record.plan_version + 1
    planned, done = -_unplanned(task), 0
    for below in tuple(_all_below(pipeline, task)):
        planned -= 1 + _unplanned(below)
        done -= below.state is TaskState.DONE
        if below.state is TaskState.DONE and below.task.task_type is DataTaskType.PRIMITIVE:
            _set_aside(pipeline, below)
        if below.state in ENDED_TASK:
            pipeline.put(below.model_copy(update={"until_version": version}))
        else:
            pipeline.answered(below)
            pipeline.skip(below, until_version=version)
    _forget_facts(pipeline, task)
    pipeline.count(planned=planned, done=done)


def _all_below(pipeline: Pipeline, task: TaskRecord) -> Iterator[TaskRecord]:
    agenda = [task.key]
    while agenda:
        for below in pipeline.decision.draft.select(TaskRecord, "below", agenda.pop()):
            if not below.until_version:
                yield below
                agenda.append(below.key)


def _unplanned(task: TaskRecord) -> int:
    return task.members - task.members_planned


def _set_aside(pipeline: Pipeline, done: TaskRecord) -> None:
    """Keep what a task has made and learnt where only it can be found, not seen."""
    draft = pipeline.decision.draft
    for name in done.task.data_outputs:
        made = draft.get(ArtifactRecord, scoped(home_of(draft, done, name), name))
        if made is not None:
            draft.delete(made)
            draft.put(made.model_copy(update={"scope_id": done.key}))
    for name in done.task.processing_effects:
        learnt = draft.get(FactRecord, scoped(done.parent_task_id, name))
        if learnt is not None:
            draft.put(learnt.model_copy(update={"scope_id": done.key}))


def _forget_facts(pipeline: Pipeline, task: TaskRecord) -> None:
    draft, program = pipeline.decision.draft, pipeline.planning.program
    method = program.method(task.model, task.method)
    for name in () if method is None else sorted(method.makes):
        fact = draft.get(FactRecord, scoped(task.key, name))
        if fact is not None:
            draft.delete(fact)
