"""Thinking while appending to a table: check what is new, against what is there, then commit."""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.operators.handover import Handover, hand_over
from agent_worker.domain.operators.publish_table import PartsChecked
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, Contract, ReActStep


class AdditionChecked(Contract):
    """What is to be added, and the table that it is to be added to."""

    version: int
    files_in_table: int
    parts: PartsChecked
    held_by_now: tuple[str, ...] = ()
    """Partitions that another pipeline has added meanwhile."""
    columns_left_out: tuple[str, ...] = ()


def decide(request: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    table = request.parameters.get("table")
    match len(trace):
        case 0:
            return ActionDecision(
                f"{len(request.inputs)} files are here to be added to `{table}`. I check that each "
                "is what its attempt wrote, that nobody was faster, and that the key does not "
                "repeat one that the table has.",
                ActionType.VALIDATE_DATA,
                {},
            )
        case 1:
            found = AdditionChecked.model_validate(trace[0].observation)
            return ActionDecision(_told(found), ActionType.ROUTE_PIPELINE, {})
        case _:
            return hand_over(
                "The log names every file that the table holds by now, so that asking again adds "
                "nothing. I report what was added and what was left alone.",
                Handover.model_validate(trace[-1].observation),
            )


def _told(found: AdditionChecked) -> str:
    parts = found.parts
    said: list[str] = []
    if found.held_by_now:
        said.append(f"{', '.join(found.held_by_now[:5])} came in by another pipeline meanwhile.")
    if not parts.partitions:
        said.append(
            f"There is nothing to add: version {found.version} has every file already. I commit "
            "nothing and report that the table is up to date."
        )
        return " ".join(said)
    said.append(
        f"{parts.partitions} partitions: {parts.rows_in} rows in = {parts.rows_out} out + "
        f"{parts.rows_quarantined} quarantined + {parts.duplicates_removed} copies, quality "
        f"{parts.quality_after:.4f}."
    )
    if found.columns_left_out:
        names = ", ".join(f"`{name}`" for name in found.columns_left_out[:5])
        said.append(f"{names} has no place in the table and is left out.")
    said.append(
        f"I add them behind the {found.files_in_table} files of version {found.version} in one "
        "commit, which records the files' names and contents."
    )
    return " ".join(said)
