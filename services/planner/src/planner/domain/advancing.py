"""What follows from whatever has happened to a pipeline, before its step is concluded."""

from itertools import islice

from planner.domain.adopting import adopt
from planner.domain.growth import grow
from planner.domain.limits import TASKS_RUNNING_DEFAULT, PlanRefusedError
from planner.domain.pipeline import Pipeline
from planner.domain.records import TaskRecord
from planner.domain.repairing import give_up
from planner.domain.undoing import take_undone, undo_next, wants_undoing
from shared.contracts.payloads import TaskState

GROWTH_TIMER = "grow:"
"""Followed by the pipeline's id: there is room for more work than one step has planned."""


_GROWS_LATER = {"state": TaskState.PENDING, "awaits": (), "awaited": (), "is_growing": True}


def advance(pipeline: Pipeline) -> None:
    """Plan what facts allow now, take over what is done already, fill the room that there is.

    One step plans one portion; a timer that is due at once plans the next.
    """
    _go_on(pipeline)
    while (refused := pipeline.refused()) is not None:
        task, failure = refused
        if task.undoes:
            take_undone(pipeline, task, failure)
        else:
            give_up(pipeline, task, failure)
        _go_on(pipeline)


def _go_on(pipeline: Pipeline) -> None:
    while pipeline.is_open:
        if _take_news(pipeline) or _adopt_started(pipeline) or _start_held(pipeline):
            continue
        growing = pipeline.next_growing() if pipeline.has_room else None
        if growing is None:
            return
        if _is_portion_full(pipeline):
            pipeline.decision.set_timer(
                f"{GROWTH_TIMER}{pipeline.record.key}", pipeline.decision.now
            )
            return
        _grow_or_give_up(pipeline, growing)
    if wants_undoing(pipeline):
        undo_next(pipeline)


def _take_news(pipeline: Pipeline) -> bool:
    """Decompose what waited for a fact that became known; return whether any did."""
    if not pipeline.news:
        return False
    key = pipeline.news.pop(0)
    for waiting in tuple(pipeline.decision.draft.select(TaskRecord, "awaits", key)):
        task = pipeline.task(waiting.key)
        if key not in task.awaited:
            continue  # It was given up because of what another one has found.
        if _is_portion_full(pipeline):
            pipeline.put(task.model_copy(update=_GROWS_LATER))
        else:
            _grow_or_give_up(pipeline, task)
    return True


def _is_portion_full(pipeline: Pipeline) -> bool:
    return pipeline.planned >= pipeline.planning.limits.portion


def _adopt_started(pipeline: Pipeline) -> bool:
    if not pipeline.record.repairs and not pipeline.record.retry_of:
        return False
    return any(adopt(pipeline, task) for task in pipeline.newly_started())


def _start_held(pipeline: Pipeline) -> bool:
    if not pipeline.has_room:
        return False
    held = pipeline.decision.draft.select(TaskRecord, "held", pipeline.record.key)
    room = tuple(islice(held, TASKS_RUNNING_DEFAULT))
    for task in room:
        if pipeline.has_room:
            pipeline.start(task)
    return bool(room)


def _grow_or_give_up(pipeline: Pipeline, task: TaskRecord) -> None:
    try:
        grow(pipeline, task)
    except PlanRefusedError as error:
        give_up(pipeline, task, error.failure)
