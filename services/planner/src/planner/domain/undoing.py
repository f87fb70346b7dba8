"""What a goal has done is undone when it is given up, if its terms say so.

Each task whose work has a compensation is undone by a task of its own, the last one first and one
after the other. Only then has the pipeline ended. What cannot be undone is said in its failure.
"""

from planner.domain.pipeline import Pipeline
from planner.domain.planning import task_id_of
from planner.domain.records import TaskRecord, closed
from shared.contracts.payloads import PipelineState, TaskState
from shared.contracts.vocabulary import DataTask, DataTaskType, Failure

NAME_PREFIX = "undo "


def undo_next(pipeline: Pipeline) -> None:
    """Undo the newest work that is to be undone; end the pipeline when there is none."""
    found = tuple(pipeline.decision.draft.select(TaskRecord, "undo", pipeline.record.key))
    if not found:
        assert pipeline.record.ends_as is not None, "what is undone was given up"
        pipeline.end(pipeline.record.ends_as)
        return
    done = max(found, key=lambda task: task.done_as)
    pipeline.put(done.model_copy(update={"compensation": ""}))
    undo = _undo_of(done)
    pipeline.count(planned=1)
    pipeline.put(undo)
    pipeline.start(undo)


def take_undone(pipeline: Pipeline, undo: TaskRecord, failure: Failure | None) -> None:
    """Note what came of undoing some work, and go on."""
    pipeline.answered(undo)
    if failure is None:
        pipeline.count(done=1)
        pipeline.put(closed(undo, TaskState.DONE))
    else:
        pipeline.put(closed(undo, TaskState.FAILED).model_copy(update={"failure": failure}))
        pipeline.change(failure=_with(pipeline.record.failure, undo, failure))
    undo_next(pipeline)


def _undo_of(done: TaskRecord) -> TaskRecord:
    path = f"{done.path}!undo"
    return TaskRecord(
        pipeline_id=done.pipeline_id,
        path=path,
        position=f"{done.position}!",
        parent_task_id=done.parent_task_id,
        model=done.model,
        arguments=done.arguments,
        task=DataTask(
            task_id=task_id_of(done.pipeline_id, path),
            name=NAME_PREFIX + done.task.name,
            task_type=DataTaskType.PRIMITIVE,
            data_inputs=done.task.data_outputs,
            estimated_duration=done.task.estimated_duration,
            priority=done.task.priority,
        ),
        state=TaskState.PENDING,
        undoes=done.key,
    )


def _with(given_up: Failure | None, undo: TaskRecord, failure: Failure) -> Failure:
    """Return the pipeline's failure, with what could not be undone."""
    told = f"{undo.task.name} failed: {failure.detail}"
    if given_up is None:
        return failure.model_copy(update={"code": "undo_failed", "detail": told})
    return given_up.model_copy(update={"detail": f"{given_up.detail}; {told}"})


def wants_undoing(pipeline: Pipeline) -> bool:
    """Return whether the pipeline was given up, and nothing of it is being undone."""
    if pipeline.record.state is not PipelineState.UNDOING:
        return False
    return not any(pipeline.decision.draft.select(TaskRecord, "open", pipeline.record.key))
