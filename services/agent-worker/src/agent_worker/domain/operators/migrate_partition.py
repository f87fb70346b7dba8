"""Thinking while migrating a partition: count what it loses, then write its rows anew."""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.operators.handover import Handover, hand_over
from agent_worker.domain.operators.propose_migration import CastsTried
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, ReActStep


def decide(_: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    match len(trace):
        case 0:
            return ActionDecision(
                "The new contract is accepted. Before I write, I count in this partition what the "
                "new types cannot hold, so that nothing goes missing uncounted.",
                ActionType.VALIDATE_DATA,
                {},
            )
        case 1:
            return ActionDecision(
                f"{_told(CastsTried.model_validate(trace[0].observation))} I write the rows with "
                "their new columns beside the old files; nobody sees them before the commit.",
                ActionType.TRANSFORM_DATA,
                {},
            )
        case _:
            return hand_over(
                "The partition is written with the new schema, in the order that it had.",
                Handover.model_validate(trace[-1].observation),
            )


def _told(tried: CastsTried) -> str:
    if not tried.rows_lost:
        return f"All {tried.rows} rows keep every value."
    return (
        f"{tried.rows_lost} of {tried.rows} rows have a value that its new type cannot hold; these "
        "values become empty, the rows stay."
    )
