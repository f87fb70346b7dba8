"""A proposal's life: opened, voted on, concluded once.

Theory of operation. A proposal and all its votes share a key and so one partition: their order
is the log's, and the result is a pure function of it. A proposal opens with its electorate and an
absolute deadline. A vote counts when it is a member's, signed by the key that the electorate
names, bound to exactly this artifact and electorate, and ahead of the end. The end is a place in
the log: the deciding vote, or the close marker that the deadline's timer sends to this same
partition. Nobody's clock says whether a vote is late.

A vote cannot come before its proposal: electors hear of a proposal only from here, after it was
opened, so a vote on an unknown proposal is a stranger's or outlived the proposal's record. An
elector who contradicts itself before the end counts for neither side, in either order; after the
end nothing counts.
"""

from datetime import timedelta

from consensus.domain.electorates import electorate_flaw
from consensus.domain.records import (
    VOTES_OF_AN_ELECTOR_MAX,
    BallotRecord,
    Occupancy,
    ProposalRecord,
    ballot_key,
)
from consensus.domain.results import conclusion_of, tally_of
from consensus.domain.tally import outcome_at_close, outcome_so_far
from shared.contracts import wire
from shared.contracts.machine import Decision, Send
from shared.contracts.messages import ValidationVoteMessage
from shared.contracts.topics import CONSENSUS, EVENTS, HUB
from shared.contracts.voting import ProposalClose, ProposalOutcome, SchemaProposal, ValidationVote

CONSENSUS_ID = "consensus"
"""The name that consensus sends and receives by."""

OPEN_PROPOSALS_MAX = 10_000
"""Open proposals in one shard: with 2 kB each, 20 MB; a fleet of 50 agents opens a few."""

CONCLUDED_PROPOSALS_MAX = 200
"""Concluded proposals that one shard still shows, some 50 kB each with the votes of 50 electors;
the results themselves stay in the log."""

VOTE_BYTES_MAX = 16 * 1024
"""The largest vote: five evidences with examples take a tenth of it."""


def open_proposal(decision: Decision, proposal: SchemaProposal, timeout_seconds: float) -> None:
    """Open a new proposal and ask its electors, or conclude at once what cannot be voted on."""
    if decision.draft.get(ProposalRecord, proposal.proposal_id) is not None:
        return
    timeout_seconds = proposal.timeout_seconds or timeout_seconds
    deadline = decision.now + timedelta(seconds=timeout_seconds)
    opened = proposal.model_copy(
        update={"timeout_seconds": timeout_seconds, "deadline": deadline},
    )
    record = ProposalRecord(proposal=opened, opened_at=decision.now)
    occupancy = _occupancy(decision)
    _occupy(decision, open_change=1)
    flaw = electorate_flaw(proposal)
    if flaw is not None:
        _conclude(decision, record, ProposalOutcome.INVALID_ELECTORATE, flaw)
    elif occupancy.open_proposals >= OPEN_PROPOSALS_MAX:
        crowded = f"{OPEN_PROPOSALS_MAX} proposals are open already; propose it again later"
        _conclude(decision, record, ProposalOutcome.REJECTED, crowded)
    else:
        _ask_electors(decision, record)


def cast_vote(decision: Decision, message: ValidationVoteMessage) -> None:
    """Take a vote if it counts, and conclude the proposal if the vote decides it."""
    vote = message.data_payload
    record = decision.draft.get(ProposalRecord, vote.proposal_id)
    if record is None or not record.is_open or not _is_bound_to(vote, record.proposal):
        return
    elector = record.elector(vote.voter_id)
    if elector is None or len(message.model_dump_json()) > VOTE_BYTES_MAX:
        return
    ballot = decision.draft.get(BallotRecord, ballot_key(vote.proposal_id, vote.voter_id))
    if ballot is not None and not _is_news(vote, ballot):
        return
    if not wire.has_valid_signature(message, elector.public_key):
        return
    earlier = () if ballot is None else ballot.votes
    decision.draft.put(BallotRecord(votes=(*earlier, message)))
    tally = tally_of(record.proposal, _ballots(decision, record))
    outcome = outcome_so_far(record.proposal.rule, tally)
    if outcome is not None:
        _conclude(decision, record, outcome)


