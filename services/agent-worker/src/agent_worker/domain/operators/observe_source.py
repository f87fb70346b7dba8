"""Thinking while observing a source: one look, and a fingerprint that changes when it does."""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.operators.handover import Handover, hand_over
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, ReActStep


def decide(request: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    watched = request.parameters.get("table") or request.parameters.get("source")
    if not trace:
        return ActionDecision(
            f"Somebody wants to know whether {watched} has changed. I look at names, sizes and "
            "times, and open nothing: I will be asked often.",
            ActionType.ANALYZE_SCHEMA,
            {},
        )
    return hand_over(
        "The fingerprint is another one exactly when something there is.",
        Handover.model_validate(trace[-1].observation),
    )
