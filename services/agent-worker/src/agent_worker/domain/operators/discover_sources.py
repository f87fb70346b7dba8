"""Thinking while discovering sources: look at every file's head, then name the partitions."""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.operators.handover import Handover, hand_over
from agent_worker.domain.profile import Partition
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, Contract, ReActStep


class SourcesSeen(Contract):
    """What a goal's sources name, as partitions, and how far the headers agree."""

    partitions: tuple[Partition, ...]
    sources: int = 0
    """How many files or other sources they are; none is said where each is one partition."""
    commonest_header: int
    """How many files have the header that most have."""
    varying_columns: tuple[str, ...] = ()
    """Columns that only some of the files have."""


def decide(request: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    if not trace:
        return ActionDecision(
            f"The goal names {request.parameters.get('sources')}; before I promise partitions, I "
            "list what is there and see whether the head of each file is that of a table.",
            ActionType.ANALYZE_SCHEMA,
            {},
        )
    seen = SourcesSeen.model_validate(trace[-1].observation)
    size = sum(partition.bytes for partition in seen.partitions)
    sources = seen.sources or len(seen.partitions)
    return hand_over(
        f"{sources} sources, {size / 1e6:.1f} MB, and I found a table in each. "
        f"{_headers(seen)} {_partitions(seen, sources)}",
        Handover(
            facts={
                "partitions": [partition.model_dump(mode="json") for partition in seen.partitions]
            },
            score=trace[-1].data_quality_score,
        ),
    )


def _partitions(seen: SourcesSeen, sources: int) -> str:
    if sources == len(seen.partitions):
        return "Each of them becomes a partition."
    return (
        f"What is large I divide where records end, so that several agents can read it and none "
        f"holds it whole: {len(seen.partitions)} partitions."
    )


def _headers(seen: SourcesSeen) -> str:
    if not seen.varying_columns:
        return "All headers are the same."
    names = ", ".join(f"`{name}`" for name in seen.varying_columns[:5])
    return (
        f"Only {seen.commonest_header} of them share one header; {names} "
        "occur in some and not in others, which the schema proposal has to explain."
    )
