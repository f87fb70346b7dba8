"""What people tell a goal that was accepted: cancel, pause, resume, retry, replan.

Which command means something in which state is one table. A command that comes late, twice, or
for a pipeline that the goal has left behind changes nothing.
"""

from collections.abc import Mapping

from planner.domain.admission import has_stepped_aside, objection_to_waiting, step_aside
from planner.domain.advancing import advance
from planner.domain.beginning import enter, enter_again
from planner.domain.pipeline import Pipeline
from planner.domain.places import OwnerRecord
from planner.domain.planning import Planning
from planner.domain.records import GoalRecord, PipelineRecord
from planner.domain.replanning import objection_to_replan, replan
from planner.domain.retrying import next_run, runs_exhausted
from shared.contracts.machine import Decision
from shared.contracts.payloads import Command, GoalCommand, PipelineState
from shared.contracts.vocabulary import Failure
from shared.kernel.ids import derive_id

ACCEPTED_IN: Mapping[Command, frozenset[PipelineState]] = {
    Command.CANCEL: frozenset({PipelineState.QUEUED, PipelineState.RUNNING, PipelineState.PAUSED}),
    Command.PAUSE: frozenset({PipelineState.QUEUED, PipelineState.RUNNING}),
    Command.RESUME: frozenset({PipelineState.PAUSED}),
    Command.RETRY: frozenset({PipelineState.FAILED, PipelineState.CANCELLED}),
    Command.REPLAN: frozenset(PipelineState) - {PipelineState.UNDOING},
}
"""The states in which a command leads to something."""

HOLDS_IN: Mapping[Command, frozenset[PipelineState]] = {
    Command.CANCEL: frozenset({PipelineState.CANCELLED, PipelineState.UNDOING}),
    Command.PAUSE: frozenset({PipelineState.PAUSED}),
    Command.RESUME: frozenset({PipelineState.QUEUED, PipelineState.RUNNING}),
    Command.RETRY: frozenset({PipelineState.QUEUED, PipelineState.RUNNING, PipelineState.PAUSED}),
    Command.REPLAN: frozenset(),
}
"""The states in which things are as a command wants them; for a retry, from the second run on."""


def is_accepted(command: Command, pipeline: PipelineRecord, from_path: str = "") -> bool:
    """Tell whether the command leads to something; a task can be done again in a completed goal."""
    if command is Command.RETRY and from_path and pipeline.state is PipelineState.COMPLETED:
        return True
    return pipeline.state in ACCEPTED_IN[command]


def command_id_of(pipeline: PipelineRecord, command: Command, details: str = "") -> str:
    """Return the id of the command at this point of the pipeline: repeating it is one command."""
    return derive_id("command", pipeline.pipeline_id, pipeline.commands, command, details)


def take_command(decision: Decision, planning: Planning, command: GoalCommand) -> None:
    """Do as the person says, where it means something."""
    goal = decision.draft.get(GoalRecord, command.goal_id)
    if goal is None or goal.pipeline_id != command.pipeline_id:
        return
    record = decision.draft.get(PipelineRecord, goal.pipeline_id)
    assert record is not None, f"goal {goal.goal_id} was stored with its pipeline"
    if not is_accepted(command.command, record, command.from_path):
        return
    counted = record.model_copy(update={"commands": record.commands + 1})
    match command.command:
        case Command.RETRY:
            _run_again(decision, planning, goal, command.from_path)
        case Command.REPLAN:
            replan(decision, planning, goal, command)
        case Command.CANCEL:
            pipeline = Pipeline(decision, planning, counted)
            pipeline.cancel()
            advance(pipeline)
            pipeline.conclude()
        case Command.PAUSE:
            _pause(decision, planning, counted)
        case Command.RESUME:
            _resume(decision, planning, counted)


def _run_again(decision: Decision, planning: Planning, goal: GoalRecord, from_path: str) -> None:
    ended = decision.draft.get(PipelineRecord, goal.pipeline_id)
    assert ended is not None, f"goal {goal.goal_id} was stored with its pipeline"
    owner = decision.draft.get(OwnerRecord, goal.owner)
    objection = runs_exhausted(ended) or objection_to_waiting(owner, planning.owner_limits)
    if objection is not None:
        return
    moved, record = next_run(goal, ended, redo_path=from_path)
    decision.draft.put(moved)
    enter(decision, planning, moved, record)


def _pause(decision: Decision, planning: Planning, record: PipelineRecord) -> None:
    """Hold the pipeline up: one that has not begun steps aside, so that others begin first."""
    if record.state is PipelineState.QUEUED:
        step_aside(decision, record.pipeline_id)
    pipeline = Pipeline(decision, planning, record)
    pipeline.pause()
    pipeline.conclude()


def _resume(decision: Decision, planning: Planning, record: PipelineRecord) -> None:
    """Let the pipeline go on where it was: at work, or in line."""
    if has_stepped_aside(decision.draft, record.pipeline_id):
        queued = record.model_copy(update={"state": PipelineState.QUEUED})
        enter_again(decision, planning, queued)
        return
    pipeline = Pipeline(decision, planning, record)
    pipeline.resume()
    advance(pipeline)
    pipeline.conclude()


def objection_to(command: Command, pipeline: PipelineRecord, from_path: str = "") -> Failure | None:
    """Return why the command means nothing here; None when it does, or is done already."""
    if command is Command.RETRY:
        return _objection_to_retry(pipeline, from_path)
    if command is Command.REPLAN:
        return objection_to_replan(pipeline)
    if pipeline.state in ACCEPTED_IN[command] | HOLDS_IN[command]:
        return None
    return Failure(
        code="goal_ended",
        detail=f"goal {pipeline.goal_id} is {pipeline.state}; what has ended stays as it is",
        remedy="retry it if it failed or was cancelled, or submit it as a new goal",
    )


def _objection_to_retry(pipeline: PipelineRecord, from_path: str) -> Failure | None:
    if pipeline.state is PipelineState.COMPLETED and not from_path:
        return Failure(
            code="goal_completed",
            detail=f"goal {pipeline.goal_id} is completed; there is nothing to retry",
            remedy="name the task to do again from, or submit it as a new goal",
        )
    if pipeline.state is PipelineState.UNDOING:
        return _not_ended(pipeline)
    if pipeline.state in HOLDS_IN[Command.RETRY]:
        is_retried = pipeline.run > 1 and from_path in {"", pipeline.redo_path}
        return None if is_retried else _not_ended(pipeline)
    return runs_exhausted(pipeline)


def _not_ended(pipeline: PipelineRecord) -> Failure:
    return Failure(
        code="goal_not_ended",
        detail=f"goal {pipeline.goal_id} is {pipeline.state}",
        remedy="wait for its end, resume it if it is paused, or cancel it first",
    )
