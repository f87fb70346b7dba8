"""Thinking while discovering batches: how far is the table, what is new, and take that down."""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.batches import Taking
from agent_worker.domain.operators.handover import Handover, hand_over
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, Contract, ReActStep


class FeedSeen(Contract):
    """What is new in a source that grows."""

    taking: Taking
    strands: int
    """Files, or partitions of a topic, that the source consists of."""
    contract_known: bool
    """Whether the table is there with its contract."""


def decide(request: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    source, table = request.parameters.get("source"), request.parameters.get("table")
    if not trace:
        return ActionDecision(
            f"`{table}` says in its own log how far it has taken {source}. I compare that with "
            "what is there now.",
            ActionType.ANALYZE_SCHEMA,
            {},
        )
    if len(trace) == 1:
        seen = FeedSeen.model_validate(trace[-1].observation)
        return ActionDecision(
            _told(seen), ActionType.ROUTE_PIPELINE, seen.taking.model_dump(mode="json")
        )
    handover = Handover.model_validate(trace[-1].observation)
    return hand_over(
        "Each batch is a partition now; the table's log will say that they were taken in the very "
        "commit that adds them, and not before.",
        handover,
    )


def _told(seen: FeedSeen) -> str:
    batches = seen.taking.batches
    if not batches:
        return f"Nothing is new in {seen.strands} strands; I write nothing."
    strands = len({batch.strand for batch in batches})
    left = "" if seen.taking.is_caught_up else " More is there, which is for the next run."
    missed = (
        f" {seen.taking.missed} messages were deleted before anybody took them."
        if seen.taking.missed
        else ""
    )
    return (
        f"{strands} of {seen.strands} strands have something new: {len(batches)} batches.{left}"
        f"{missed} I write each down as a file that nobody else appends to."
    )
