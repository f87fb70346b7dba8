"""Thinking while setting a partition aside: none of its rows may enter the table."""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.assessing import ColumnsCompared, told_columns
from agent_worker.domain.operators.handover import Handover, hand_over
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, ReActStep


def decide(request: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    if not trace:
        return ActionDecision(
            f"The table does not change for this partition: {request.parameters.get('reason')}. "
            "I look at what it has that the table has not.",
            ActionType.ANALYZE_SCHEMA,
            {},
        )
    if len(trace) == 1:
        seen = ColumnsCompared.model_validate(trace[0].observation)
        return ActionDecision(
            f"{told_columns(seen)} I write all {seen.rows} rows into the quarantine with the "
            "reason, and none into the table.",
            ActionType.ROUTE_PIPELINE,
            {},
        )
    handover = Handover.model_validate(trace[-1].observation)
    return hand_over(
        f"{handover.facts['rows_quarantined']} rows are set aside, each with its line and text; "
        "whoever mends the source or the contract finds them there.",
        handover,
    )
