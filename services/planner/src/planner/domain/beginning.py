"""From the line into work: a pipeline begins when its owner's limits and its key let it.

Whoever makes a pipeline hands it to `enter`; after every input `begin_due` begins what may begin.
A pipeline in line is `queued` and has no plan: what it needs is planned when it begins, with what
is true then.
"""

from planner.domain import admission
from planner.domain.advancing import advance
from planner.domain.events import pipeline_event
from planner.domain.goals.accepting import GoalRefusedError, accepted_parameters
from planner.domain.growth import plant
from planner.domain.pipeline import Pipeline
from planner.domain.places import OwnerRecord, PlaceRecord
from planner.domain.planning import Planning
from planner.domain.records import GoalRecord, PipelineRecord
from shared.contracts.machine import Decision
from shared.contracts.payloads import PipelineState
from shared.contracts.vocabulary import Failure


def enter(decision: Decision, planning: Planning, goal: GoalRecord, record: PipelineRecord) -> None:
    """Take a queued pipeline on: it begins, or waits, or fails at once when it cannot do either."""
    owner = decision.draft.get(OwnerRecord, goal.owner)
    failure = _objection_to(goal, planning)
    failure = failure or admission.objection_to_waiting(owner, planning.owner_limits)
    if failure is not None:
        pipeline = Pipeline(decision, planning, record)
        pipeline.refuse(failure)
        pipeline.conclude()
        return
    admission.take_place(decision, goal, record)
    _begin_or_wait(decision, planning, record)


def enter_again(decision: Decision, planning: Planning, record: PipelineRecord) -> None:
    """Put a queued pipeline that had stepped aside back in line, where it was."""
    admission.step_back(decision, record.pipeline_id)
    _begin_or_wait(decision, planning, record)


def begin_due(decision: Decision, planning: Planning) -> None:
    """Begin every goal that may begin by now."""
    for owner in admission.due_owners(decision):
        while (place := admission.admit_next(decision, planning.owner_limits, owner)) is not None:
            _begin(decision, planning, place)


def begin_later(decision: Decision, planning: Planning, owner: str) -> None:
    """Begin what the rate held up until now."""
    admission.look_again(decision, owner)
    begin_due(decision, planning)


def _begin_or_wait(decision: Decision, planning: Planning, record: PipelineRecord) -> None:
    decision.draft.put(record)
    begin_due(decision, planning)
    entered = _pipeline_record(decision, record.pipeline_id)
    if entered.state is PipelineState.QUEUED:
        decision.effects.append(pipeline_event(entered))


def _begin(decision: Decision, planning: Planning, place: PlaceRecord) -> None:
    goal = decision.draft.get(GoalRecord, place.goal_id)
    assert goal is not None, f"place {place.key} is that of a goal"
    queued = _pipeline_record(decision, place.pipeline_id)
    begun = queued.model_copy(update={"state": PipelineState.RUNNING})
    pipeline = Pipeline(decision, planning, begun)
    _plan(pipeline, planning, goal)
    advance(pipeline)
    pipeline.conclude()


def _plan(pipeline: Pipeline, planning: Planning, goal: GoalRecord) -> None:
    """Plan the goal as far as can be; one that is not acceptable fails its pipeline."""
    try:
        parameters = accepted_parameters(planning, goal.goal_type, goal.parameters)
    except GoalRefusedError as error:
        pipeline.refuse(error.failure)
    else:
        plant(pipeline, planning.goal_types[goal.goal_type].task, parameters)


def _objection_to(goal: GoalRecord, planning: Planning) -> Failure | None:
    try:
        accepted_parameters(planning, goal.goal_type, goal.parameters)
    except GoalRefusedError as error:
        return error.failure
    return None


def _pipeline_record(decision: Decision, pipeline_id: str) -> PipelineRecord:
    record = decision.draft.get(PipelineRecord, pipeline_id)
    assert record is not None, f"pipeline {pipeline_id} was stored when it took its place"
    return record
