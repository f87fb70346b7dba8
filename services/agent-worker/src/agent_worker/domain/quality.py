"""The data-quality score: how much of what was read can be relied on (docs/quality.md).

Counts of bad cells, not shares, are kept, so that partitions can be merged without error. The
denominator is always every cell that was read: what is thrown away keeps counting as bad, so no
score is raised by discarding rows or values.
"""

from collections.abc import Iterable
from enum import StrEnum

from pydantic import Field

from agent_worker.domain.cleaning import (
    REPAIR_OF,
    RESPELLED,
    UNUSABLE,
    CellClass,
    ColumnTally,
    PartitionTally,
    Repair,
)
from shared.contracts.vocabulary import Contract


class Dimension(StrEnum):
    """What data can be good at; accuracy is not among them, since it needs the truth."""

    COMPLETENESS = "completeness"
    VALIDITY = "validity"
    UNIQUENESS = "uniqueness"
    CONSISTENCY = "consistency"


class QualityCounts(Contract):
    """Bad cells by dimension, out of all cells read."""

    cells: int = Field(ge=0)
    bad: dict[Dimension, int]

    @property
    def dimensions(self) -> dict[Dimension, float]:
        """The share of cells that are good, for each dimension."""
        return {
            dimension: 1 - self.bad.get(dimension, 0) / self.cells if self.cells else 0.0
            for dimension in Dimension
        }

    @property
    def score(self) -> float:
        """The mean over the dimensions; 0 where nothing was read."""
        return sum(self.dimensions.values()) / len(Dimension)


def merge_counts(counts: Iterable[QualityCounts]) -> QualityCounts:
    """Return the counts of all partitions taken together."""
    known = tuple(counts)
    return QualityCounts(
        cells=sum(count.cells for count in known),
        bad={
            dimension: sum(count.bad.get(dimension, 0) for count in known)
            for dimension in Dimension
        },
    )


def quality_of(tally: PartitionTally, repairs: Iterable[Repair] = ()) -> QualityCounts:
    """Count the bad cells that are left once the repairs are applied."""
    applied = tuple(repairs)
    return merge_counts(column_quality(tally, column, applied) for column in tally.columns)


def column_quality(
    tally: PartitionTally, column: ColumnTally, repairs: Iterable[Repair] = ()
) -> QualityCounts:
    """Count one column's bad cells; those of all columns add up to the partition's."""
    applied = frozenset(repairs)
    lost = tally.rows_quarantined
    copies = 0 if Repair.DROP_DUPLICATES in applied else tally.duplicates
    return QualityCounts(
        cells=tally.rows,
        bad={
            Dimension.COMPLETENESS: lost + _missing(column, applied),
            Dimension.VALIDITY: lost + _invalid(column, applied),
            Dimension.UNIQUENESS: lost + copies,
            Dimension.CONSISTENCY: lost + _irregular(column, applied),
        },
    )


def _missing(column: ColumnTally, applied: frozenset[Repair]) -> int:
    """Count values that should be there, and those that were emptied as unusable."""
    emptied = column.count(*UNUSABLE) if Repair.EMPTY_UNUSABLE in applied else 0
    absent = column.count(CellClass.ABSENT, CellClass.TOKEN) if column.nearly_complete else 0
    return max(0, emptied + absent - column.filled)


def _invalid(column: ColumnTally, applied: frozenset[Repair]) -> int:
    """Count values that cannot be read, and those that a recipe finds wrong and cannot mend."""
    unreadable = 0 if Repair.EMPTY_UNUSABLE in applied else column.count(*UNUSABLE)
    return unreadable + column.wrong - column.mended


def _irregular(column: ColumnTally, applied: frozenset[Repair]) -> int:
    """Count cells that are written otherwise than the table writes them."""
    if column.renamed and Repair.MATCH_COLUMNS not in applied:
        return sum(column.cells.values())
    spelled = (CellClass.TOKEN, *RESPELLED)
    return sum(
        column.count(cell_class) for cell_class in spelled if REPAIR_OF[cell_class] not in applied
    )
