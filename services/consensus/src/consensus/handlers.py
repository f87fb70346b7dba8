"""The consensus machine: which message leads to which decision."""

from datetime import datetime

from consensus.domain.ballots import cast_vote, take_verdict
from consensus.domain.proposals import (
    CONSENSUS_ID,
    cancel_proposal,
    close_stage,
    mark_close,
    open_proposal,
)
from consensus.domain.records import BallotRecord, Occupancy, ProposalRecord, VerdictRecord
from consensus.domain.refusals import RefusalsRecord
from consensus.domain.terms import Terms
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
    ProposalCancellationMessage,
    ProposalCloseMessage,
    SchemaProposalMessage,
    ValidationVoteMessage,
    WitnessVerdictMessage,
)
from shared.kernel.records import Draft, Record, State


class ConsensusMachine:
    """Decides proposals; a shard holds the proposals of one partition of `argosy.consensus`."""

    name = CONSENSUS_ID
    record_kinds: tuple[type[Record], ...] = (
        ProposalRecord,
        BallotRecord,
        VerdictRecord,
        RefusalsRecord,
        Occupancy,
    )

    def __init__(self, terms: Terms) -> None:
        self._terms = terms

    def step(self, state: State, received: Input, now: datetime) -> Step:
        """Decide what the input leads to; what is not for consensus leads to nothing."""
        decision = Decision(Draft(state), now)
        match received:
            case MessageReceived(message=message, position=position):
                self._take(decision, message, position)
            case TimerFired(name=proposal_id):
                mark_close(decision, proposal_id)
            case _:
                pass
        return decision.step()

    def resume(self, state: State) -> tuple[Follow | Perform, ...]:
        """Return nothing: consensus acts by messages and timers alone, and both are stored."""
        del state
        return ()

    def _take(self, decision: Decision, message: AnyMessage, position: int) -> None:
        match message:
            case SchemaProposalMessage(data_payload=proposal):
                open_proposal(decision, proposal, self._terms, position)
            case ValidationVoteMessage():
                cast_vote(decision, message, position)
            case WitnessVerdictMessage():
                take_verdict(decision, message, position)
            case ProposalCancellationMessage(data_payload=cancellation):
                cancel_proposal(decision, cancellation, position)
            case ProposalCloseMessage(data_payload=marker, sender_id=sender_id):
                close_stage(decision, marker, sender_id, position)
            case _:
                pass
