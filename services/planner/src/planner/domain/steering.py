"""What people tell a goal that was accepted: cancel, pause, resume, retry.

Which command means something in which state is one table. A command that comes late, twice, or
for a pipeline that the goal has left behind changes nothing.
"""

from collections.abc import Mapping

from planner.domain.pipeline import Pipeline
from planner.domain.planning import Planning
from planner.domain.records import GoalRecord, PipelineRecord
from planner.domain.retrying import run_again
from shared.contracts.machine import Decision
from shared.contracts.payloads import Command, GoalCommand, PipelineState
from shared.kernel.ids import derive_id

ACCEPTED_IN: Mapping[Command, frozenset[PipelineState]] = {
    Command.CANCEL: frozenset({PipelineState.RUNNING, PipelineState.PAUSED}),
    Command.PAUSE: frozenset({PipelineState.RUNNING}),
    Command.RESUME: frozenset({PipelineState.PAUSED}),
    Command.RETRY: frozenset({PipelineState.FAILED, PipelineState.CANCELLED}),
}
"""The states in which a command leads to something."""


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
