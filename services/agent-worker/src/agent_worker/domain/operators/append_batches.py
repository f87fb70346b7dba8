"""Thinking while appending batches: check them, add them to the table and to its record at once."""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.operators.handover import Handover, hand_over
from agent_worker.domain.operators.publish_table import PartsChecked
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, Contract, ReActStep


class BatchesChecked(Contract):
    """The cleaned batches, and which of them the table still lacks."""

    due: int
    """Batches that follow on what the table has taken."""
    taken_already: int
    """Batches that another run was faster to take."""
    parts: PartsChecked | None = None
    """What is due, in figures."""


def decide(request: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    table = request.parameters.get("table")
    if not trace:
        return ActionDecision(
            f"{len(request.inputs)} files are to be added to `{table}`. I check that each is what "
            "its attempt wrote, and whether the table still ends where they begin.",
            ActionType.VALIDATE_DATA,
            {},
        )
    if len(trace) == 1:
        checked = BatchesChecked.model_validate(trace[-1].observation)
        return ActionDecision(_told(checked), ActionType.ROUTE_PIPELINE, {})
    return hand_over(
        "The table's log says in one entry what was added and how far each strand was taken; "
        "whoever comes next begins there.",
        Handover.model_validate(trace[-1].observation),
    )


def _told(checked: BatchesChecked) -> str:
    parts = checked.parts
    if parts is None:
        return "There is nothing to add; I report how the table is."
    others = (
        f" {checked.taken_already} more were taken by another run meanwhile; I leave them out."
        if checked.taken_already
        else ""
    )
    return (
        f"{checked.due} batches follow on what the table has.{others} {parts.rows_in} rows in = "
        f"{parts.rows_out} out + {parts.rows_quarantined} quarantined + "
        f"{parts.duplicates_removed} copies. I commit rows and positions together."
    )