def mark_close(decision: Decision, proposal_id: str) -> None:
    """Put the close marker into the log, now that the proposal's deadline has come."""
    record = decision.draft.get(ProposalRecord, proposal_id)
    if record is None or not record.is_open:
        return
    decision.effects.append(
        Send(
            CONSENSUS,
            ProposalClose(proposal_id=proposal_id),
            CONSENSUS_ID,
            proposal_id,
            proposal_id,
        )
    )


def close_proposal(decision: Decision, marker: ProposalClose, sender_id: str) -> None:
    """Conclude the proposal with the votes ahead of the marker; only our own marker counts."""
    record = decision.draft.get(ProposalRecord, marker.proposal_id)
    if record is None or not record.is_open or sender_id != CONSENSUS_ID:
        return
    tally = tally_of(record.proposal, _ballots(decision, record))
    _conclude(decision, record, outcome_at_close(record.proposal.rule, tally))


def _is_bound_to(vote: ValidationVote, proposal: SchemaProposal) -> bool:
    return (
        vote.artifact_hash == proposal.artifact.content_hash
        and vote.electorate_hash == proposal.electorate_hash
    )


def _is_news(vote: ValidationVote, ballot: BallotRecord) -> bool:
    if len(ballot.votes) == VOTES_OF_AN_ELECTOR_MAX:
        return False
    return all(vote != earlier.data_payload for earlier in ballot.votes)


def _ask_electors(decision: Decision, record: ProposalRecord) -> None:
    proposal = record.proposal
    decision.draft.put(record)
    assert proposal.deadline is not None, "an open proposal has a deadline"
    decision.set_timer(proposal.proposal_id, proposal.deadline)
    decision.effects.extend(
        Send(HUB, proposal, elector.agent_id, proposal.proposal_id, proposal.proposal_id)
        for elector in proposal.electorate
    )


def _conclude(
    decision: Decision, record: ProposalRecord, outcome: ProposalOutcome, reason: str = ""
) -> None:
    proposal = record.proposal
    conclusion = conclusion_of(proposal, _ballots(decision, record), outcome, reason)
    decision.draft.put(
        record.model_copy(update={"conclusion": conclusion, "concluded_at": decision.now})
    )
    decision.cancel_timer(proposal.proposal_id)
    decision.effects.extend(
        (
            Send(HUB, conclusion, "planner", proposal.proposal_id, proposal.proposal_id),
            Send(EVENTS, conclusion, "*", proposal.pipeline_id, proposal.pipeline_id),
        )
    )
    _occupy(decision, open_change=-1, concluded_change=1)
    _forget_the_oldest(decision)


def _forget_the_oldest(decision: Decision) -> None:
    if _occupancy(decision).concluded_proposals <= CONCLUDED_PROPOSALS_MAX:
        return
    oldest = next(decision.draft.select(ProposalRecord, "is_open", value=False))
    for ballot in _ballots(decision, oldest):
        decision.draft.delete(ballot)
    decision.draft.delete(oldest)
    _occupy(decision, concluded_change=-1)


def _ballots(decision: Decision, record: ProposalRecord) -> tuple[BallotRecord, ...]:
    return tuple(decision.draft.select(BallotRecord, "proposal_id", record.key))


def _occupancy(decision: Decision) -> Occupancy:
    return decision.draft.get(Occupancy, Occupancy().key) or Occupancy()


def _occupy(decision: Decision, *, open_change: int = 0, concluded_change: int = 0) -> None:
    occupancy = _occupancy(decision)
    decision.draft.put(
        Occupancy(
            open_proposals=occupancy.open_proposals + open_change,
            concluded_proposals=occupancy.concluded_proposals + concluded_change,
        )
    )
