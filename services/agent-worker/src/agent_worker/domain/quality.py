"""The data-quality score: how much of what was read can be relied on (docs/quality.md).

Counts of bad cells, not shares, are kept, so that partitions can be merged without error. The
denominator is always every cell that was read: what is thrown away keeps counting as bad, so no
score is raised by discarding rows or values.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated

from pydantic import Field

from agent_worker.domain.cleaning import (
    REPAIR_OF,
    RESPELLED,
    UNUSABLE,
    CellClass,
    ColumnTally,
    FailingCells,
    PartitionTally,
    Repair,
)
from agent_worker.domain.dimensions import CELL_DIMENSIONS, Dimension
from agent_worker.domain.rules.checks import FreshWithin
from agent_worker.domain.rules.findings import RuleCount
from agent_worker.domain.rules.rule import Rule
from shared.contracts.vocabulary import Contract

Weights = dict[Dimension, Annotated[float, Field(ge=0, le=1_000)]]

ROWS_TELLING_MIN = 50
"""Fewer rows say little: one bad cell more moves a column's share by more than 0.02."""

SUSPECTED_SHARE_MAX = 0.02
"""Of cells that may be wrong and were left as they are; more leave the score in doubt."""


class Freshness(Contract):
    """How old a table's newest value is, and may be; times in seconds since 1970."""

    seconds_max: float = Field(gt=0)
    newest: float | None
    asked_at: float

    @property
    def share(self) -> float:
        """1 up to the age that is allowed, then that age's share of the real one."""
        if self.newest is None:
            return 0.0
        age = max(0.0, self.asked_at - self.newest)
        return min(1.0, self.seconds_max / age) if age else 1.0


class QualityCounts(Contract):
    """Bad cells by dimension, out of all cells read."""

    cells: int = Field(ge=0)
    bad: dict[Dimension, int]
    emptied: int = Field(default=0, ge=0)
    """Of the incomplete cells, those emptied because nobody can use what stood there. The score
    goes on charging them as invalid, so that no weights make emptying pay."""
    any_bad: int = Field(default=0, ge=0)
    """Cells that are bad in some dimension, each counted once."""
    freshness: dict[str, Freshness] = Field(default_factory=dict)
    """By rule."""
    weights: Weights = Field(default_factory=dict)
    """By default all dimensions weigh 1."""

    @property
    def dimensions(self) -> dict[Dimension, float]:
        """The share that is good, for each dimension that was looked at."""
        found = {
            dimension: self._share(self.bad.get(dimension, 0)) for dimension in CELL_DIMENSIONS
        }
        return found | self._timeliness()

    @property
    def score(self) -> float:
        """The weighted mean over the dimensions that were looked at; 0 where nothing was read."""
        charged = {
            Dimension.COMPLETENESS: -self.emptied,
            Dimension.VALIDITY: self.emptied,
        }
        shares = self._timeliness() | {
            dimension: self._share(self.bad.get(dimension, 0) + charged.get(dimension, 0))
            for dimension in CELL_DIMENSIONS
        }
        weights = {dimension: self.weights.get(dimension, 1.0) for dimension in shares}
        total = sum(weights.values())
        if not self.cells or not total:
            return 0.0
        mean = sum(shares[known] * weights[known] for known in shares) / total
        return min(1.0, max(0.0, mean))

    @property
    def coverage(self) -> float:
        """The share of all dimensions that were looked at."""
        return len(self.dimensions) / len(Dimension)

    @property
    def cell_score(self) -> float:
        """The share of cells that are bad in no dimension."""
        return self._share(self.any_bad)

    def _timeliness(self) -> dict[Dimension, float]:
        if not self.freshness:
            return {}
        return {Dimension.TIMELINESS: min(known.share for known in self.freshness.values())}

    def _share(self, bad: int) -> float:
        return 1 - bad / self.cells if self.cells else 0.0


def merge_counts(counts: Iterable[QualityCounts]) -> QualityCounts:
    """Return the counts of all partitions taken together."""
    known = tuple(counts)
    freshness: dict[str, Freshness] = {}
    weights: Weights = {}
    for count in known:
        weights = weights or count.weights
        for rule, found in count.freshness.items():
            freshness[rule] = _newer(freshness[rule], found) if rule in freshness else found
    return QualityCounts(
        cells=sum(count.cells for count in known),
        bad={
            dimension: sum(count.bad.get(dimension, 0) for count in known)
            for dimension in CELL_DIMENSIONS
        },
        emptied=sum(count.emptied for count in known),
        any_bad=sum(count.any_bad for count in known),
        freshness=freshness,
        weights=weights,
    )


def freshness_of(
    rules: Iterable[Rule], counts: Iterable[RuleCount], asked_at: datetime | None
) -> dict[str, Freshness]:
    """Return how old a table is by its binding rules; nothing where no time is known to ask at."""
    newest = {count.rule: count.newest for count in counts}
    return {
        rule.id: Freshness(
            seconds_max=rule.check.seconds_max,
            newest=newest[rule.id],
            asked_at=asked_at.timestamp(),
        )
        for rule in rules
        if asked_at is not None and rule.is_binding and rule.id in newest
        if isinstance(rule.check, FreshWithin)
    }


def _newer(left: Freshness, right: Freshness) -> Freshness:
    times = [known.newest for known in (left, right) if known.newest is not None]
    return Freshness(
        seconds_max=left.seconds_max,
        newest=max(times, default=None),
        asked_at=max(left.asked_at, right.asked_at),
    )


