"""What a proposal came to, in numbers and in words."""

from collections.abc import Sequence
from typing import assert_never

from consensus.domain.records import BallotRecord
from consensus.domain.tally import Tally, approvals_min
from shared.contracts.voting import (
    ConsensusResult,
    CountedVote,
    ProposalOutcome,
    SchemaProposal,
    VoteChoice,
)


def tally_of(proposal: SchemaProposal, ballots: Sequence[BallotRecord]) -> Tally:
    """Count the proposal's ballots; the order in which they came makes no difference."""
    choices = [ballot.counted_choice for ballot in ballots]
    return Tally(
        electorate_size=len(proposal.electorate),
        approvals=choices.count(VoteChoice.APPROVE),
        rejections=choices.count(VoteChoice.REJECT),
        abstentions=choices.count(VoteChoice.ABSTAIN),
        equivocations=choices.count(None),
    )


def conclusion_of(
    proposal: SchemaProposal,
    ballots: Sequence[BallotRecord],
    outcome: ProposalOutcome,
    reason: str = "",
) -> ConsensusResult:
    """Return the proposal's result; the reason is read off the tally when none is given."""
    tally = tally_of(proposal, ballots)
    return ConsensusResult(
        proposal_id=proposal.proposal_id,
        pipeline_id=proposal.pipeline_id,
        task_id=proposal.task_id,
        subject=proposal.subject,
        outcome=outcome,
        rule=proposal.rule,
        electorate_size=tally.electorate_size,
        electorate_hash=proposal.electorate_hash,
        artifact=proposal.artifact,
        approvals=tally.approvals,
        rejections=tally.rejections,
        abstentions=tally.abstentions,
        equivocators=tuple(ballot.voter_id for ballot in ballots if ballot.is_equivocation),
        votes=tuple(_counted(ballot) for ballot in ballots if not ballot.is_equivocation),
        reason=reason or _reason_of(proposal, tally, outcome),
    )


def _counted(ballot: BallotRecord) -> CountedVote:
    vote = ballot.votes[0].data_payload
    return CountedVote(
        voter_id=vote.voter_id,
        choice=vote.choice,
        confidence=vote.confidence,
        reason=vote.reason,
    )


def _reason_of(proposal: SchemaProposal, tally: Tally, outcome: ProposalOutcome) -> str:
    size = tally.electorate_size
    needed = approvals_min(proposal.rule, size)
    count = f"{tally.approvals} of {size} electors approved, {needed} are needed"
    match outcome:
        case ProposalOutcome.ACCEPTED:
            return count
        case ProposalOutcome.REJECTED:
            return f"{count}; outstanding votes, which could not change that: {tally.outstanding}"
        case ProposalOutcome.TIMED_OUT:
            return f"{count}; not voted before the deadline: {tally.outstanding}"
        case ProposalOutcome.NO_QUORUM:
            return f"{count}; too few took part: {size - tally.outstanding} of {size}"
        case ProposalOutcome.CANCELLED:
            return "nobody wants the result any more"
        case ProposalOutcome.INVALID_ELECTORATE:
            return "the electorate cannot decide anything"
        case _:
            assert_never(outcome)
