"""Proposals as people see them: listed, or whole with the electorate and every vote."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from consensus.api.reading import Case
from consensus.api.wording import rule_in_words
from consensus.domain.counting import Count, count_of
from consensus.domain.records import BallotRecord, ProposalRecord
from consensus.domain.results import figures_of
from consensus.domain.tally import approvals_min
from consensus.domain.weights import counted_weights
from shared.contracts.electorates import Elector, ElectorKind, VotingRule
from shared.contracts.vocabulary import Artifact
from shared.contracts.voting import (
    Compatibility,
    Evidence,
    ProposalKind,
    ProposalOutcome,
    ProposedChange,
    TallyFigures,
    VoteChoice,
    VotingStage,
)
from shared.contracts.witnesses import VetoState, VetoView, Witness

ProposalState = Literal["open", "awaiting_approval"] | ProposalOutcome
"""Open while agents vote, then awaiting roles if there are any, then what it came to."""


class ProposalSummary(BaseModel):
    """A proposal in a listing."""

    proposal_id: str
    pipeline_id: str
    """Empty when no pipeline asked."""
    task_id: str
    subject: str
    proposal_kind: ProposalKind
    compatibility: Compatibility | None
    state: ProposalState
    opened_at: datetime
    deadline: datetime | None
    approval_deadline: datetime | None
    concluded_at: datetime | None


class ProposalList(BaseModel):
    """One page of proposals, the newest first."""

    proposals: tuple[ProposalSummary, ...]
    next_page_token: str
    """Empty on the last page; a page may hold fewer than asked for."""


class VoteView(BaseModel):
    """One vote, and whether the tally takes it."""

    voter_id: str
    kind: ElectorKind
    person: str
    """Who voted for a role; empty for an agent."""
    choice: VoteChoice
    confidence: float
    weight: int
    """What it counts under the rule; 0 for a role, which approves or rejects as such."""
    evidence: tuple[Evidence, ...]
    witnesses: tuple[Witness, ...]
    """Rows that contradict the proposal; with them a rejection is a veto."""
    reason: str
    cast_at: datetime
    position: int
    """Where it stands in its partition of `argosy.consensus`; -1 when not known."""
    signature: str
    counts: bool
    why_not: str
    """Why it does not count; empty when it does."""


class TallySummary(BaseModel):
    """Where the vote stands; final once the proposal is concluded."""

    rule_in_words: str
    approvals_needed: int
    """The approving weight that accepts the proposal."""
    figures: TallyFigures


class ProposalView(ProposalSummary):
    """Everything about one proposal."""

    proposer_id: str
    rule: VotingRule
    timeout_seconds: float | None
    artifact: Artifact
    changes: tuple[ProposedChange, ...]
    electorate: tuple[Elector, ...]
    electorate_hash: str
    votes: tuple[VoteView, ...]
    vetoes: tuple[VetoView, ...]
    roles_approved: tuple[str, ...]
    roles_outstanding: tuple[str, ...]
    tally: TallySummary
    reason: str
    """Why the vote ended as it did; empty while it is open."""


def state_of(record: ProposalRecord) -> ProposalState:
    """Return where the proposal is in its life."""
    if record.conclusion is not None:
        return record.conclusion.outcome
    return "awaiting_approval" if record.stage is VotingStage.PEOPLE else "open"


def summary_of(record: ProposalRecord) -> ProposalSummary:
    """Return the proposal as a listing shows it."""
    proposal = record.proposal
    return ProposalSummary(
        proposal_id=proposal.proposal_id,
        pipeline_id=proposal.pipeline_id,
        task_id=proposal.task_id,
        subject=proposal.subject,
        proposal_kind=proposal.proposal_kind,
        compatibility=proposal.compatibility,
        state=state_of(record),
        opened_at=record.opened_at,
        deadline=proposal.deadline,
        approval_deadline=proposal.approval_deadline,
        concluded_at=record.concluded_at,
    )


def view_of(case: Case) -> ProposalView:
    """Return the proposal with its electorate, its votes and where they stand."""
    record, proposal = case.record, case.record.proposal
    count = standing_of(case)
    return ProposalView(
        **summary_of(record).model_dump(),
        proposer_id=proposal.proposer_id,
        rule=proposal.rule,
        timeout_seconds=proposal.timeout_seconds,
        artifact=proposal.artifact,
        changes=proposal.changes,
        electorate=proposal.electorate,
        electorate_hash=proposal.electorate_hash,
        votes=tuple(votes_of(case, count)),
        vetoes=count.vetoes,
        roles_approved=count.roles_approved,
        roles_outstanding=count.roles_outstanding,
        tally=tally_of(case, count),
        reason="" if record.conclusion is None else record.conclusion.reason,
    )


def standing_of(case: Case) -> Count:
    """Return the count as it is, or was at the end."""
    is_over = case.record.conclusion is not None
    return count_of(case.record, case.ballots, case.verdicts, at_close=is_over)


def votes_of(case: Case, count: Count) -> Iterator[VoteView]:
    """Yield every vote that a member cast, in the order of the log."""
    votes = [vote for ballot in case.ballots for vote in _votes_on(case.record, ballot, count)]
    yield from sorted(votes, key=lambda vote: vote.position)


def tally_of(case: Case, count: Count) -> TallySummary:
    """Return the count in numbers, with the rule in words."""
    proposal, tally = case.record.proposal, count.tally
    return TallySummary(
        rule_in_words=rule_in_words(proposal, count),
        approvals_needed=approvals_min(proposal.rule, tally.total, tally.abstained),
        figures=figures_of(tally),
    )


def _votes_on(record: ProposalRecord, ballot: BallotRecord, count: Count) -> Iterator[VoteView]:
    elector = record.elector(ballot.voter_id)
    kind = ElectorKind.AGENT if elector is None else elector.kind
    weights = counted_weights(record.proposal.rule, record.proposal.electorate)
    why_not = _why_not(ballot, kind, count)
    for number, message in enumerate(ballot.votes):
        vote = message.data_payload
        yield VoteView(
            voter_id=vote.voter_id,
            kind=kind,
            person=vote.person,
            choice=vote.choice,
            confidence=vote.confidence,
            weight=weights.get(vote.voter_id, 0),
            evidence=vote.evidence,
            witnesses=vote.witnesses,
            reason=vote.reason,
            cast_at=message.timestamp,
            position=ballot.positions[number] if number < len(ballot.positions) else -1,
            signature=message.signature,
            counts=not why_not,
            why_not=why_not,
        )


def _why_not(ballot: BallotRecord, kind: ElectorKind, count: Count) -> str:
    if kind is ElectorKind.AGENT and ballot.is_equivocation:
        return "the elector voted twice differently, so for neither side"
    refuted = {veto.claimant_id for veto in count.vetoes if veto.state is VetoState.REFUTED}
    if ballot.voter_id in refuted:
        return "its veto was refuted: the others did not find in the row what it claims"
    return ""