def quality_of(tally: PartitionTally, repairs: Iterable[Repair] = ()) -> QualityCounts:
    """Count the bad cells that are left once the repairs are applied."""
    applied = tuple(repairs)
    counts = merge_counts(column_quality(tally, column, applied) for column in tally.columns)
    return counts.model_copy(update={"weights": dict(tally.weights)})


def column_quality(
    tally: PartitionTally, column: ColumnTally, repairs: Iterable[Repair] = ()
) -> QualityCounts:
    """Count one column's bad cells; those of all columns add up to the partition's."""
    applied = frozenset(repairs)
    lost = tally.rows_quarantined
    if tally.schema_mismatch:
        bad = dict.fromkeys(CELL_DIMENSIONS, tally.rows)
        return QualityCounts(cells=tally.rows, bad=bad, any_bad=tally.rows)
    copies = 0 if Repair.DROP_DUPLICATES in applied else tally.duplicates
    emptied = column.count(*UNUSABLE) if Repair.EMPTY_UNUSABLE in applied else 0
    by_class = {
        Dimension.COMPLETENESS: _missing(column, emptied),
        Dimension.VALIDITY: _invalid(column, applied),
        Dimension.UNIQUENESS: copies,
        Dimension.CONSISTENCY: _irregular(column, applied),
    }
    by_rules = _charged(column, applied)
    any_bad = lost + copies + _bad_somehow(column, applied)
    return QualityCounts(
        cells=tally.rows,
        bad={
            dimension: min(tally.rows, lost + bad + by_rules[dimension])
            for dimension, bad in by_class.items()
        },
        emptied=max(0, min(emptied, emptied - column.filled)),
        any_bad=min(tally.rows, any_bad),
    )


def doubts_about(counts: QualityCounts, *, rows: int, suspected: int) -> tuple[str, ...]:
    """Return why a score says little, each in a sentence; nothing where it can be relied on.

    Args:
        counts: What the score is computed from.
        rows: How many rows were read.
        suspected: Cells that may be wrong and stand as they were.
    """
    doubts: list[str] = []
    if rows < ROWS_TELLING_MIN:
        doubts.append(f"It rests on {rows} rows; {ROWS_TELLING_MIN} would tell more.")
    if suspected > SUSPECTED_SHARE_MAX * counts.cells:
        doubts.append(f"{suspected} of {counts.cells} cells may be wrong, and nothing settles it.")
    return tuple(doubts)


def _missing(column: ColumnTally, emptied: int) -> int:
    """Count values that should be there, and those that were emptied as unusable."""
    absent = column.count(CellClass.ABSENT, CellClass.TOKEN) if column.nearly_complete else 0
    return max(0, emptied + absent - column.filled)


def _invalid(column: ColumnTally, applied: frozenset[Repair]) -> int:
    """Count values that cannot be read, and those that a recipe finds wrong and cannot mend."""
    unreadable = 0 if Repair.EMPTY_UNUSABLE in applied else column.count(*UNUSABLE)
    return unreadable + column.wrong - column.mended


def _irregular(column: ColumnTally, applied: frozenset[Repair]) -> int:
    """Count cells that are written otherwise than the table writes them."""
    if _is_misnamed(column, applied):
        return sum(column.cells.values())
    return column.count(*_spelled(applied))


def _charged(column: ColumnTally, applied: frozenset[Repair]) -> Mapping[Dimension, int]:
    """Count by dimension the cells that fail rules there, and do not count as bad already."""
    return {
        dimension: sum(
            group.cells
            for group in column.failing
            if dimension in group.dimensions and not _is_counted(group, dimension, column, applied)
        )
        for dimension in CELL_DIMENSIONS
    }


def _is_counted(
    group: FailingCells, dimension: Dimension, column: ColumnTally, applied: frozenset[Repair]
) -> bool:
    """Tell whether the cells' class, or what was found of their rows, charges them already."""
    cell_class = group.cell_class
    match dimension:
        case Dimension.COMPLETENESS:
            is_missing = cell_class in {CellClass.ABSENT, CellClass.TOKEN}
            return (column.nearly_complete and is_missing) or cell_class in UNUSABLE
        case Dimension.VALIDITY:
            return cell_class in UNUSABLE or group.is_found
        case Dimension.UNIQUENESS:
            return group.is_copy
        case _:
            return _is_misnamed(column, applied) or cell_class in _spelled(applied)


def _bad_somehow(column: ColumnTally, applied: frozenset[Repair]) -> int:
    """Count usable cells that are bad in some dimension, each once."""
    if _is_misnamed(column, applied):
        return sum(column.cells.values())
    absent = (CellClass.ABSENT, CellClass.TOKEN) if column.nearly_complete else ()
    bad = {*UNUSABLE, *absent, *_spelled(applied)}
    by_rules = sum(
        group.cells
        for group in column.failing
        if group.cell_class not in bad and not group.is_found
        if not (group.is_copy and set(group.dimensions) == {Dimension.UNIQUENESS})
    )
    found = column.wrong - column.mended
    return max(0, column.count(*bad) - column.filled) + found + by_rules


def _spelled(applied: frozenset[Repair]) -> tuple[CellClass, ...]:
    """Return the classes of cells that are written oddly and were not respelled."""
    spelled = (CellClass.TOKEN, *RESPELLED)
    return tuple(known for known in spelled if REPAIR_OF[known] not in applied)


def _is_misnamed(column: ColumnTally, applied: frozenset[Repair]) -> bool:
    return column.renamed and Repair.MATCH_COLUMNS not in applied
