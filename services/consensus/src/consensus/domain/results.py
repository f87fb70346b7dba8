"""What a proposal came to, in numbers and in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from consensus.domain.counting import Count
from consensus.domain.reasons import reason_of
from consensus.domain.records import BallotRecord, ProposalRecord
from consensus.domain.refusals import RefusalsRecord
from consensus.domain.tally import Tally, approvals_min
from consensus.domain.weights import counted_weights
from shared.contracts.electorates import ElectorKind
from shared.contracts.messages import ValidationVoteMessage
from shared.contracts.voting import (
    ConsensusResult,
    CountedVote,
    ProposalOutcome,
    TallyFigures,
    VoteChoice,
)

UNKNOWN_POSITION = -1


@dataclass(frozen=True, slots=True)
class Ruling:
    """An outcome, what decided it, and why where the count does not tell."""

    outcome: ProposalOutcome
    position: int = UNKNOWN_POSITION
    """Of the deciding message in its partition."""
    reason: str = ""


def conclusion_of(
    record: ProposalRecord,
    ballots: Sequence[BallotRecord],
    count: Count,
    refusals: RefusalsRecord,
    ruling: Ruling,
) -> ConsensusResult:
    """Return the proposal's result."""
    proposal, tally = record.proposal, count.tally
    weights = counted_weights(proposal.rule, proposal.electorate)
    agents = [ballot for ballot in ballots if ballot.voter_id in weights]
    choices = _choices(agents)
    return ConsensusResult(
        proposal_id=proposal.proposal_id,
        pipeline_id=proposal.pipeline_id,
        task_id=proposal.task_id,
        subject=proposal.subject,
        outcome=ruling.outcome,
        rule=proposal.rule,
        electorate_size=len(weights),
        electorate_hash=proposal.electorate_hash,
        artifact=proposal.artifact,
        approvals=choices.count(VoteChoice.APPROVE),
        rejections=choices.count(VoteChoice.REJECT),
        abstentions=choices.count(VoteChoice.ABSTAIN),
        equivocators=tuple(ballot.voter_id for ballot in agents if ballot.is_equivocation),
        votes=tuple(_counted(ballots, weights)),
        reason=ruling.reason or reason_of(record, count, ruling.outcome),
        decided_at_position=None if ruling.position == UNKNOWN_POSITION else ruling.position,
        vetoes=count.vetoes,
        figures=figures_of(tally),
        approvals_needed=approvals_min(proposal.rule, tally.total, tally.abstained),
        roles_approved=count.roles_approved,
        roles_outstanding=count.roles_outstanding,
        late=refusals.late,
        foreign=refusals.foreign,
        proposal_kind=proposal.proposal_kind,
        compatibility=proposal.compatibility,
    )


def _choices(agents: Sequence[BallotRecord]) -> list[VoteChoice]:
    return [ballot.votes[0].data_payload.choice for ballot in agents if not ballot.is_equivocation]


def figures_of(tally: Tally) -> TallyFigures:
    """Return the tally as it is told to others."""
    return TallyFigures(
        total=tally.total,
        approved=tally.approved,
        rejected=tally.rejected,
        abstained=tally.abstained,
        void=tally.void,
        outstanding=tally.outstanding,
        participation=tally.participation,
        participation_min=tally.participation_min,
    )


def _counted(ballots: Sequence[BallotRecord], weights: Mapping[str, int]) -> Iterator[CountedVote]:
    for ballot in ballots:
        is_agent = ballot.voter_id in weights
        if is_agent and ballot.is_equivocation:
            continue
        weight = weights.get(ballot.voter_id, 1)
        positions = (*ballot.positions, *(UNKNOWN_POSITION for _ in ballot.votes))
        for message, position in zip(ballot.votes, positions, strict=False):
            yield _counted_vote(message, position, weight, is_agent=is_agent)


def _counted_vote(
    message: ValidationVoteMessage, position: int, weight: int, *, is_agent: bool
) -> CountedVote:
    vote = message.data_payload
    return CountedVote(
        voter_id=vote.voter_id,
        choice=vote.choice,
        confidence=vote.confidence,
        reason=vote.reason,
        weight=weight,
        kind=ElectorKind.AGENT if is_agent else ElectorKind.PERSON,
        person=vote.person,
        position=position,
    )
