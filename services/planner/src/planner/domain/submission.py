"""A goal comes in: it is taken once, and begins or waits in line."""

from planner.domain.beginning import enter
from planner.domain.planning import Planning
from planner.domain.records import GoalRecord, PipelineRecord
from shared.contracts.machine import Decision
from shared.contracts.payloads import GoalSubmission, PipelineState


def submit(decision: Decision, planning: Planning, submission: GoalSubmission) -> None:
    """Take a goal, once; one that is not acceptable has a pipeline that failed at once."""
    if decision.draft.get(GoalRecord, submission.goal_id) is not None:
        return
    goal = GoalRecord(**submission.model_dump(), submitted_at=decision.now)
    decision.draft.put(goal)
    record = PipelineRecord(
        pipeline_id=goal.pipeline_id,
        goal_id=goal.goal_id,
        goal_type=goal.goal_type,
        priority=goal.priority,
        terms=goal.terms,
        state=PipelineState.QUEUED,
    )
    enter(decision, planning, goal, record)
