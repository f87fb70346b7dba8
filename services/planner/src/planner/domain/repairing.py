"""A task failed for good: another method is tried, of the nearest task above that has one.

The repair redoes one part of the plan, where it was; everything outside goes on as it is. Of the
part given up, whatever is done and asked for again is taken over (`planner.domain.adopting`), what
is under way is stopped, and all of it stays on record until the version of the plan that it was
part of. When no method is left the pipeline fails, with what was tried and why.
"""

from collections.abc import Iterator

from planner.domain.findings import ArtifactRecord, FactRecord, scoped
from planner.domain.growth import graft, plan_below
from planner.domain.limits import NO_METHOD_APPLIES, PlanRefusedError, too_many_repairs
from planner.domain.pipeline import Pipeline
from planner.domain.records import ENDED_TASK, TaskRecord, TriedMethod, closed
from shared.contracts.payloads import TaskState
from shared.contracts.vocabulary import DataTaskType, Failure


def give_up(pipeline: Pipeline, task: TaskRecord, failure: Failure) -> None:
    """Take another way where there is one, after a task has failed for good; else fail."""
    failed = closed(task, TaskState.FAILED).model_copy(update={"failure": failure})
    pipeline.answered(task)
    pipeline.put(failed)
    objections: list[str] = []
    for above in tuple(_replaceable(pipeline, failed)):
        if pipeline.record.repairs >= pipeline.planning.limits.repairs_max:
            pipeline.fail(failed, too_many_repairs(failure, pipeline.planning.limits))
            return
        try:
            _repair(pipeline, above, task, failure)
        except PlanRefusedError as error:
            objections.extend(_objections(above, error.failure))
        else:
            return
    detail = "; ".join((failure.detail, *objections))
    pipeline.fail(failed, failure.model_copy(update={"detail": detail}))


def _replaceable(pipeline: Pipeline, failed: TaskRecord) -> Iterator[TaskRecord]:
    """Yield the tasks that may have another method, the nearest first."""
    task: TaskRecord | None = failed
    while task is not None:
        if task.method and len(pipeline.planning.program.tasks[task.model].methods) > 1:
            yield task
        task = pipeline.task(task.parent_task_id) if task.parent_task_id else None


def _objections(above: TaskRecord, refusal: Failure) -> Iterator[str]:
    """Yield why there is no other way above: a limit, or what was tried there before."""
    if refusal.code != NO_METHOD_APPLIES:
        yield refusal.detail
    for tried in above.tried:
        yield f"{above.path}: {tried.method} was tried before and failed: {tried.reason}"


def _repair(pipeline: Pipeline, task: TaskRecord, failed: TaskRecord, failure: Failure) -> None:
    """Decompose the task by another method than the one that came to the failure.

    Raises:
        PlanRefusedError: there is none, or none within the limits; nothing was changed.
    """
    reason = f"{failed.task.name}: {failure.detail}"
    renewed = task.model_copy(
        update={
            "state": TaskState.PENDING,
            "tried": (*task.tried, TriedMethod(method=task.method, reason=reason)),
            "method": "",
            "members": 0,
            "members_planned": 0,
            "children_open": 0,
            "is_growing": False,
            "failure": None,
            "seconds_spent": 0.0,
        }
    )
    plan = plan_below(pipeline, renewed, failure.code)
    pipeline.change(repairs=pipeline.record.repairs + 1)
    _abandon_below(pipeline, task)
    graft(pipeline, renewed, plan)


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
        made = draft.get(ArtifactRecord, scoped(done.key, name))
        if made is not None:
            draft.put(made.model_copy(update={"scope_ids": (done.key,)}))
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
