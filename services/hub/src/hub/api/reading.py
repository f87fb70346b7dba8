"""Reading what the hub's two machines stored."""

from typing import TypeVar

from hub.domain.records import AgentRecord, AssignmentRecord
from hub.domain.reputation import ReputationRecord
from hub.domain.routing import HUB_ID
from hub.domain.view import VIEW_ID, PipelineView, ProposalView, StepView, TaskView
from shared.engine.http import Problem
from shared.kernel.records import Record
from shared.ports import store

MACHINES: dict[type[Record], str] = {
    **dict.fromkeys((AgentRecord, AssignmentRecord, ReputationRecord), HUB_ID),
    **dict.fromkeys((PipelineView, TaskView, StepView, ProposalView), VIEW_ID),
}
"""Which machine keeps which records."""

AnyRecord = TypeVar("AnyRecord", bound=Record)


async def find(source: store.Store, kind: type[AnyRecord], key: str, listing: str) -> AnyRecord:
    """Return the record.

    Raises:
        Problem: there is none.
    """
    body = await source.get(MACHINES[kind], kind.kind, key)
    if body is None:
        raise not_found(kind.kind, key, listing)
    return kind.model_validate_json(body)


def not_found(subject: str, key: str, listing: str) -> Problem:
    """Return the answer to who asks for what is unknown."""
    return Problem(
        404,
        code=f"{subject.replace(' ', '_')}_unknown",
        title=f"There is no such {subject}",
        detail=f"the hub knows no {subject} {key!r}",
        remedy=f"GET {listing} shows what there is; what was begun just now appears in a moment.",
    )


async def newest(
    source: store.Store, kind: type[AnyRecord], limit: int, token: str = ""
) -> tuple[tuple[AnyRecord, ...], str]:
    """Return a page of the records of this kind, and the token of the next page."""
    query = store.Query(MACHINES[kind], kind.kind, newest_first=True, limit=limit, token=token)
    return await _select(source, kind, query)


async def under(
    source: store.Store, kind: type[AnyRecord], parent: str, limit: int, token: str = ""
) -> tuple[tuple[AnyRecord, ...], str]:
    """Return a page of the records under a parent, in order, and the token of the next page."""
    query = store.Query(MACHINES[kind], kind.kind, parent=parent, limit=limit, token=token)
    return await _select(source, kind, query)


async def _select(
    source: store.Store, kind: type[AnyRecord], query: store.Query
) -> tuple[tuple[AnyRecord, ...], str]:
    page = await source.select(query)
    return tuple(kind.model_validate_json(body) for body in page.bodies), page.next_token
