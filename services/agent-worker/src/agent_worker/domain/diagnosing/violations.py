"""What the cells that do not follow a dependency are: errors, or exceptions that are meant.

A slip of the pen is near the value that it should be, and nowhere else. Where slips are made, other
values are errors too. Where hardly any are, most of what does not follow is something else, and so
it is where several columns of a row do not follow at once: a customer who has moved.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

SLIPS_SHARE_MIN = 0.1
"""Of a column's violations, slips. Where so many are, although typos were mended before, the
dependency is exact, and the others are errors too."""

SLIPS_MIN = 3
"""Fewer may be rare values rather than slips."""

OTHERS_MIN = 5
"""Fewer values that are no slips say nothing about what they are."""

STRANGE_SHARE_MAX = 0.5
"""Of values that are no slips, those that no group has, and of a column without slips: exchanges
are among values that the column has, exceptions bring new ones."""

TOGETHER_SHARE_MAX = 0.5
"""Of values that are no slips, those in rows in which another column has one too: noise hits two
cells of a row as rarely as chance has it."""


@dataclass(frozen=True, slots=True)
class Violations:
    """What was found in a column that others determine; counts of cells."""

    cells: int
    slips: int
    others: int
    """With a value that is no slip."""
    strange: int
    """Of the others, those whose value no group has."""
    together: int
    """Of the others, those in a row that has another such cell."""
    confidence: float
    example: str

    @property
    def exchanges_are_errors(self) -> bool:
        """Whether slips show that the dependency is exact."""
        return self.slips >= max(SLIPS_SHARE_MIN * self.cells, SLIPS_MIN)

    @property
    def exceptions_are_meant(self) -> bool:
        """Whether values that are no slips are the way of the world."""
        if self.others < OTHERS_MIN:
            return False
        is_strange = self.slips < SLIPS_MIN and self.strange > STRANGE_SHARE_MAX * self.others
        return is_strange or self.together > TOGETHER_SHARE_MAX * self.others


def circles_of(
    determinants: Sequence[tuple[int, ...]], determining: Collection[tuple[int, int]]
) -> list[int]:
    """Return the number of each determinant's circle.

    Two are in one circle if they share a column, or a column of one determines one of the other.
    """
    circles = list(range(len(determinants)))
    for at, first in enumerate(determinants):
        for later, second in enumerate(determinants[at + 1 :], at + 1):
            pairs = [(one, other) for one in first for other in second]
            if any(
                one == other or (one, other) in determining or (other, one) in determining
                for one, other in pairs
            ):
                joined, left = circles[at], circles[later]
                circles = [joined if circle == left else circle for circle in circles]
    return circles
