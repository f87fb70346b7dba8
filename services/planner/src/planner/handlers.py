"""The planner's machine: which input leads to which decision of `planner.domain`."""

from datetime import datetime

from planner.domain import outcomes, steering, submission
from planner.domain.planning import PLANNER_ID, Planning
from planner.domain.records import (
    ArtifactRecord,
    ChoiceRecord,
    FactRecord,
    GoalRecord,
    PipelineRecord,
    TaskRecord,
)
from shared.contracts.machine import (
    Decision,
    Follow,
    Input,
    MessageReceived,
    Perform,
    Step,
    TimerFired,
)
from shared.contracts.messages import Payload
from shared.contracts.payloads import DataResponse, GoalCommand, GoalSubmission
from shared.contracts.voting import ConsensusResult
from shared.kernel.records import Draft, Record, State


class PlannerMachine:
    """Plans goals and carries them out; a shard holds the pipelines of one partition."""

    name = PLANNER_ID
    record_kinds: tuple[type[Record], ...] = (
        GoalRecord,
        PipelineRecord,
        TaskRecord,
        ChoiceRecord,
        ArtifactRecord,
        FactRecord,
    )

    def __init__(self, planning: Planning) -> None:
        self._planning = planning

    def step(self, state: State, received: Input, now: datetime) -> Step:
        """Decide what the input leads to; what is not for the planner leads to nothing."""
        decision = Decision(Draft(state), now)
        match received:
            case MessageReceived(message=message):
                self._take(decision, message.data_payload)
            case TimerFired(name=name):
                task_id = name.removeprefix(outcomes.RETRY_TIMER)
                outcomes.try_again(decision, self._planning, task_id)
            case _:
                pass
        return decision.step()

    def resume(self, state: State) -> tuple[Follow | Perform, ...]:
        """Return nothing: the planner acts by messages and timers alone, and both are stored."""
        del state
        return ()

    def _take(self, decision: Decision, payload: Payload) -> None:
        match payload:
            case GoalSubmission():
                submission.submit(decision, self._planning, payload)
            case GoalCommand():
                steering.take_command(decision, self._planning, payload)
            case DataResponse():
                outcomes.take_response(decision, self._planning, payload)
            case ConsensusResult():
                outcomes.take_result(decision, self._planning, payload)
            case _:
                pass
