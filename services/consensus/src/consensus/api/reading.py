"""Reading what the consensus machine stored: proposals, and all that was said on each."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from consensus.domain.proposals import CONSENSUS_ID
from consensus.domain.records import BallotRecord, ProposalRecord, VerdictRecord
from consensus.domain.refusals import RefusalsRecord
from shared.engine.http import Problem
from shared.kernel.records import Record
from shared.ports import store

LOOK_SECONDS = 0.02
"""Between two looks whether what was posted can be read."""

LOOKS_MAX = 100
"""Two seconds of looks; then the answer goes out, for what was posted is durable anyway."""

AnyRecord = TypeVar("AnyRecord", bound=Record)


@dataclass(frozen=True, slots=True)
class Case:
    """A proposal with all that was said on it."""

    record: ProposalRecord
    ballots: tuple[BallotRecord, ...]
    verdicts: tuple[VerdictRecord, ...]
    refusals: RefusalsRecord


async def find_proposal(source: store.Store, proposal_id: str) -> ProposalRecord | None:
    """Return the proposal, or None where there is none."""
    body = await source.get(CONSENSUS_ID, ProposalRecord.kind, proposal_id)
    return None if body is None else ProposalRecord.model_validate_json(body)


async def known_case(source: store.Store, proposal_id: str) -> Case:
    """Return a proposal with all that was said on it.

    Raises:
        Problem: there is no such proposal.
    """
    record = await known_proposal(source, proposal_id)
    body = await source.get(CONSENSUS_ID, RefusalsRecord.kind, proposal_id)
    return Case(
        record=record,
        ballots=await _all_under(source, BallotRecord, proposal_id),
        verdicts=await _all_under(source, VerdictRecord, proposal_id),
        refusals=RefusalsRecord(proposal_id=proposal_id)
        if body is None
        else RefusalsRecord.model_validate_json(body),
    )


async def known_proposal(source: store.Store, proposal_id: str) -> ProposalRecord:
    """Return the proposal.

    Raises:
        Problem: there is no such proposal.
    """
    record = await find_proposal(source, proposal_id)
    if record is None:
        raise Problem(
            404,
            code="proposal_unknown",
            title="There is no such proposal",
            detail=f"proposal {proposal_id} was never opened or is no longer kept",
            remedy="list the proposals with GET /v1/proposals",
        )
    return record


async def select_proposals(
    source: store.Store, query: store.Query, wanted: Callable[[ProposalRecord], bool]
) -> tuple[tuple[ProposalRecord, ...], str]:
    """Return the next proposals that are wanted, at most the query's limit, and the next token.

    A page may hold fewer than the limit, but none at the end only.
    """
    while True:
        page = await source.select(query)
        records = (ProposalRecord.model_validate_json(body) for body in page.bodies)
        found = tuple(record for record in records if wanted(record))
        if found or not page.next_token:
            return found, page.next_token
        query = replace(query, token=page.next_token)


async def opened(source: store.Store, proposal_id: str) -> ProposalRecord | None:
    """Return the proposal once it is opened, or None when that takes longer than a person waits."""
    for _ in range(LOOKS_MAX):
        record = await find_proposal(source, proposal_id)
        if record is not None:
            return record
        await asyncio.sleep(LOOK_SECONDS)
    return None


async def _all_under(
    source: store.Store, kind: type[AnyRecord], proposal_id: str
) -> tuple[AnyRecord, ...]:
    """Return every record of the kind: of fifty electors fewer verdicts than three pages hold."""
    found: list[AnyRecord] = []
    token = ""
    while True:
        page = await source.select(
            store.Query(
                CONSENSUS_ID, kind.kind, proposal_id, limit=store.PAGE_SIZE_MAX, token=token
            )
        )
        found += [kind.model_validate_json(body) for body in page.bodies]
        token = page.next_token
        if not token:
            return tuple(found)
