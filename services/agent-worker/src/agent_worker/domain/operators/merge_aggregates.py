"""Thinking while merging aggregates: the partitions' groups become the table's, each once."""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.operators.handover import Handover, hand_over
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, Artifact, Contract, ReActStep


class PartialsCounted(Contract):
    """What the partitions handed over."""

    partials: int
    groups: int
    """Over all partitions, so that a group of two partitions counts twice."""


class AggregateWritten(Contract):
    """The table's groups."""

    part: Artifact
    groups: int
    missing_measures: int
    """Measures that no value of their group has contributed to."""
    engine: str
    """What computed it, as the settings call it."""


def decide(_: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    if not trace:
        return ActionDecision(
            "Every partition has been grouped on its own. I open the partial groups and see that "
            "each file is what its attempt wrote.",
            ActionType.VALIDATE_DATA,
            {},
        )
    if len(trace) == 1:
        seen = PartialsCounted.model_validate(trace[-1].observation)
        return ActionDecision(
            f"{seen.partials} partitions handed over {seen.groups} groups. I add up those of the "
            "same group and divide sums by counts only now, because a mean of means would be "
            "wrong.",
            ActionType.TRANSFORM_DATA,
            {},
        )
    written = AggregateWritten.model_validate(trace[-1].observation)
    return hand_over(
        f"{written.groups} groups are left, sorted by their columns; {written.missing_measures} "
        "measures are empty because their group has no value to measure.",
        Handover(
            artifacts=(written.part,),
            facts={"groups": written.groups},
            score=trace[-1].data_quality_score,
        ),
    )
