"""Thinking while joining a bucket: all rows of some keys are here, from both sides."""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.operators.join_partition import join_or_finish
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, ReActStep


def decide(request: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    if trace:
        return join_or_finish(request, trace)
    sides = [artifact.name.partition("_split:")[0] for artifact in request.inputs]
    return ActionDecision(
        f"{sides.count('left')} files of the left table and {sides.count('right')} of the right "
        "one are split by the same hash of the key, so whatever matches is in the same bucket. I "
        "take the rows of mine and see that both sides have the key in the same types.",
        ActionType.ANALYZE_SCHEMA,
        {},
    )
