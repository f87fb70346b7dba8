"""A goal comes in: it is checked, planned as far as can be, and its first tasks go out."""

from planner.domain.goals.accepting import GoalRefusedError, accepted_parameters
from planner.domain.goals.types import GOAL_TYPES
from planner.domain.growth import plant
from planner.domain.pipeline import Pipeline
from planner.domain.planning import Planning
from planner.domain.records import GoalRecord, PipelineRecord
from shared.contracts.machine import Decision
from shared.contracts.payloads import GoalSubmission


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
    )
    pipeline = Pipeline(decision, planning.domain, record)
    plan_goal(pipeline, planning, goal)
    pipeline.conclude()


def plan_goal(pipeline: Pipeline, planning: Planning, goal: GoalRecord) -> None:
    """Plan the goal as far as can be; one that is not acceptable fails its pipeline."""
    try:
        parameters = accepted_parameters(goal.goal_type, goal.parameters, planning.source_folders)
    except GoalRefusedError as error:
        pipeline.refuse(error.failure)
    else:
        plant(pipeline, planning.limits, GOAL_TYPES[goal.goal_type].task, parameters)
