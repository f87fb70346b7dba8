"""Thinking while removing duplicates: how many rows share a key, and which of them stays.

Removing them by buckets thinks alike; only where the rows come from differs.
"""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.operators.handover import Handover, hand_over
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, Artifact, Contract, ReActStep


class KeysCounted(Contract):
    """How often keys repeat."""

    rows: int
    keys: int
    repeated_keys: int
    """Keys that more than one row has."""
    key: tuple[str, ...]
    order_by: str

    @property
    def uniqueness(self) -> float:
        """The share of rows that would be left; 1 when there are none."""
        return self.keys / self.rows if self.rows else 1.0


class RowsKept(Contract):
    """What was left."""

    part: Artifact
    rows_in: int
    rows_out: int
    engine: str
    """What computed it, as the settings call it."""


def decide(request: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    if not trace:
        return ActionDecision(
            "The whole table is in one partition, so every copy of a row is here. I count the keys "
            "before I remove anything.",
            ActionType.ANALYZE_SCHEMA,
            {},
        )
    return remove_or_finish(request, trace)


def remove_or_finish(_: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide what follows once the keys are counted."""
    if len(trace) == 1:
        seen = KeysCounted.model_validate(trace[-1].observation)
        return ActionDecision(_plan(seen), ActionType.TRANSFORM_DATA, {})
    kept = RowsKept.model_validate(trace[-1].observation)
    return hand_over(
        f"{kept.rows_in} rows came in and {kept.rows_out} stayed, one for each key; "
        f"{kept.rows_in - kept.rows_out} were removed.",
        Handover(
            artifacts=(kept.part,),
            facts={"rows_in": kept.rows_in, "rows_out": kept.rows_out},
            score=trace[-1].data_quality_score,
        ),
    )


def _plan(seen: KeysCounted) -> str:
    key = ", ".join(f"`{name}`" for name in seen.key)
    said = f"{seen.rows} rows have {seen.keys} different keys ({key}). "
    if not seen.repeated_keys:
        return said + "None repeats; I hand all rows on, sorted."
    if seen.order_by:
        kept = f"the row with the greatest `{seen.order_by}`, the first of several such"
    else:
        kept = "the first row by its other columns in order, since nothing says which is better"
    return said + f"{seen.repeated_keys} of them repeat; of each I keep {kept}."
