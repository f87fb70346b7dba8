"""The consensus machine: which message leads to which decision."""

from datetime import datetime

from consensus.domain.ballots import (
    CONSENSUS_ID,
    cast_vote,
    close_proposal,
    mark_close,
    open_proposal,
)
from consensus.domain.records import BallotRecord, Occupancy, ProposalRecord
from shared.contracts.machine import (
    Decision,
    Follow,
    Input,
    MessageReceived,
    Perform,
    Step,
    TimerFired,
)
from shared.contracts.messages import (
    AnyMessage,
    ProposalCloseMessage,
    SchemaProposalMessage,
    ValidationVoteMessage,
)
from shared.kernel.records import Draft, Record, State


class ConsensusMachine:
    """Decides proposals; a shard holds the proposals of one partition of `argosy.consensus`."""

    name = CONSENSUS_ID
    record_kinds: tuple[type[Record], ...] = (ProposalRecord, BallotRecord, Occupancy)

    def __init__(self, timeout_seconds: float) -> None:
        self._timeout_seconds = timeout_seconds

    def step(self, state: State, received: Input, now: datetime) -> Step:
        """Decide what the input leads to; what is not for consensus leads to nothing."""
        decision = Decision(Draft(state), now)
        match received:
            case MessageReceived(message=message):
                self._take(decision, message)
            case TimerFired(name=proposal_id):
                mark_close(decision, proposal_id)
            case _:
                pass
        return decision.step()

    def resume(self, state: State) -> tuple[Follow | Perform, ...]:
        """Return nothing: consensus acts by messages and timers alone, and both are stored."""
        del state
        return ()

    def _take(self, decision: Decision, message: AnyMessage) -> None:
        match message:
            case SchemaProposalMessage(data_payload=proposal):
                open_proposal(decision, proposal, self._timeout_seconds)
            case ValidationVoteMessage():
                cast_vote(decision, message)
            case ProposalCloseMessage(data_payload=marker, sender_id=sender_id):
                close_proposal(decision, marker, sender_id)
            case _:
                pass
