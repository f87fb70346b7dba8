"""Thinking while summarizing tables: look at each as it was published, report them together."""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.operators.handover import Handover, hand_over
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, ReActStep


def decide(request: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    if not trace:
        return ActionDecision(
            f"{len(request.inputs)} tables were built. I look up in each one's own log what this "
            "pipeline published.",
            ActionType.VALIDATE_DATA,
            {},
        )
    return hand_over(
        "All of them are there; I report them as one platform.",
        Handover.model_validate(trace[-1].observation),
    )
