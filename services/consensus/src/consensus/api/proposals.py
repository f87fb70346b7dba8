"""Reading proposals: all of them by pipeline and state, and one with all that was said on it."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from consensus.api.reading import known_case, select_proposals
from consensus.api.views import ProposalList, ProposalView, state_of, summary_of, view_of
from consensus.domain.proposals import CONSENSUS_ID
from consensus.domain.records import ProposalRecord
from shared.contracts.voting import ProposalOutcome
from shared.ports import store
from shared.ports.ports import Ports

PageSize = Annotated[int, Query(ge=1, le=store.PAGE_SIZE_MAX)]
WantedState = Annotated[
    Literal["open", "awaiting_approval", "concluded"] | ProposalOutcome | None,
    Query(description="`open` includes what awaits approval, `concluded` is every outcome."),
]


def serve_proposals(routes: APIRouter, ports: Ports) -> None:
    """Add the calls that show proposals."""

    @routes.get("")
    async def list_proposals(
        pipeline_id: str | None = None,
        state: WantedState = None,
        page_size: PageSize = 50,
        page_token: str = "",
    ) -> ProposalList:
        """List proposals, the newest first; of one pipeline or in one state when it is named."""
        query = store.Query(
            machine=CONSENSUS_ID,
            kind=ProposalRecord.kind,
            parent=pipeline_id,
            newest_first=True,
            limit=page_size,
            token=page_token,
        )
        records, next_token = await select_proposals(
            ports.store, query, lambda record: _is_in(record, state)
        )
        return ProposalList(proposals=tuple(map(summary_of, records)), next_page_token=next_token)

    @routes.get("/{proposal_id}")
    async def show_proposal(proposal_id: str) -> ProposalView:
        """Show a proposal with its electorate, its votes and its tally."""
        return view_of(await known_case(ports.store, proposal_id))


def _is_in(record: ProposalRecord, state: str | None) -> bool:
    match state:
        case None:
            return True
        case "open":
            return record.is_open
        case "concluded":
            return not record.is_open
        case _:
            return state_of(record) == state
