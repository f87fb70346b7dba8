"""A goal that has ended is tried again, beside what it left behind (ADR 0016).

An ended pipeline stays ended. A retry is another pipeline of the same goal, planned anew from the
same parameters; a task whose former self is done, with the very inputs that it has now, takes
over what that one made instead of being handed out. So plan and data are those of a run without
the interruption, and only what is missing is done. A person can name a task that is done again
with all below it; what reads of that other contents than before follows by itself.
"""

from planner.domain.placement import next_pipeline_id
from planner.domain.records import GoalRecord, PipelineRecord
from shared.contracts.payloads import PipelineState
from shared.contracts.vocabulary import Failure

RUNS_MAX = 20
"""Pipelines of one goal: all are remembered, and what failed twenty times wants another goal."""


def next_run(
    goal: GoalRecord, ended: PipelineRecord, *, redo_path: str = ""
) -> tuple[GoalRecord, PipelineRecord]:
    """Return the goal's next pipeline, queued, and the goal that has moved on to it.

    It goes on from the newest one that has begun: a pipeline that ended in line did nothing, so
    what was to be done again in it still is.
    """
    record = PipelineRecord(
        pipeline_id=next_pipeline_id(ended.pipeline_id),
        goal_id=goal.goal_id,
        goal_type=goal.goal_type,
        priority=goal.priority,
        terms=goal.terms,
        run=ended.run + 1,
        retry_of=ended.pipeline_id if ended.tasks_total else ended.retry_of,
        redo_path=redo_path if ended.tasks_total or redo_path else ended.redo_path,
        state=PipelineState.QUEUED,
    )
    left = (*goal.earlier_pipelines, ended.pipeline_id)
    moved = {"pipeline_id": record.pipeline_id, "earlier_pipelines": left}
    return goal.model_copy(update=moved), record


def runs_exhausted(pipeline: PipelineRecord) -> Failure | None:
    """Return why the goal has no further run; None when it has."""
    if pipeline.run < RUNS_MAX:
        return None
    return Failure(
        code="runs_exhausted",
        detail=f"goal {pipeline.goal_id} had {pipeline.run} runs; a goal has {RUNS_MAX}",
        remedy="mend what its failure names, then submit it as a new goal",
    )
