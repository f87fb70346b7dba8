"""Thinking while proposing a drift: try it on the table's rows, write the contract it asks for."""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.operators.handover import Handover, hand_over
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, Contract, ReActStep
from shared.contracts.voting import Compatibility


class DriftTried(Contract):
    """What a drift would make of the table, and take from its rows."""

    told: str
    rows: int
    """Of the table."""
    rows_lost: int
    new_rows: int
    evidence: tuple[str, ...]
    compatibility: Compatibility
    handover: Handover


def decide(_: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    if not trace:
        return ActionDecision(
            "New data do not fit the table. Before I propose that the table changes for them, I "
            "try the change on every row that it has, and count what would be lost.",
            ActionType.VALIDATE_DATA,
            {},
        )
    tried = DriftTried.model_validate(trace[-1].observation)
    lost = f"{tried.rows_lost} of its {tried.rows} rows lose a value"
    return hand_over(
        f"{tried.told}: {' '.join(tried.evidence)} The change is {tried.compatibility}; {lost}. "
        f"{tried.new_rows} new rows wait for it. I made the proposal, so others judge it, each on "
        "rows of its own choice.",
        tried.handover,
    )
