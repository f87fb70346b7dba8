"""Looking for drift: which partitions the table's contract reads, and what the others ask for."""

from agent_worker.capabilities.artifacts import input_named, inputs_named, read_document
from agent_worker.capabilities.operators.handing_over import hand_over
from agent_worker.capabilities.table_profiles import profile_table
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.drift import DriftGroup, admitting
from agent_worker.domain.drift_finding import drift_of, grouped, strangers_of
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.operators.find_drift import DriftFound, Unfit
from agent_worker.domain.profile import Partition, PartitionProfile
from agent_worker.domain.renames import Rename, match_renames
from agent_worker.domain.schema_contract import TableContract
from shared.contracts.vocabulary import ActionType

DRIFTS_MAX = 20
"""Proposals of one goal; files that differ in more ways are of more than one source."""


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    known = read_document(workshop.store, input_named(request, "schema_contract"), TableContract)
    profiles = [
        read_document(workshop.store, artifact, PartitionProfile)
        for artifact in inputs_named(request, "profile:").values()
    ]
    drifts = [
        (profile, drift_of(known, profile, _renames(known, profile, workshop)))
        for profile in profiles
    ]
    groups = grouped([each for each in drifts if not each[1].is_none])
    _check_number(groups, known.table)
    reasons = {group.name: _objection(known, group) for group in groups}
    found = DriftFound(
        fitting=tuple(profile.partition for profile, drift in drifts if drift.is_none),
        drifts=tuple(group for group in groups if not reasons[group.name]),
        unfit=tuple(
            Unfit(partition=partition, reason=reasons[group.name])
            for group in groups
            for partition in group.partitions
            if reasons[group.name]
        ),
        fitting_share=_share_fitting(profiles, [drift.is_none for _, drift in drifts]),
    )
    return ActionOutcome(
        observation=found.model_dump(mode="json"), data_quality_score=found.fitting_share
    )


def names_of(partitions: tuple[Partition, ...]) -> str:
    """Return the partitions' names, as many as people read."""
    shown = ", ".join(partition.name for partition in partitions[:3])
    return shown if len(partitions) <= 3 else f"{shown} and {len(partitions) - 3} more"  # noqa: PLR2004 - three are enough to read


def _renames(
    known: TableContract, profile: PartitionProfile, workshop: Workshop
) -> tuple[Rename, ...]:
    """Return which of a partition's new columns hold what missing ones of the table held."""
    absent, unknown = strangers_of(known, profile)
    if not absent or not unknown:
        return ()
    names = [column.name for column in absent]
    there = profile_table(workshop, known.table, names, version=None, seed=profile.partition.name)
    return match_renames(there.values(), unknown)


def _objection(known: TableContract, group: DriftGroup) -> str:
    """Return why no contract can admit the partitions; empty where one can."""
    try:
        admitting(known, [group.drift], 0)
    except ActionFailedError as error:
        return error.failure.detail
    return ""


def _share_fitting(profiles: list[PartitionProfile], fits: list[bool]) -> float:
    rows = sum(profile.rows for profile in profiles)
    fitting = sum(profile.rows for profile, is_fit in zip(profiles, fits, strict=True) if is_fit)
    return fitting / rows if rows else 1.0


def _check_number(groups: tuple[DriftGroup, ...], table: str) -> None:
    if len(groups) > DRIFTS_MAX:
        raise ActionFailedError(
            "too_many_drifts",
            f"table {table}: the new partitions differ from its contract in {len(groups)} ways; "
            f"one goal puts at most {DRIFTS_MAX} to the vote",
            remedy="Take in fewer files at once, or look whether they are of this table at all.",
        )
