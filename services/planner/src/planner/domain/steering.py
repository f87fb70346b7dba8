"""What people tell a goal that was accepted: cancel, pause, resume, retry.

Which command means something in which state is one table. A command that comes late, twice, or
for a pipeline that the goal has left behind changes nothing.
"""

from collections.abc import Mapping

from planner.domain.pipeline import Pipeline
from planner.domain.planning import Planning
from planner.domain.records import GoalRecord, PipelineRecord
from planner.domain.retrying import RUNS_MAX, run_again
from shared.contracts.machine import Decision
from shared.contracts.payloads import Command, GoalCommand, PipelineState
from shared.contracts.vocabulary import Failure
from shared.kernel.ids import derive_id

ACCEPTED_IN: Mapping[Command, frozenset[PipelineState]] = {
    Command.CANCEL: frozenset({PipelineState.RUNNING, PipelineState.PAUSED}),
    Command.PAUSE: frozenset({PipelineState.RUNNING}),
    Command.RESUME: frozenset({PipelineState.PAUSED}),
    Command.RETRY: frozenset({PipelineState.FAILED, PipelineState.CANCELLED}),
}
"""The states in which a command leads to something."""

HOLDS_IN: Mapping[Command, frozenset[PipelineState]] = {
    Command.CANCEL: frozenset({PipelineState.CANCELLED}),
    Command.PAUSE: frozenset({PipelineState.PAUSED}),
    Command.RESUME: frozenset({PipelineState.RUNNING}),
    Command.RETRY: frozenset({PipelineState.RUNNING, PipelineState.PAUSED}),
}
"""The states in which things are as a command wants them; for a retry, from the second run on."""


def command_id_of(pipeline: PipelineRecord, command: Command) -> str:
    """Return the id of the command at this point of the pipeline: repeating it is one command."""
    return derive_id("command", pipeline.pipeline_id, pipeline.commands, command)


def take_command(decision: Decision, planning: Planning, command: GoalCommand) -> None:
    """Do as the person says, where it means something."""
    goal = decision.draft.get(GoalRecord, command.goal_id)
    if goal is None or goal.pipeline_id != command.pipeline_id:
        return
    record = decision.draft.get(PipelineRecord, goal.pipeline_id)
    assert record is not None, f"goal {goal.goal_id} was stored with its pipeline"
    if record.state not in ACCEPTED_IN[command.command]:
        return
    if command.command is Command.RETRY:
        run_again(decision, planning, goal, record)
        return
    counted = record.model_copy(update={"commands": record.commands + 1})
    pipeline = Pipeline(decision, planning.domain, counted)
    match command.command:
        case Command.CANCEL:
            pipeline.cancel()
        case Command.PAUSE:
            pipeline.pause()
        case Command.RESUME:
            pipeline.resume()
    pipeline.conclude()


def objection_to(command: Command, pipeline: PipelineRecord) -> Failure | None:
    """Return why the command means nothing here; None when it does, or is done already."""
    if command is Command.RETRY:
        return _objection_to_retry(pipeline)
    if pipeline.state in ACCEPTED_IN[command] | HOLDS_IN[command]:
        return None
    return Failure(
        code="goal_ended",
        detail=f"goal {pipeline.goal_id} is {pipeline.state}; what has ended stays as it is",
        remedy="retry it if it failed or was cancelled, or submit it as a new goal",
    )


def _objection_to_retry(pipeline: PipelineRecord) -> Failure | None:
    if pipeline.state is PipelineState.COMPLETED:
        return Failure(
            code="goal_completed",
            detail=f"goal {pipeline.goal_id} is completed; there is nothing to retry",
            remedy="submit it as a new goal to do it all again",
        )
    if pipeline.state in HOLDS_IN[Command.RETRY]:
        is_retried = pipeline.run > 1
        return None if is_retried else _not_ended(pipeline)
    if pipeline.run >= RUNS_MAX:
        return Failure(
            code="runs_exhausted",
            detail=f"goal {pipeline.goal_id} had {pipeline.run} runs; a goal has {RUNS_MAX}",
            remedy="mend what its failure names, then submit it as a new goal",
        )
    return None


def _not_ended(pipeline: PipelineRecord) -> Failure:
    return Failure(
        code="goal_not_ended",
        detail=f"goal {pipeline.goal_id} is {pipeline.state}",
        remedy="wait for its end, resume it if it is paused, or cancel it first",
    )
