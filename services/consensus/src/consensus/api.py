"""The HTTP API of consensus: what was put to the vote, who said what and why, what came of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel

from consensus.domain.ballots import CONSENSUS_ID
from consensus.domain.records import BallotRecord, ProposalRecord
from consensus.domain.results import tally_of
from consensus.domain.tally import approvals_min
from shared.contracts.electorates import Elector, VotingRule
from shared.contracts.messages import ValidationVoteMessage
from shared.contracts.vocabulary import Artifact
from shared.contracts.voting import (
    Evidence,
    ProposalOutcome,
    SchemaProposal,
    VoteChoice,
)
from shared.engine.http import Problem
from shared.ports import store
from shared.ports.ports import Ports

PageSize = Annotated[int, Query(ge=1, le=store.PAGE_SIZE_MAX)]


class ProposalSummary(BaseModel):
    """A proposal in a listing."""

    proposal_id: str
    pipeline_id: str
    task_id: str
    subject: str
    state: Literal["open"] | ProposalOutcome
    opened_at: datetime
    deadline: datetime | None
    concluded_at: datetime | None


class ProposalList(BaseModel):
    """One page of proposals, the newest first."""

    proposals: tuple[ProposalSummary, ...]
    next_page_token: str
    """Empty on the last page."""


class VoteView(BaseModel):
    """One vote, and whether the tally takes it."""

    voter_id: str
    choice: VoteChoice
    confidence: float
    evidence: tuple[Evidence, ...]
    reason: str
    cast_at: datetime
    signature: str
    counts: bool
    """False when the elector voted twice differently."""


class TallyView(BaseModel):
    """The count so far; final once the proposal is concluded."""

    electorate_size: int
    approvals: int
    approvals_min: int
    """How many approvals accept the proposal."""
    rejections: int
    abstentions: int
    equivocations: int
    outstanding: int


class ProposalView(ProposalSummary):
    """Everything about one proposal."""

    proposer_id: str
    rule: VotingRule
    timeout_seconds: float | None
    artifact: Artifact
    electorate: tuple[Elector, ...]
    electorate_hash: str
    votes: tuple[VoteView, ...]
    tally: TallyView
    reason: str
    """Why the vote ended as it did; empty while it is open."""


def router(ports: Ports) -> APIRouter:
    """Return the API over what the consensus machine stored."""
    routes = APIRouter(prefix="/v1/proposals", tags=["consensus"])

    @routes.get("")
    async def list_proposals(
        pipeline_id: str | None = None, page_size: PageSize = 50, page_token: str = ""
    ) -> ProposalList:
        """List proposals, the newest first; of one pipeline when it is named."""
        page = await ports.store.select(
            store.Query(
                machine=CONSENSUS_ID,
                kind=ProposalRecord.kind,
                parent=pipeline_id,
                newest_first=True,
                limit=page_size,
                token=page_token,
            )
        )
        records = (ProposalRecord.model_validate_json(body) for body in page.bodies)
        summaries = tuple(_summary(record) for record in records)
        return ProposalList(proposals=summaries, next_page_token=page.next_token)

    @routes.get("/{proposal_id}")
    async def show_proposal(proposal_id: str) -> ProposalView:
        """Show a proposal with its electorate, its votes and its tally."""
        body = await ports.store.get(CONSENSUS_ID, ProposalRecord.kind, proposal_id)
        if body is None:
            raise _unknown(proposal_id)
        page = await ports.store.select(_ballots_of(proposal_id))
        ballots = tuple(BallotRecord.model_validate_json(ballot) for ballot in page.bodies)
        return _view(ProposalRecord.model_validate_json(body), ballots)

    return routes


def _ballots_of(proposal_id: str) -> store.Query:
    return store.Query(
        machine=CONSENSUS_ID,
        kind=BallotRecord.kind,
        parent=proposal_id,
        limit=store.PAGE_SIZE_MAX,
    )


def _unknown(proposal_id: str) -> Problem:
    return Problem(
        404,
        code="proposal_unknown",
        title="There is no such proposal",
        detail=f"proposal {proposal_id} was never opened or is no longer kept",
        remedy="list the proposals with GET /v1/proposals",
    )


def _summary(record: ProposalRecord) -> ProposalSummary:
    proposal = record.proposal
    return ProposalSummary(
        proposal_id=proposal.proposal_id,
        pipeline_id=proposal.pipeline_id,
        task_id=proposal.task_id,
        subject=proposal.subject,
        state="open" if record.conclusion is None else record.conclusion.outcome,
        opened_at=record.opened_at,
        deadline=proposal.deadline,
        concluded_at=record.concluded_at,
    )


def _view(record: ProposalRecord, ballots: Sequence[BallotRecord]) -> ProposalView:
    proposal = record.proposal
    return ProposalView(
        **_summary(record).model_dump(),
        proposer_id=proposal.proposer_id,
        rule=proposal.rule,
        timeout_seconds=proposal.timeout_seconds,
        artifact=proposal.artifact,
        electorate=proposal.electorate,
        electorate_hash=proposal.electorate_hash,
        votes=tuple(
            _vote_view(message, counts=not ballot.is_equivocation)
            for ballot in ballots
            for message in ballot.votes
        ),
        tally=_tally_view(proposal, ballots),
        reason="" if record.conclusion is None else record.conclusion.reason,
    )


def _vote_view(message: ValidationVoteMessage, *, counts: bool) -> VoteView:
    vote = message.data_payload
    return VoteView(
        voter_id=vote.voter_id,
        choice=vote.choice,
        confidence=vote.confidence,
        evidence=vote.evidence,
        reason=vote.reason,
        cast_at=message.timestamp,
        signature=message.signature,
        counts=counts,
    )


def _tally_view(proposal: SchemaProposal, ballots: Sequence[BallotRecord]) -> TallyView:
    tally = tally_of(proposal, ballots)
    return TallyView(
        electorate_size=tally.electorate_size,
        approvals=tally.approvals,
        approvals_min=approvals_min(proposal.rule, tally.electorate_size),
        rejections=tally.rejections,
        abstentions=tally.abstentions,
        equivocations=tally.equivocations,
        outstanding=tally.outstanding,
    )
