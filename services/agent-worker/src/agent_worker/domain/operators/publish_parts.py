"""Thinking while publishing parts: check them all, commit them at once, report."""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.operators.handover import Handover, hand_over
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, Contract, ReActStep


class NewPartsChecked(Contract):
    """The parts, each as its attempt wrote it."""

    parts: int
    rows: int
    bytes: int
    columns: int
    replaced_files: int
    """Files that go when the parts come, if the table is compacted."""


def decide(request: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    table = request.parameters.get("table")
    if not trace:
        return ActionDecision(
            f"{len(request.inputs)} parts are to go into `{table}`. Nobody sees them yet; I check "
            "that each is what its attempt wrote and that all have the same columns.",
            ActionType.VALIDATE_DATA,
            {},
        )
    if len(trace) == 1:
        seen = NewPartsChecked.model_validate(trace[-1].observation)
        return ActionDecision(_plan(request, seen), ActionType.ROUTE_PIPELINE, {})
    return hand_over(
        "The table's log carries this pipeline's transaction, so that publishing again would "
        "change nothing. I report what was published.",
        Handover.model_validate(trace[-1].observation),
    )


def _plan(request: DataRequest, seen: NewPartsChecked) -> str:
    table, mode = request.parameters.get("table"), request.parameters.get("mode")
    found = (
        f"{seen.parts} parts with {seen.rows} rows of {seen.columns} columns, "
        f"{seen.bytes / 1e6:.1f} MB, and all agree."
    )
    match mode:
        case "append":
            return f"{found} I add them behind the rows that `{table}` has, in one commit."
        case "compact" if not seen.parts:
            return f"No file of `{table}` was worth joining; I report that and commit nothing."
        case "compact":
            return (
                f"{found} One commit puts them in the place of {seen.replaced_files} files and "
                "says that no data changed; if one of those has gone meanwhile, I leave the table."
            )
        case _:
            return f"{found} They become a new version of `{table}` in one commit."
