"""Thinking while profiling a partition: read it as text, describe each column, hand that over."""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.operators.handover import Handover, hand_over
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, Artifact, Contract, QualityScore, ReActStep


class ColumnsProfiled(Contract):
    """A profile in short, and where the whole of it is."""

    profile: Artifact
    sample: Artifact
    rows: int
    broken_lines: int
    duplicate_rows: int
    delimiter: str
    columns: dict[str, str]
    """For each column the reading of most of its values, and the share that reads otherwise."""
    regular_share: QualityScore
    """The share of cells that read as most of their column do, or are empty."""


def decide(_: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    if not trace:
        return ActionDecision(
            "I read the file as text, because automatic types would hide what is wrong with it, "
            "and count for each column how its values read.",
            ActionType.ANALYZE_SCHEMA,
            {},
        )
    seen = ColumnsProfiled.model_validate(trace[-1].observation)
    irregular = 1 - seen.regular_share
    return hand_over(
        f"{seen.rows} rows in {len(seen.columns)} columns, {seen.broken_lines} lines that are no "
        f"rows, {seen.duplicate_rows} full copies; {irregular:.1%} of the cells read otherwise "
        "than most of their column. The schema is not mine to decide: I hand the profile over.",
        Handover(
            artifacts=(seen.profile, seen.sample),
            facts={"rows": seen.rows},
            score=seen.regular_share,
        ),
    )
