"""Thinking while exporting a data set: check all parts, write files, the manifest at the end."""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.operators.handover import Handover, hand_over
from agent_worker.domain.operators.publish_table import PartsChecked
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, ReActStep


def decide(request: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    dataset = request.parameters.get("dataset")
    match len(trace):
        case 0:
            return ActionDecision(
                f"{len(request.inputs)} files of accepted attempts are to become the data set "
                f"`{dataset}`. I check first that each is what its attempt wrote, that every row "
                "is accounted for, and that the key holds across files.",
                ActionType.VALIDATE_DATA,
                {},
            )
        case 1:
            parts = PartsChecked.model_validate(trace[0].observation)
            return ActionDecision(
                f"{parts.partitions} partitions: {parts.rows_in} rows in = {parts.rows_out} out + "
                f"{parts.rows_quarantined} quarantined + {parts.duplicates_removed} copies; "
                f"quality {parts.quality_after:.4f}, at least {parts.quality_min} was asked for. I "
                f"write them as {request.parameters.get('format')}; the manifest comes last, so "
                "that nobody meets half a data set.",
                ActionType.ROUTE_PIPELINE,
                {},
            )
        case _:
            return hand_over(
                "The manifest is there and names every file with its hash. The folder is called "
                "after what it holds, so that exporting the same again would change nothing.",
                Handover.model_validate(trace[-1].observation),
            )
