"""What became of a partition's rows, so that no row is unaccounted for."""

from collections.abc import Collection

from pydantic import Field

from agent_worker.domain.cleaning import PartitionTally, Repair
from agent_worker.domain.profile import Partition
from agent_worker.domain.quality import QualityCounts, quality_of
from shared.contracts.vocabulary import Contract


class PartitionSummary(Contract):
    """A cleaned partition in numbers."""

    partition: Partition
    rows_in: int = Field(ge=0)
    rows_out: int = Field(ge=0)
    rows_quarantined: int = Field(ge=0)
    duplicates_removed: int = Field(ge=0)
    quarantine_reasons: dict[str, int]
    repaired_cells: dict[Repair, int]
    quality_before: QualityCounts
    quality_after: QualityCounts
    unknown_columns: tuple[str, ...] = ()
    """Columns of the source that the contract has no place for; they were left out."""
    content_hash: str
    """SHA-256 of the clean rows' digests, in order, whatever file they are in."""


def summarize(
    partition: Partition,
    tally: PartitionTally,
    kept: Collection[Repair],
    *,
    rows_out: int,
    content_hash: str,
) -> PartitionSummary:
    """Account for a partition that the kept repairs were applied to."""
    cells_of = {repair: tally.cells_for(repair) for repair in Repair if repair in kept}
    removed = tally.duplicates if Repair.DROP_DUPLICATES in kept else 0
    cells_of.pop(Repair.DROP_DUPLICATES, None)
    accounted = rows_out + tally.rows_quarantined + removed
    assert tally.rows == accounted, (
        f"{partition.name}: {tally.rows} rows in, {accounted} accounted for"
    )
    return PartitionSummary(
        partition=partition,
        rows_in=tally.rows,
        rows_out=rows_out,
        rows_quarantined=tally.rows_quarantined,
        duplicates_removed=removed,
        quarantine_reasons=tally.quarantined,
        repaired_cells={repair: cells for repair, cells in cells_of.items() if cells},
        quality_before=quality_of(tally),
        quality_after=quality_of(tally, kept),
        unknown_columns=tally.unknown_columns,
        content_hash=content_hash,
    )
