"""When one column determines another one, although some cells do not follow.

Columns A determine B when rows that agree in A agree in B. In dirty data they do so nearly always,
and what remains is either noise in B or the way of the world: a town's name that two states have.
Noise is spread over the groups as chance would spread it; exceptions sit together in a few. Only
the former is a dependency that cells can be mended by.
"""

from dataclasses import dataclass
from math import log

GROUPS_MIN = 5
"""Groups of at least two rows; fewer agree by accident."""

COVERED_SHARE_MIN = 0.1
"""Of all rows, those in groups of at least two; a near-key says nothing about the others."""

DOMINATED_SHARE_MIN = 0.9
"""Of the groups of at least three rows, those in which two thirds of the rows have one value."""

STRENGTH_MIN = 0.8
"""How much likelier than any two rows are two of a group to agree, of what is possible. Errors in
one cell of ten bring an exact dependency down to this."""

LIKELY_STRENGTH_MIN = 0.6
TELLING_ROWS_MIN = 200
"""Of a first look: fewer rows in groups, or less strength in more of them, end it."""

VIOLATING_SHARE_MAX = 0.15
"""More cells than these are not noise."""

SPREAD_MIN = 0.5
"""Groups with a violation, of those in which chance would put one."""

SINGLE_SHARE_MIN = 0.5
"""Of the cells that do not follow, those whose value no other row of the group has."""

SURE = 0.005
"""A dependency that is never violated weighs as much as one violated by so many cells."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """How the values of a column fall into the groups of rows that agree in others."""

    rows: int
    """With a value in all of these columns."""
    groups: int
    """Of at least two rows."""
    covered: int
    """Rows in these groups."""
    followers: int
    """Of the covered rows, those with the value that most of their group have."""
    large: int
    """Groups of at least three rows."""
    dominated: int
    """Of the large groups, those in which two thirds of the rows have one value."""
    violated: int
    """Groups with more than one value."""
    violated_by_chance: float
    """Groups in which as many violations would be, if they were spread by chance."""
    single: int
    """Of the cells that do not follow, those whose value no other row of their group has."""
    alike: float
    """Of pairs of rows in one group, those that agree."""
    alike_anywhere: float
    """Of pairs of any rows, those that agree."""

    @property
    def violating_share(self) -> float:
        """Of the covered rows, those with another value than most of their group."""
        return 1 - self.followers / self.covered if self.covered else 0.0

    @property
    def strength(self) -> float:
        """How far the groups agree beyond what any rows do: 0 not at all, 1 always."""
        if self.alike_anywhere >= 1:
            return 0.0
        return (self.alike - self.alike_anywhere) / (1 - self.alike_anywhere)

    @property
    def is_dependency(self) -> bool:
        """Whether the groups determine the column, with what does not follow being noise."""
        is_common = self.groups >= GROUPS_MIN and self.covered >= COVERED_SHARE_MIN * self.rows
        is_close = (
            self.strength >= STRENGTH_MIN
            and self.violating_share <= VIOLATING_SHARE_MAX
            and self.dominated >= DOMINATED_SHARE_MIN * self.large
        )
        return is_common and is_close and self.is_noise

    @property
    def may_hold(self) -> bool:
        """Whether a look at a few rows leaves it open that this is a dependency."""
        return self.covered < TELLING_ROWS_MIN or self.strength >= LIKELY_STRENGTH_MIN

    @property
    def is_noise(self) -> bool:
        """Whether what does not follow is spread over the groups as chance would.

        Then it is also rare that two rows of a group have the same other value.
        """
        is_spread = self.violated >= SPREAD_MIN * self.violated_by_chance
        return is_spread and self.single >= SINGLE_SHARE_MIN * (self.covered - self.followers)

    @property
    def weight(self) -> float:
        """What the dependency's vote counts: the rarer a violation, the more it says."""
        return round(-log(self.violating_share + SURE), 4)


@dataclass(frozen=True, slots=True)
class ColumnCounts:
    """What decides whether a column can determine others, or be determined."""

    present: int
    """Rows with a value."""
    distinct: int
    repeated: int
    """Values that at least two rows have."""
    in_groups: int
    """Rows whose value at least two rows have."""
    alike: float
    """Of pairs of rows with a value, those that agree."""


EMPTY_COLUMN = ColumnCounts(0, 0, 0, 0, 0.0)

ALIKE_MAX = 0.98
"""Where nearly all rows agree, each column seems to determine this one."""


def may_be_determined(counts: ColumnCounts) -> bool:
    """Tell whether a column's values are repeated, and not nearly all the same."""
    is_repeated = counts.in_groups >= (1 - VIOLATING_SHARE_MAX) * counts.present
    return is_repeated and 0 < counts.alike <= ALIKE_MAX


def may_determine(left: ColumnCounts, right: ColumnCounts) -> bool:
    """Tell whether it is worth a look if one column determines another one."""
    is_grouped = left.repeated >= GROUPS_MIN and left.in_groups >= COVERED_SHARE_MIN * left.present
    # Each group has one value: there cannot be many more values than groups.
    is_coarser = right.repeated <= 1.5 * left.distinct
    # Rows that agree in the one mostly agree in the other.
    is_grouped_too = right.in_groups >= (1 - VIOLATING_SHARE_MAX) * left.in_groups
    return is_grouped and is_coarser and is_grouped_too and 0 < right.alike <= ALIKE_MAX
