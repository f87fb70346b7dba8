"""The planner's machine: which input leads to which decision of `planner.domain`."""

from collections.abc import Callable, Mapping
from datetime import datetime

from planner.domain import deadlines, deciding, outcomes, steering, submission
from planner.domain.admission import ADMISSION_TIMER, DEADLINE_TIMER, look_at_all
from planner.domain.advancing import GROWTH_TIMER
from planner.domain.beginning import begin_due, begin_later
from planner.domain.durations import DurationRecord
from planner.domain.findings import ArtifactRecord, ChoiceRecord, FactRecord
from planner.domain.places import OwnerRecord, PlaceRecord
from planner.domain.planning import PLANNER_ID, Planning
from planner.domain.records import GoalRecord, PipelineRecord, TaskRecord
from planner.domain.schedules.checking import is_check, take_observation
from planner.domain.schedules.firing import SCHEDULE_TIMER, follow_ends
from planner.domain.schedules.records import ScheduleRecord
from planner.domain.schedules.steering import take_schedule, take_schedule_command, wake
from shared.contracts.machine import (
    Decision,
    Follow,
    Input,
    MessageReceived,
    Perform,
    Started,
    Step,
    TimerFired,
)
from shared.contracts.messages import Payload
from shared.contracts.payloads import DataResponse, GoalCommand, GoalSubmission
from shared.contracts.schedules import ScheduleCommand, ScheduleSubmission
from shared.contracts.voting import ConsensusResult
from shared.kernel.records import Draft, Record, State

TIMERS: Mapping[str, Callable[[Decision, Planning, str], None]] = {
    outcomes.RETRY_TIMER: outcomes.try_again,
    GROWTH_TIMER: outcomes.go_on,
    ADMISSION_TIMER: begin_later,
    DEADLINE_TIMER: deadlines.give_up,
    SCHEDULE_TIMER: wake,
}
"""What a timer leads to, by what its name begins with; the rest of the name says for whom."""


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
        PlaceRecord,
        OwnerRecord,
        ScheduleRecord,
        DurationRecord,
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
                prefix, colon, subject = name.partition(":")
                TIMERS[prefix + colon](decision, self._planning, subject)
            case Started():
                look_at_all(decision)
            case _:
                pass
        begin_due(decision, self._planning)
        follow_ends(decision, self._planning)
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
            case ScheduleSubmission():
                take_schedule(decision, self._planning, payload)
            case ScheduleCommand():
                take_schedule_command(decision, self._planning, payload)
            case DataResponse() if is_check(decision, payload):
                take_observation(decision, self._planning, payload)
            case DataResponse():
                outcomes.take_response(decision, self._planning, payload)
            case ConsensusResult():
                deciding.take_result(decision, self._planning, payload)
            case _:
                pass
