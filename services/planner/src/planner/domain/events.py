"""What everyone is told when a pipeline or one of its tasks changes."""

from planner.domain.records import PipelineRecord, TaskRecord
from shared.contracts.machine import Send
from shared.contracts.payloads import PipelineStatus, TaskStatus
from shared.contracts.topics import EVENTS


def pipeline_event(pipeline: PipelineRecord) -> Send:
    """Tell where the pipeline is and, once it has ended, what came of it."""
    status = _status(pipeline, None).model_copy(
        update={"failure": pipeline.failure, "report": pipeline.report}
    )
    return _to_everyone(status)


def task_event(pipeline: PipelineRecord, task: TaskRecord) -> Send:
    """Tell where the task is."""
    return _to_everyone(_status(pipeline, task_status(task)))


def task_status(task: TaskRecord) -> TaskStatus:
    """Return the task's state as others see it."""
    return TaskStatus(
        task=task.task,
        operator=task.operator,
        parent_task_id=task.parent_task_id,
        state=task.state,
        attempt=task.attempts,
        agent_id=task.agent_id,
        failure=task.failure,
        quality_before=task.quality_before,
        quality_after=task.quality_after,
    )


def _status(pipeline: PipelineRecord, task: TaskStatus | None) -> PipelineStatus:
    return PipelineStatus(
        pipeline_id=pipeline.pipeline_id,
        goal_id=pipeline.goal_id,
        goal_type=pipeline.goal_type,
        state=pipeline.state,
        tasks_total=pipeline.tasks_total,
        tasks_done=pipeline.tasks_done,
        task=task,
    )


def _to_everyone(status: PipelineStatus) -> Send:
    return Send(
        topic=EVENTS,
        payload=status,
        recipient_id="*",
        conversation_id=status.pipeline_id,
        key=status.pipeline_id,
    )
