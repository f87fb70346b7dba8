"""Thinking while looking for drift: lay what was profiled beside the table's contract."""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.drift import DriftGroup, told_drift
from agent_worker.domain.mending_told import counted
from agent_worker.domain.operators.handover import Handover, hand_over
from agent_worker.domain.profile import Partition
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, Contract, QualityScore, ReActStep


class Unfit(Contract):
    """A partition that no change of the contract can admit."""

    partition: Partition
    reason: str


class DriftFound(Contract):
    """What the contract reads as it is, what it would have to change for, and what never fits."""

    fitting: tuple[Partition, ...]
    drifts: tuple[DriftGroup, ...]
    unfit: tuple[Unfit, ...]
    fitting_share: QualityScore
    """Of the partitions, those that fit."""


def decide(request: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    if not trace:
        profiles = sum(each.name.startswith("profile:") for each in request.inputs)
        return ActionDecision(
            f"The table is there, so its contract holds until others agree to change it. I lay "
            f"the profiles of {counted(profiles, 'new partition')} beside it, column by column.",
            ActionType.ANALYZE_SCHEMA,
            {},
        )
    found = DriftFound.model_validate(trace[-1].observation)
    facts = found.model_dump(mode="json", include={"fitting", "drifts", "unfit"})
    return hand_over(_told(found), Handover(facts=facts, score=found.fitting_share))


def _told(found: DriftFound) -> str:
    said = [f"{counted(len(found.fitting), 'partition')} read by the contract as it is."]
    for group in found.drifts:
        named = ", ".join(partition.name for partition in group.partitions[:3])
        said.append(f"{named} would change it: {told_drift(group.drift)}.")
    said += [f"{each.partition.name} cannot be admitted: {each.reason}" for each in found.unfit]
    if found.drifts:
        said.append("Whether the table is to change is not mine to decide; the rest goes on.")
    return " ".join(said)
