"""Thinking while proposing a migration: check the changes, try every cast, write the contract."""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.operators.handover import Handover, hand_over
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, Contract, ReActStep
from shared.contracts.voting import Compatibility


class ChangesChecked(Contract):
    """What the changes make of the table's schema."""

    version: int
    rows: int
    changes: tuple[str, ...]
    columns_before: int
    columns_after: int
    cast: tuple[str, ...]
    """Columns whose values get another type."""
    compatibility: Compatibility


class CastsTried(Contract):
    """What the new schema would take from the table's rows."""

    rows: int
    rows_lost: int
    values_lost: dict[str, int]
    examples: tuple[str, ...] = ()


class ProposalInput(Contract):
    """How many rows lose a value, as counted before."""

    rows: int
    rows_lost: int


_MEANINGS = {
    Compatibility.FULL: "readers of the old and of the new schema both go on",
    Compatibility.BACKWARD: "readers of the new schema read old data too, but not the reverse",
    Compatibility.FORWARD: "readers of the old schema read new data too, but not the reverse",
    Compatibility.BREAKING: "whoever reads the table by its old schema has to follow",
}


def decide(request: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    table = request.parameters.get("table")
    match len(trace):
        case 0:
            return ActionDecision(
                f"`{table}` is to get another schema. I lay the changes beside its contract, one "
                "after the other, and see whether each of them can be.",
                ActionType.ANALYZE_SCHEMA,
                {},
            )
        case 1:
            return _try_all(ChangesChecked.model_validate(trace[0].observation))
        case 2:
            return _propose(CastsTried.model_validate(trace[1].observation))
        case _:
            return hand_over(
                "The new contract is written, with how each column comes from the old ones. I made "
                "it, so others check it, each on rows of its own choice.",
                Handover.model_validate(trace[-1].observation),
            )


def _try_all(checked: ChangesChecked) -> ActionDecision:
    cast = f"{', '.join(f'`{name}`' for name in checked.cast)} changes type" if checked.cast else ""
    return ActionDecision(
        f"Every change can be: {'; '.join(checked.changes)}. {checked.columns_before} columns "
        f"become {checked.columns_after}; this is {checked.compatibility}: "
        f"{_MEANINGS[checked.compatibility]}. {cast or 'No values change type'}. A sample would "
        f"miss rare values, so I try all {checked.rows} rows of version {checked.version}.",
        ActionType.VALIDATE_DATA,
        {},
    )


def _propose(tried: CastsTried) -> ActionDecision:
    if tried.rows_lost:
        counts = ", ".join(f"{cells} of `{name}`" for name, cells in tried.values_lost.items())
        found = (
            f"{tried.rows_lost} of {tried.rows} rows hold values that the new types cannot: "
            f"{counts}, such as {'; '.join(tried.examples[:2])}. They would be empty. Whether that "
            "is acceptable is not mine to decide; the contract says how many."
        )
    else:
        found = f"All {tried.rows} rows keep every value."
    return ActionDecision(
        found,
        ActionType.ROUTE_PIPELINE,
        ProposalInput(rows=tried.rows, rows_lost=tried.rows_lost).model_dump(mode="json"),
    )
