"""Thinking while splitting a partition: rows with an equal key must end up in the same bucket."""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.operators.aggregate_partition import ColumnsCounted
from agent_worker.domain.operators.handover import Handover, hand_over
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, Artifact, Contract, ReActStep


class SplitWritten(Contract):
    """The partition's rows with their buckets."""

    split: Artifact
    buckets: int
    rows: int
    fullest: int
    """Rows of the bucket that has most."""


def decide(_: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    if not trace:
        return ActionDecision(
            "Rows that belong together lie in different partitions. I check that the key's columns "
            "are there, and how many rows have no whole key, before I divide the rows by its hash.",
            ActionType.ANALYZE_SCHEMA,
            {},
        )
    if len(trace) == 1:
        seen = ColumnsCounted.model_validate(trace[-1].observation)
        return ActionDecision(
            f"{seen.rows} rows, and of the {len(seen.missing)} key columns {seen.told}. I write "
            "all rows to one file sorted by bucket, so that each bucket reads only its own part.",
            ActionType.TRANSFORM_DATA,
            {},
        )
    written = SplitWritten.model_validate(trace[-1].observation)
    even = written.rows / written.buckets
    return hand_over(
        f"{written.rows} rows in {written.buckets} buckets; the fullest has {written.fullest}, "
        f"where an even split would have {even:.0f}.",
        Handover(
            artifacts=(written.split,),
            facts={"rows": written.rows},
            score=trace[-1].data_quality_score,
        ),
    )
