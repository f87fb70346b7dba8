"""What can be wrong with a cell, what can be done about it, and when doing it is right.

Every cell of a partition belongs to one class. A repair mends cells of certain classes; what it
would do is measured on a sample before it is applied, and it is kept only if the score does not
fall and what it makes looks like what was right already.
"""

from enum import IntEnum, StrEnum

from pydantic import Field

from agent_worker.domain.dimensions import Dimension
from agent_worker.domain.rules.findings import RuleCount
from shared.contracts.vocabulary import Contract


class CellClass(IntEnum):
    """What a cell is, against the contract; the numbers are stored beside the cells."""

    RIGHT = 0
    ABSENT = 1
    """Empty, the table's own way to say that a value is missing."""
    TOKEN = 2
    """Missing, said in another way."""
    FORMAT = 3
    """A time in another format than the usual one."""
    UNIT = 4
    """A number with its unit written out."""
    PREFIX = 5
    """A number with another column's value glued in front."""
    NUMBER = 6
    """A number written otherwise: 517.0, 1,400, 0517."""
    UNREADABLE = 7
    """Not of the column's type, however it is read."""
    IMPLAUSIBLE = 8
    """Of the type, far outside what the column can hold."""


class Repair(StrEnum):
    """What an agent can do to a partition, in the order in which it tries."""

    MATCH_COLUMNS = "match_columns"
    STRIP_PREFIXES = "strip_prefixes"
    UNIFY_TIMES = "unify_times"
    CONVERT_UNITS = "convert_units"
    UNIFY_NUMBERS = "unify_numbers"
    BLANK_TOKENS = "blank_tokens"
    EMPTY_UNUSABLE = "empty_unusable"
    DROP_DUPLICATES = "drop_duplicates"


REPAIR_OF = {
    CellClass.TOKEN: Repair.BLANK_TOKENS,
    CellClass.FORMAT: Repair.UNIFY_TIMES,
    CellClass.UNIT: Repair.CONVERT_UNITS,
    CellClass.PREFIX: Repair.STRIP_PREFIXES,
    CellClass.NUMBER: Repair.UNIFY_NUMBERS,
    CellClass.UNREADABLE: Repair.EMPTY_UNUSABLE,
    CellClass.IMPLAUSIBLE: Repair.EMPTY_UNUSABLE,
}
"""The repair that mends a class of cells."""

RESPELLED = (CellClass.FORMAT, CellClass.UNIT, CellClass.PREFIX, CellClass.NUMBER)
"""Classes of cells whose value is right and only written otherwise."""

UNUSABLE = (CellClass.UNREADABLE, CellClass.IMPLAUSIBLE)
"""Classes of cells that hold no value that could be used."""

PLAUSIBLE_SHARE_MIN = 0.95
"""Of repaired values, those that lie near the values that were right before: within their range,
widened by its span on either side. A right repair puts hardly any outside, a wrong format or unit
puts most of them there."""

ROUNDING = 1e-9
"""Scores that differ by less differ by the order of their additions only."""


class FailingCells(Contract):
    """Cells of one class that fail rules in the same dimensions."""

    cell_class: CellClass
    dimensions: tuple[Dimension, ...] = Field(min_length=1)
    cells: int = Field(ge=0)
    is_found: bool = False
    """A recipe found them wrong, too; they are among the column's wrong cells."""
    is_copy: bool = False
    """Their rows are copies of earlier ones."""


class ColumnTally(Contract):
    """How many cells of a column are of which class; broken and unusable rows left out."""

    column: str
    cells: dict[CellClass, int]
    nearly_complete: bool = False
    renamed: bool = False
    """The source has the column under another name."""
    wrong: int = Field(default=0, ge=0)
    """Cells that read well and are wrong all the same, as a recipe found."""
    mended: int = Field(default=0, ge=0)
    """Those of the wrong ones that hold another value now; emptying one mends nothing."""
    filled: int = Field(default=0, ge=0)
    """Cells that counted as bad because they held nothing usable, and hold a value now."""
    failing: tuple[FailingCells, ...] = ()
    """Cells that rules charge; each of these groups is one that no other one overlaps."""

    def count(self, *classes: CellClass) -> int:
        """Return how many cells are of one of these classes."""
        return sum(self.cells.get(cell_class, 0) for cell_class in classes)


class PartitionTally(Contract):
    """The classes of all cells of a partition, or of a sample of it."""

    rows: int = Field(ge=0)
    """All rows read, whatever became of them."""
    quarantined: dict[str, int] = Field(default_factory=dict)
    """Rows that cannot be used, by reason."""
    duplicates: int = Field(default=0, ge=0)
    """Rows that are a copy of an earlier one."""
    columns: tuple[ColumnTally, ...]
    unknown_columns: tuple[str, ...] = ()
    """Columns of the source that the contract has no place for."""
    schema_mismatch: str = ""
    """Why the source is not what was declared, if so; then nothing in it counts as good."""
    weights: dict[Dimension, float] = Field(default_factory=dict)
    """How much each dimension weighs in the score, where somebody said so."""
    rules: tuple[RuleCount, ...] = ()
    """What the contract's rules came to."""

    @property
    def rows_quarantined(self) -> int:
        """How many rows cannot be used."""
        return sum(self.quarantined.values())

    def cells_for(self, repair: Repair) -> int:
        """Return how many cells the repair would touch."""
        if repair is Repair.MATCH_COLUMNS:
            return sum(sum(column.cells.values()) for column in self.columns if column.renamed)
        if repair is Repair.DROP_DUPLICATES:
            return self.duplicates * len(self.columns)
        mended = [cell_class for cell_class in REPAIR_OF if REPAIR_OF[cell_class] is repair]
        return sum(column.count(*mended) for column in self.columns)

    def columns_for(self, repair: Repair) -> tuple[str, ...]:
        """Return the columns that the repair would touch; none for repairs of whole rows."""
        mended = [cell_class for cell_class in REPAIR_OF if REPAIR_OF[cell_class] is repair]
        return tuple(
            column.column
            for column in self.columns
            if column.count(*mended) or (repair is Repair.MATCH_COLUMNS and column.renamed)
        )

    def needed_repairs(self) -> tuple[Repair, ...]:
        """Return the repairs that have something to do, in the order in which they are tried."""
        return tuple(repair for repair in Repair if self.cells_for(repair))


class Experiment(Contract):
    """What a repair does to a sample."""

    repair: Repair
    columns: tuple[str, ...]
    rows: int
    """Size of the sample."""
    cells: int
    """Cells of the sample that the repair touches."""
    plausible: int
    """Cells of them that lie near the values that were right before."""
    comparable: int
    """Cells of them for which there are such values to compare with."""
    score_before: float
    score_after: float
    examples: tuple[tuple[str, str], ...] = ()
    """Texts before, values after."""

    @property
    def plausible_share(self) -> float:
        """The share of comparable repaired values that look like right ones; 1 without any."""
        return self.plausible / self.comparable if self.comparable else 1.0

    @property
    def is_kept(self) -> bool:
        """Whether the repair is right to apply to the whole partition."""
        looks_right = self.plausible_share >= PLAUSIBLE_SHARE_MIN
        return self.score_after >= self.score_before - ROUNDING and looks_right
