"""What waits for people: which role, on what, and until when."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel

from consensus.api.reading import known_case, select_proposals
from consensus.api.views import ProposalState, standing_of, state_of
from consensus.api.wording import agents_in_words
from consensus.domain.proposals import CONSENSUS_ID
from consensus.domain.records import ProposalRecord
from shared.contracts.voting import Compatibility, ProposalKind, ProposedChange
from shared.ports import store
from shared.ports.ports import Ports

APPROVALS_PAGE_MAX = 200
"""Proposals of one page: each is read with its votes."""

PageSize = Annotated[int, Query(ge=1, le=APPROVALS_PAGE_MAX)]


class ApprovalView(BaseModel):
    """One role's word that is awaited."""

    proposal_id: str
    pipeline_id: str
    role: str
    subject: str
    proposer_id: str
    proposal_kind: ProposalKind
    compatibility: Compatibility | None
    changes: tuple[ProposedChange, ...]
    state: ProposalState
    agents_in_words: str
    artifact_hash: str
    """What the vote has to be bound to."""
    opened_at: datetime
    until: datetime | None
    """When the role's vote comes too late."""


class ApprovalList(BaseModel):
    """One page of what waits for people, the newest first."""

    approvals: tuple[ApprovalView, ...]
    next_page_token: str
    """Empty on the last page."""


def serve_approvals(routes: APIRouter, ports: Ports) -> None:
    """Add the call that lists what waits for people."""

    @routes.get("/v1/approvals", tags=["consensus"])
    async def list_approvals(
        status: Literal["pending"] = "pending", page_size: PageSize = 50, page_token: str = ""
    ) -> ApprovalList:
        """List what waits for people, by role, the newest first."""
        del status  # there is one so far; those that were given are in their proposals
        query = store.Query(
            machine=CONSENSUS_ID,
            kind=ProposalRecord.kind,
            newest_first=True,
            limit=page_size,
            token=page_token,
        )
        records, next_token = await select_proposals(ports.store, query, _may_await)
        pending = [view for record in records for view in await _awaited(ports.store, record)]
        return ApprovalList(approvals=tuple(pending), next_page_token=next_token)


def _may_await(record: ProposalRecord) -> bool:
    return record.is_open and bool(record.proposal.approval_roles)


async def _awaited(source: store.Store, record: ProposalRecord) -> list[ApprovalView]:
    case = await known_case(source, record.key)
    proposal, count = case.record.proposal, standing_of(case)
    if not case.record.is_open:
        return []
    return [
        ApprovalView(
            proposal_id=proposal.proposal_id,
            pipeline_id=proposal.pipeline_id,
            role=role,
            subject=proposal.subject,
            proposer_id=proposal.proposer_id,
            proposal_kind=proposal.proposal_kind,
            compatibility=proposal.compatibility,
            changes=proposal.changes,
            state=state_of(case.record),
            agents_in_words=agents_in_words(case.record, count),
            artifact_hash=proposal.artifact.content_hash,
            opened_at=case.record.opened_at,
            until=proposal.approval_deadline,
        )
        for role in count.roles_outstanding
    ]
