"""What comes of tasks: done, tried again, or the end of the pipeline.

Only the first outcome of a newer attempt than any before counts, and only while the task runs;
whatever else arrives, late, twice or for a task unknown, changes nothing.
"""

from datetime import timedelta

from planner.domain.advancing import advance
from planner.domain.budgets import end_beyond_budget, spend
from planner.domain.dispatch import work_for
from planner.domain.durations import DurationRecord, observed
from planner.domain.pipeline import Pipeline
from planner.domain.planning import Planning
from planner.domain.progress import complete
from planner.domain.records import ENDED_PIPELINE, PipelineRecord, TaskRecord
from planner.domain.repairing import give_up
from planner.domain.sizing import estimated_seconds
from planner.domain.undoing import take_undone
from shared.contracts.machine import Decision
from shared.contracts.payloads import DataResponse, TaskOutcome, TaskState
from shared.contracts.vocabulary import Failure

RETRY_TIMER = "retry:"


def take_response(decision: Decision, planning: Planning, response: DataResponse) -> None:
    """Take an agent's outcome of an attempt."""
    task = running_task(decision, response.pipeline_id, response.task_id)
    if task is None or response.attempt <= task.attempts:
        return
    pipeline = pipeline_of(decision, planning, task)
    spend(pipeline, task, response.seconds, response.model_usage)
    seen = task.model_copy(
        update={
            "attempts": response.attempt,
            "agent_id": response.agent_id,
            "quality_before": response.quality_before,
            "quality_after": response.quality_after,
        }
    )
    failure = _failure_of(seen, response)
    if failure is not None:
        try_again_or_give_up(pipeline, seen, failure)
    elif seen.undoes:
        take_undone(pipeline, seen, None)
    else:
        complete(pipeline, seen, response.artifacts, response.facts)
        _learn_duration(pipeline, seen, response.seconds)
    end_beyond_budget(pipeline, seen)
    advance(pipeline)
    pipeline.conclude()


def try_again(decision: Decision, planning: Planning, task_id: str) -> None:
    """Hand a failed task out again, now that its wait is over."""
    task = decision.draft.get(TaskRecord, task_id)
    if task is None or task.state is not TaskState.PENDING or not task.failures:
        return
    pipeline = pipeline_of(decision, planning, task)
    pipeline.start(task)
    advance(pipeline)
    pipeline.conclude()


def go_on(decision: Decision, planning: Planning, pipeline_id: str) -> None:
    """Plan and hand out more of a pipeline that has room for it."""
    record = decision.draft.get(PipelineRecord, pipeline_id)
    if record is not None and record.state not in ENDED_PIPELINE:
        pipeline = Pipeline(decision, planning, record)
        advance(pipeline)
        pipeline.conclude()


def running_task(decision: Decision, pipeline_id: str, task_id: str) -> TaskRecord | None:
    """Return the task whose outcome counts; None when it runs no more, or there is none."""
    task = decision.draft.get(TaskRecord, task_id)
    if task is None or task.pipeline_id != pipeline_id or task.state is not TaskState.RUNNING:
        return None
    return task


def pipeline_of(decision: Decision, planning: Planning, task: TaskRecord) -> Pipeline:
    """Return the pipeline of a task that has not ended."""
    record = decision.draft.get(PipelineRecord, task.pipeline_id)
    assert record is not None, f"task {task.key} is part of a pipeline"
    assert record.state not in ENDED_PIPELINE, f"task {task.key} has not ended"
    return Pipeline(decision, planning, record)


def _failure_of(task: TaskRecord, response: DataResponse) -> Failure | None:
    if response.outcome is TaskOutcome.FAILED:
        return response.failure or Failure(
            code="unexplained",
            detail=f"{response.agent_id} gave no reason",
            remedy="read the agent's log",
        )
    made = {artifact.name for artifact in response.artifacts}
    missing = [name for name in task.task.data_outputs if name not in made]
    missing += [fact for fact in task.task.processing_effects if fact not in response.facts]
    if not missing:
        return None
    return Failure(
        code="outcome_incomplete",
        detail=f"{response.agent_id} reported success without {', '.join(missing)}",
        remedy=f"correct the agents' capability {task.model}: the plan relies on what it makes",
    )


def try_again_or_give_up(pipeline: Pipeline, task: TaskRecord, failure: Failure) -> None:
    """Let the task have another attempt if that may help; otherwise take another way, or none."""
    retry = work_for(pipeline.planning.program, task).retry
    failed = task.model_copy(update={"failure": failure, "failures": task.failures + 1})
    is_worth_it = failure.retryable or failure.code in retry.codes
    if is_worth_it and failed.failures < retry.attempts_max:
        pipeline.answered(task)
        pipeline.put(failed.model_copy(update={"state": TaskState.PENDING}))
        seconds = retry.backoff_seconds * retry.backoff_factor**task.failures
        due = pipeline.decision.now + timedelta(seconds=seconds)
        pipeline.decision.set_timer(f"{RETRY_TIMER}{task.key}", due)
    elif task.undoes:
        take_undone(pipeline, failed, failure)
    else:
        give_up(pipeline, failed, failure)


def _learn_duration(pipeline: Pipeline, task: TaskRecord, seconds: float) -> None:
    """Remember how long the task took, so that the next ones are expected to take as long."""
    if not seconds:
        return
    draft, work = pipeline.decision.draft, work_for(pipeline.planning.program, task)
    known = draft.get(DurationRecord, work.capability)
    record = known or DurationRecord(capability=work.capability)
    declared = estimated_seconds(work, task.arguments)
    draft.put(observed(record, declared=declared, seconds=seconds))
