"""Thinking while validating a partition: compare, measure, write down; nothing is mended."""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.assessing import Assessment, ColumnsCompared, told_columns, told_quality
from agent_worker.domain.operators.handover import Handover, hand_over
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, ReActStep


def decide(_: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    match len(trace):
        case 0:
            return ActionDecision(
                "I am asked for a verdict, not for a repair: I read the partition as text, compare "
                "its columns with the contract, and change nothing.",
                ActionType.ANALYZE_SCHEMA,
                {},
            )
        case 1:
            seen = ColumnsCompared.model_validate(trace[0].observation)
            return ActionDecision(
                f"{told_columns(seen)} I put every cell into its class and count.",
                ActionType.VALIDATE_DATA,
                {},
            )
        case 2:
            found = Assessment.model_validate(trace[1].observation)
            return ActionDecision(
                f"{told_quality(found)} {_told_rows(found)} I write the findings down, with the "
                "most frequent texts of each problem as examples.",
                ActionType.ROUTE_PIPELINE,
                {},
            )
        case _:
            return hand_over(
                "The findings are written; the partition is as it was. Whether this is good enough "
                "is judged when all partitions are known.",
                Handover.model_validate(trace[-1].observation),
            )


def _told_rows(found: Assessment) -> str:
    if not found.rows_quarantined and not found.duplicates:
        return "Every row can be used."
    return (
        f"{found.rows_quarantined} of {found.rows} rows cannot be used and {found.duplicates} are "
        "copies."
    )
