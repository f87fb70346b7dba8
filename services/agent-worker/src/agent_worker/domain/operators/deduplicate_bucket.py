"""Thinking while removing the duplicates of a bucket: all rows of some keys are here."""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.operators.deduplicate_partition import remove_or_finish
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, ReActStep


def decide(request: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    if trace:
        return remove_or_finish(request, trace)
    return ActionDecision(
        f"{len(request.inputs)} partitions are split by the hash of the key, so all copies of a "
        "row of my bucket are in it, whichever partition they were in. I count the keys first.",
        ActionType.ANALYZE_SCHEMA,
        {},
    )
