"""The hub's two machines: from inputs to the decisions of `hub.domain`."""

from datetime import datetime

from hub.domain import assignment, fleet, reputation, routing, view
from hub.domain.limits import Limits
from hub.domain.records import AgentRecord, AssignmentRecord
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
from shared.contracts.messages import AnyMessage
from shared.contracts.payloads import (
    AgentHeartbeat,
    AgentRegistration,
    DataRequest,
    DataResponse,
    PipelineStatus,
    ReActStepTaken,
    TaskCancellation,
)
from shared.contracts.voting import ConsensusResult, ProposalAftermath, SchemaProposal
from shared.kernel.records import Draft, Record, State
from shared.kernel.safeguards import Safeguards


class HubMachine:
    """Knows the fleet, assigns tasks, routes messages; one shard decides for all."""

    name = routing.HUB_ID
    record_kinds: tuple[type[Record], ...] = (
        AgentRecord,
        AssignmentRecord,
        reputation.ReputationRecord,
        reputation.AwaitedAftermath,
    )

    def __init__(self, limits: Limits, safeguards: Safeguards | None = None) -> None:
        self._limits = limits
        self._safeguards = safeguards or Safeguards()

    def step(self, state: State, received: Input, now: datetime) -> Step:
        """Decide what the input leads to; the same arguments always give the same step."""
        decision = Decision(Draft(state), now)
        match received:
            case MessageReceived(message=message) if message.recipient_id == self.name:
                self._take(decision, message)
            case MessageReceived(message=message):
                if isinstance(message.data_payload, ConsensusResult):
                    reputation.take_result(decision, message.data_payload)
                routing.forward(decision, message)
            case TimerFired(name=name, due=due):
                fleet.take_timer(decision, self._limits, name, due)
            case Started():
                fleet.give_grace_to_all(decision, self._limits)
            case _:
                pass
        return decision.step()

    def resume(self, state: State) -> tuple[Follow | Perform, ...]:
        """Return nothing: all that the hub does is sending."""
        del state
        return ()

    def _take(self, decision: Decision, message: AnyMessage) -> None:
        match message.data_payload:
            case AgentHeartbeat() as heartbeat:
                fleet.take_heartbeat(decision, self._limits, heartbeat)
            case DataRequest() as request:
                assignment.accept(decision, self._limits, request)
            case DataResponse() as response:
                fenced = self._safeguards.attempt_fencing
                assignment.conclude(decision, self._limits, response, fenced=fenced)
            case TaskCancellation() as cancellation:
                assignment.cancel(decision, self._limits, cancellation)
            case AgentRegistration() as registration:
                fleet.register(decision, self._limits, registration)
            case SchemaProposal() as proposal:
                routing.fill_electorate(decision, proposal)
            case ProposalAftermath() as aftermath:
                reputation.take_aftermath(decision, aftermath)
            case _:
                routing.bury(
                    decision,
                    message,
                    reason="payload_unexpected",
                    detail=f"the hub takes no {message.message_type}: {message.message_id} "
                    f"from {message.sender_id}",
                )


class ViewMachine:
    """Keeps the events in a form to look at; one shard for each partition of the events."""

    name = view.VIEW_ID
    record_kinds: tuple[type[Record], ...] = (
        view.PipelineView,
        view.TaskView,
        view.StepView,
        view.ProposalView,
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
