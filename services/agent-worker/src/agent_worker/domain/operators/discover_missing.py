"""Thinking while discovering what a table lacks: ask its log about every file, add what is new."""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.backfilling import Standing, told_left_out
from agent_worker.domain.operators.handover import Handover, hand_over
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, Contract, ReActStep


class SourcesCompared(Contract):
    """The files that a goal's sources name, against the table at a version."""

    version: int
    standing: Standing
    unknown_columns: dict[str, tuple[str, ...]]
    """Columns of missing files that the table's contract has no place for."""


class MissingInput(Contract):
    """What was found, to be handed over with the table's contract."""

    standing: Standing


def decide(request: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    table = request.parameters.get("table")
    match len(trace):
        case 0:
            return ActionDecision(
                f"`{table}` says in its log which files it was made of, each by name and content. "
                f"I list what {request.parameters.get('sources')} names and ask for every file.",
                ActionType.ANALYZE_SCHEMA,
                {},
            )
        case 1:
            seen = SourcesCompared.model_validate(trace[0].observation)
            return ActionDecision(
                f"{_told(seen)} What is added must fit what is there, so I take the table's own "
                "contract and propose none.",
                ActionType.ROUTE_PIPELINE,
                MissingInput(standing=seen.standing).model_dump(mode="json"),
            )
        case _:
            return hand_over(
                "The contract and the missing partitions are handed over; the table is as it was.",
                Handover.model_validate(trace[-1].observation),
            )


def _told(seen: SourcesCompared) -> str:
    standing = seen.standing
    said = [
        f"Version {seen.version} holds {len(standing.held)} of the files and lacks "
        f"{len(standing.missing)}."
        if standing.missing
        else f"Version {seen.version} holds {len(standing.held)} of the files; none is missing.",
    ]
    if standing.remaining:
        said.append(
            f"{standing.remaining} more are missing; one goal takes no more than these, the next "
            "one goes on."
        )
    if standing.left_out:
        said.append(told_left_out(standing.left_out))
    if seen.unknown_columns:
        names = sorted({name for each in seen.unknown_columns.values() for name in each})
        said.append(
            f"{', '.join(f'`{name}`' for name in names[:5])} is in "
            f"{len(seen.unknown_columns)} of the missing files and not in the table; whether it "
            "gets a place there is put to the vote."
        )
    return " ".join(said)
