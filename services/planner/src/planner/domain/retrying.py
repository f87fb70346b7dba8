"""A goal that failed or was cancelled is tried again, beside what it left behind (ADR 0016).

An ended pipeline stays ended. A retry is another pipeline of the same goal, planned anew from the
same parameters; a task whose former self is done, with the very inputs that it has now, takes
over what that one made instead of being handed out. So plan and data are those of a run without
the interruption, and only what is missing is done.
"""

from planner.domain.dispatch import inputs_of
from planner.domain.growth import task_id_of
from planner.domain.outcomes import complete, keep_artifacts
from planner.domain.pipeline import Pipeline
from planner.domain.placement import next_pipeline_id
from planner.domain.planning import Planning
from planner.domain.records import (
    ArtifactRecord,
    FactRecord,
    GoalRecord,
    PipelineRecord,
    TaskRecord,
)
from shared.contracts.payloads import PipelineState, TaskState
from shared.kernel.records import Draft

RUNS_MAX = 20
"""Pipelines of one goal: all are remembered, and what failed twenty times wants another goal."""


def next_run(goal: GoalRecord, ended: PipelineRecord) -> tuple[GoalRecord, PipelineRecord]:
    """Return the goal's next pipeline, queued, and the goal that has moved on to it.

    It goes on from the newest one that has begun: a pipeline that ended in line did nothing.
    """
    record = PipelineRecord(
        pipeline_id=next_pipeline_id(ended.pipeline_id),
        goal_id=goal.goal_id,
        goal_type=goal.goal_type,
        priority=goal.priority,
        terms=goal.terms,
        run=ended.run + 1,
        retry_of=ended.pipeline_id if ended.tasks_total else ended.retry_of,
        state=PipelineState.QUEUED,
    )
    left = (*goal.earlier_pipelines, ended.pipeline_id)
    moved = {"pipeline_id": record.pipeline_id, "earlier_pipelines": left}
    return goal.model_copy(update=moved), record


def take_over(pipeline: Pipeline, planning: Planning) -> None:
    """Go on where the pipeline that is retried left off, before anything is handed out."""
    for task in pipeline.started():
        _take_over(pipeline, planning, task)


def _take_over(pipeline: Pipeline, planning: Planning, task: TaskRecord) -> None:
    draft = pipeline.decision.draft
    former = draft.get(TaskRecord, task_id_of(pipeline.record.retry_of, task.path))
    if former is None or not _is_same_work(draft, former, task):
        return
    made = [_artifact(draft, former, name) for name in former.task.data_outputs]
    facts = {name: _fact(draft, former, name) for name in former.task.processing_effects}
    done = {
        "agent_id": former.agent_id,
        "reused_from": former.reused_from or former.key,
        "quality_before": former.quality_before,
        "quality_after": former.quality_after,
    }
    keep_artifacts(pipeline.decision, task, (record.artifact for record in made))
    adopted = pipeline.task(task.key).model_copy(update=done)
    complete(pipeline, planning, adopted, {name: fact.content for name, fact in facts.items()})


def _is_same_work(draft: Draft, former: TaskRecord, task: TaskRecord) -> bool:
    if former.state is not TaskState.DONE or _work_of(former) != _work_of(task):
        return False
    return list(inputs_of(draft, former)) == list(inputs_of(draft, task))


def _work_of(task: TaskRecord) -> tuple[object, ...]:
    described = task.task
    return (
        task.model,
        task.arguments,
        described.data_inputs,
        described.data_outputs,
        described.processing_effects,
    )


def _artifact(draft: Draft, task: TaskRecord, name: str) -> ArtifactRecord:
    record = draft.get(ArtifactRecord, f"{task.pipeline_id}/{name}")
    assert record is not None, f"{task.task.name} is done, so {name} is there"
    return record


def _fact(draft: Draft, task: TaskRecord, name: str) -> FactRecord:
    record = draft.get(FactRecord, f"{task.pipeline_id}/{name}")
    assert record is not None, f"{task.task.name} is done, so {name} is known"
    return record
