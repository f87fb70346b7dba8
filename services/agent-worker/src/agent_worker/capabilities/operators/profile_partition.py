"""Profiling a partition: what its columns look like, as text."""

from agent_worker.capabilities.artifacts import Outputs
from agent_worker.capabilities.operators.handing_over import hand_over
from agent_worker.capabilities.partitions import load_partition
from agent_worker.capabilities.profiling import profile_partition
from agent_worker.capabilities.sampling import sample_of
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.operators.profile_partition import ColumnsProfiled
from agent_worker.domain.profile import ColumnProfile, Partition, Reading, regular_share
from shared.contracts.vocabulary import ActionType, Contract


class ProfileParameters(Contract):
    """What the task gives."""

    partition: Partition


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    partition = ProfileParameters.model_validate(request.parameters).partition
    texts = load_partition(workshop, partition)
    profile = profile_partition(texts, partition)
    outputs = Outputs(workshop.store, request)
    sample_name = f"sample:{partition.name}"
    sample, sample_rows = sample_of(texts)
    seen = ColumnsProfiled(
        profile=outputs.write_document(f"profile:{partition.name}", profile),
        sample=outputs.write_rows(
            sample_name,
            sample,
            stored_as=outputs.name_of(sample_name, "parquet"),
            row_count=sample_rows,
        ),
        rows=profile.rows,
        broken_lines=profile.broken_lines,
        duplicate_rows=profile.duplicate_rows,
        delimiter=profile.delimiter,
        columns={column.name: _in_short(column) for column in profile.columns},
        regular_share=regular_share(profile.columns),
    )
    texts.drop()
    return ActionOutcome(
        observation=seen.model_dump(mode="json"), data_quality_score=seen.regular_share
    )


def _in_short(column: ColumnProfile) -> str:
    main = column.main_reading
    odd = {
        reading: cells
        for reading, cells in column.readings.items()
        if reading not in {main, Reading.ABSENT}
    }
    said = ", ".join(f"{cells} {reading}" for reading, cells in odd.items())
    return f"{main}, but {said}" if said else str(main)
