"""Thinking while loading a contract: what the table promised holds for what is added to it."""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.operators.handover import Handover, hand_over
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, ReActStep


def decide(request: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    if not trace:
        return ActionDecision(
            f"`{request.parameters.get('table')}` has a schema that was agreed on. I take it as it "
            "is, without the ranges of numbers: those were seen in what came first, and a source "
            "that grows may leave them.",
            ActionType.ANALYZE_SCHEMA,
            {},
        )
    return hand_over(
        "This is the contract that everything new is cleaned by; nobody needs to vote again.",
        Handover.model_validate(trace[-1].observation),
    )
