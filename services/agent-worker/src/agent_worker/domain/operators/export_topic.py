"""Thinking while exporting a data set into a topic: see how far it came, write the rest."""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.operators.handover import Handover, hand_over
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, Contract, QualityScore, ReActStep


class TopicSeen(Contract):
    """What the topic holds of the export before anything more is written."""

    rows: int
    """Of the data set."""
    files: int
    partitions: int
    """Of the topic."""
    reached: int
    """Messages of this export that are in the topic already."""
    quality_after: QualityScore


def decide(request: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    topic = request.parameters.get("topic")
    match len(trace):
        case 0:
            return ActionDecision(
                f"The data set `{request.parameters.get('dataset')}` is to be in {topic} as well, "
                "a message for each row. I shut out whoever may still be writing it, and look how "
                "much of it is there.",
                ActionType.VALIDATE_DATA,
                {},
            )
        case 1:
            seen = TopicSeen.model_validate(trace[0].observation)
            return ActionDecision(
                f"{_told(seen)} I write in transactions, so that readers of committed messages see "
                "each row once, whatever happens to me.",
                ActionType.ROUTE_PIPELINE,
                {},
            )
        case _:
            return hand_over(
                "Every row is in the topic, and the record of the export says so: doing it again "
                "would write nothing.",
                Handover.model_validate(trace[-1].observation),
            )


def _told(seen: TopicSeen) -> str:
    if not seen.reached:
        return f"None of the {seen.rows} rows is there; the topic has {seen.partitions} partitions."
    if seen.reached == seen.rows:
        return f"All {seen.rows} rows are there already."
    return f"{seen.reached} of {seen.rows} rows are there from an earlier attempt; the rest is due."
