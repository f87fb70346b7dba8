"""A goal asks for something else than before: its next pipeline begins with what it asks for now.

What has ended stays as it is, and what is open is ended for it. The next pipeline takes over each
finished task that has the same to do with the same inputs, as a retry's does (ADR 0016); nothing
is undone. A goal that has not begun keeps its place in line, and is only changed.
"""

from planner.domain.admission import has_stepped_aside, move_place, objection_to_waiting
from planner.domain.beginning import enter
from planner.domain.goals.accepting import GoalRefusedError, accepted_parameters
from planner.domain.pipeline import Pipeline
from planner.domain.places import OwnerRecord
from planner.domain.planning import Planning
from planner.domain.records import ENDED_PIPELINE, GoalRecord, PipelineRecord
from planner.domain.retrying import next_run, runs_exhausted
from shared.contracts.machine import Decision
from shared.contracts.payloads import GoalCommand, PipelineState
from shared.contracts.terms import GoalTerms
from shared.contracts.vocabulary import Failure, Parameters

REPLACED = "replaced"
"""The code of the failure that says that another run has taken a pipeline's place."""


def merged_parameters(before: Parameters, changes: Parameters) -> Parameters:
    """Return the parameters with the changes; one that becomes null is left out."""
    merged = {**before, **changes}
    return {name: asked for name, asked in merged.items() if changes.get(name, asked) is not None}


def merged_terms(before: GoalTerms, changes: GoalTerms) -> GoalTerms:
    """Return the terms with those that were named; the others stay."""
    named = {name: getattr(changes, name) for name in changes.model_fields_set}
    if "voting" in named:
        voting = {name: getattr(changes.voting, name) for name in changes.voting.model_fields_set}
        named["voting"] = before.voting.model_copy(update=voting)
    return before.model_copy(update=named)


def replanned(goal: GoalRecord, command: GoalCommand, planning: Planning) -> GoalRecord:
    """Return the goal as it asks from now on.

    Raises:
        GoalRefusedError: it would not be acceptable.
    """
    parameters = goal.parameters
    if command.parameters is not None:
        parameters = accepted_parameters(planning, goal.goal_type, command.parameters)
    terms = command.terms or goal.terms
    return goal.model_copy(update={"parameters": parameters, "terms": terms})


def replan(decision: Decision, planning: Planning, goal: GoalRecord, command: GoalCommand) -> None:
    """Let the goal ask for something else; what is not acceptable or no change changes nothing."""
    record = decision.draft.get(PipelineRecord, goal.pipeline_id)
    assert record is not None, f"goal {goal.goal_id} was stored with its pipeline"
    try:
        changed = replanned(goal, command, planning)
    except GoalRefusedError:
        return
    if changed == goal:
        return
    if _is_in_line(decision, record):
        _change_in_line(decision, changed, record)
        return
    owner = decision.draft.get(OwnerRecord, goal.owner)
    objection = runs_exhausted(record) or objection_to_waiting(owner, planning.owner_limits)
    if objection is not None:
        return
    moved, following = next_run(changed, _ended(decision, planning, record))
    decision.draft.put(moved)
    enter(decision, planning, moved, following)


def objection_to_replan(pipeline: PipelineRecord) -> Failure | None:
    """Return why the goal cannot be replanned now; None when it can."""
    if pipeline.state is PipelineState.UNDOING:
        return Failure(
            code="goal_not_ended",
            detail=f"goal {pipeline.goal_id} is being undone",
            remedy="wait until that has ended, then replan it",
        )
    is_begun = pipeline.tasks_total or pipeline.state in ENDED_PIPELINE
    return runs_exhausted(pipeline) if is_begun else None


def _is_in_line(decision: Decision, record: PipelineRecord) -> bool:
    is_aside = has_stepped_aside(decision.draft, record.pipeline_id)
    return is_aside or record.state is PipelineState.QUEUED


def _change_in_line(decision: Decision, goal: GoalRecord, record: PipelineRecord) -> None:
    decision.draft.put(goal)
    changes = {"terms": goal.terms, "commands": record.commands + 1}
    decision.draft.put(record.model_copy(update=changes))
    move_place(decision, goal, record.pipeline_id)


def _ended(decision: Decision, planning: Planning, record: PipelineRecord) -> PipelineRecord:
    """End the pipeline if it is open, with nothing undone; return it."""
    if record.state in ENDED_PIPELINE:
        return record
    pipeline = Pipeline(decision, planning, record)
    pipeline.skip_open_tasks()
    pipeline.change(failure=_replaced(record), commands=record.commands + 1)
    pipeline.end(PipelineState.CANCELLED)
    pipeline.conclude()
    return pipeline.record


def _replaced(record: PipelineRecord) -> Failure:
    return Failure(
        code=REPLACED,
        detail=f"run {record.run + 1} has replaced it, because the goal was replanned",
        remedy="look at the goal's newest run; it has taken over what was done",
    )
