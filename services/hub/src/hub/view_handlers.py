"""The view's machine: from events to what people see."""

from datetime import datetime

from hub.domain import view
from shared.contracts.machine import Decision, Follow, Input, MessageReceived, Perform, Step
from shared.contracts.payloads import ConsensusResult, PipelineStatus, ReActStepTaken
from shared.kernel.records import Draft, Record, State

VIEW_ID = "hub-view"


class ViewMachine:
    """Keeps the events in a form to look at; one shard for each partition of the events."""

    name = VIEW_ID
    record_kinds: tuple[type[Record], ...] = (
        view.PipelineRecord,
        view.TaskRecord,
        view.StepRecord,
        view.ProposalRecord,
    )

    def step(self, state: State, received: Input, now: datetime) -> Step:
        """Take the event into the view; anything else leaves it as it is."""
        decision = Decision(Draft(state), now)
        payload = received.message.data_payload if isinstance(received, MessageReceived) else None
        match payload:
            case PipelineStatus() as status:
                view.show_status(decision, status)
            case ReActStepTaken() as taken:
                view.show_step(decision, taken)
            case ConsensusResult() as outcome:
                view.show_outcome(decision, outcome)
            case _:
                pass
        return decision.step()

    def resume(self, state: State) -> tuple[Follow | Perform, ...]:
        """Return nothing: the view only looks."""
        del state
        return ()
