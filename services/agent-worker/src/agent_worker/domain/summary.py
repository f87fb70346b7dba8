"""What became of a partition's rows, so that no row is unaccounted for."""

from collections.abc import Collection
from typing import NamedTuple

from pydantic import Field

from agent_worker.domain.cleaning import ColumnTally, FailingCells, PartitionTally, Repair
from agent_worker.domain.profile import Partition
from agent_worker.domain.quality import QualityCounts, quality_of
from agent_worker.domain.report_details import NO_DETAILS, PartitionDetails
from agent_worker.domain.rules.findings import RuleCount
from shared.contracts.vocabulary import Contract


class CleanRows(NamedTuple):
    """The rows that came out of a partition."""

    total: int
    content_hash: str
    """SHA-256 of their digests, in order."""


class ColumnMended(Contract):
    """What a recipe found in one column; the fields are those of `ColumnTally`."""

    wrong: int = Field(default=0, ge=0)
    mended: int = Field(default=0, ge=0)
    filled: int = Field(default=0, ge=0)


class Mended(Contract):
    """What became of a partition by a recipe."""

    cells: dict[str, int] = Field(default_factory=dict)
    """Cells that hold another value now, by the kind of the step."""
    suspected: int = Field(default=0, ge=0)
    """Cells that are likely wrong and stand as they were."""
    columns: dict[str, ColumnMended] = Field(default_factory=dict)
    failing_before: dict[str, tuple[FailingCells, ...]] = Field(default_factory=dict)
    """By column, the cells that rules charge in the values as they were read."""
    failing_after: dict[str, tuple[FailingCells, ...]] = Field(default_factory=dict)
    """Likewise in the values as they were mended."""
    steps_known: int = Field(default=0, ge=0)
    """Steps of the contract's recipe."""
    steps_refused: tuple[int, ...] = ()
    """The numbers of those that this partition did not take as they were."""
    steps_own: int = Field(default=0, ge=0)
    """Steps that were learnt on this partition alone."""

    def in_tally(self, tally: PartitionTally, *, is_done: bool) -> PartitionTally:
        """Return the tally with what the recipe found in it, mended or not."""
        columns = tuple(self._in_column(column, is_done=is_done) for column in tally.columns)
        return tally.model_copy(update={"columns": columns})

    def _in_column(self, column: ColumnTally, *, is_done: bool) -> ColumnTally:
        failing = self.failing_after if is_done else self.failing_before
        column = column.model_copy(update={"failing": failing.get(column.column, column.failing)})
        found = self.columns.get(column.column)
        if found is None:
            return column
        done = {"mended": found.mended, "filled": found.filled} if is_done else {}
        return column.model_copy(update={"wrong": found.wrong, **done})


NOTHING_MENDED = Mended()


class PartitionSummary(Contract):
    """A cleaned partition in numbers."""

    partition: Partition
    rows_in: int = Field(ge=0)
    rows_out: int = Field(ge=0)
    rows_quarantined: int = Field(ge=0)
    duplicates_removed: int = Field(ge=0)
    rows_repaired: int = Field(default=0, ge=0)
    """Of the rows that came out, those in which a cell was changed; the record says which."""
    quarantine_reasons: dict[str, int]
    repaired_cells: dict[Repair, int]
    quality_before: QualityCounts
    quality_after: QualityCounts
    unknown_columns: tuple[str, ...] = ()
    """Columns of the source that the contract has no place for; they were left out."""
    mended: Mended = NOTHING_MENDED
    rules: tuple[RuleCount, ...] = ()
    """What the contract's rules came to in the mended rows, before any of them acted."""
    set_aside: str = ""
    """Why all rows are in the quarantine though they may be good; empty where they are not."""
    content_hash: str
    """SHA-256 of the clean rows' digests, in order, whatever file they are in."""
    details: PartitionDetails = NO_DETAILS
    """What the report says of the partition's cells."""


def summarize(
    partition: Partition,
    tally: PartitionTally,
    kept: Collection[Repair],
    *,
    rows: CleanRows,
    mended: Mended = NOTHING_MENDED,
) -> PartitionSummary:
    """Account for a partition that the kept repairs, and a recipe, were applied to."""
    cells_of = {repair: tally.cells_for(repair) for repair in Repair if repair in kept}
    removed = tally.duplicates if Repair.DROP_DUPLICATES in kept else 0
    cells_of.pop(Repair.DROP_DUPLICATES, None)
    accounted = rows.total + tally.rows_quarantined + removed
    assert tally.rows == accounted, (
        f"{partition.name}: {tally.rows} rows in, {accounted} accounted for"
    )
    return PartitionSummary(
        partition=partition,
        rows_in=tally.rows,
        rows_out=rows.total,
        rows_quarantined=tally.rows_quarantined,
        duplicates_removed=removed,
        quarantine_reasons=tally.quarantined,
        repaired_cells={repair: cells for repair, cells in cells_of.items() if cells},
        quality_before=quality_of(mended.in_tally(tally, is_done=False)),
        quality_after=quality_of(mended.in_tally(tally, is_done=True), kept),
        unknown_columns=tally.unknown_columns,
        content_hash=rows.content_hash,
        mended=mended,
    )
