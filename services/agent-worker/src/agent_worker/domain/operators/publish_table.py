"""Thinking while publishing a table: check all parts, commit them at once, report."""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.operators.handover import Handover, hand_over
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, Contract, QualityScore, ReActStep


class PartsChecked(Contract):
    """The partitions' outputs, each as its attempt wrote it."""

    partitions: int
    rows_in: int
    rows_out: int
    rows_quarantined: int
    duplicates_removed: int
    quality_before: QualityScore
    quality_after: QualityScore
    quality_min: QualityScore


def decide(request: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    table = request.parameters.get("table")
    if not trace:
        return ActionDecision(
            f"{len(request.inputs)} files of accepted attempts are to become `{table}`. Nothing "
            "is visible yet; I check first that each is what its attempt wrote, and that every "
            "row is accounted for.",
            ActionType.VALIDATE_DATA,
            {},
        )
    if len(trace) == 1:
        parts = PartsChecked.model_validate(trace[-1].observation)
        return ActionDecision(
            f"{parts.partitions} partitions: {parts.rows_in} rows in = {parts.rows_out} out + "
            f"{parts.rows_quarantined} quarantined + {parts.duplicates_removed} copies. Quality "
            f"went from {parts.quality_before:.4f} to {parts.quality_after:.4f}, at least "
            f"{parts.quality_min} was asked for. I commit all files as one version.",
            ActionType.ROUTE_PIPELINE,
            {},
        )
    return hand_over(
        "The commit is in the table's log and names the attempts that it is made of; doing it "
        "again would change nothing. I report what the table holds.",
        Handover.model_validate(trace[-1].observation),
    )
