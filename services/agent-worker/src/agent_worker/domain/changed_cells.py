"""What the record of changes says of a cell, by its class; docs/clean.md explains the record."""

from typing import NamedTuple

from agent_worker.domain.cleaning import REPAIR_OF, CellClass


class Finding(NamedTuple):
    """What is wrong with the cells of a class, and how sure that is."""

    reason: str
    """A sentence's end that follows `the cell is`, in the reader's words."""
    confidence: float


FINDINGS = {
    CellClass.ABSENT: Finding("missing in a column that is nearly complete", 0.6),
    CellClass.TOKEN: Finding("missing, said by a word for it", 0.9),
    CellClass.FORMAT: Finding("written in another time format than the column's", 0.95),
    CellClass.UNIT: Finding("written with a unit that the column's numbers do not have", 0.95),
    CellClass.PREFIX: Finding("glued to another column's value", 0.95),
    CellClass.NUMBER: Finding("a number written otherwise than the column's", 0.9),
    CellClass.UNREADABLE: Finding("not of the column's type", 0.9),
    CellClass.IMPLAUSIBLE: Finding("far outside what the column holds", 0.8),
}
"""The confidence of a respelling is what trying it on a sample must show at least; that of a value
that is merely missing or far away is lower, for both may be true."""

SPACED = Finding("written with space around it", 0.9)
"""Of a cell that reads well once the space around it is gone."""

UNKNOWN = Finding("not written as the column is", 0.9)
"""Of a class that has no words of its own here."""

HABIT_SHARE_MIN = 0.9
"""What nearly all values of a column share is its way of writing, not a mistake. The rest must be
few enough to be slips; 10 % is what the dirtiest columns of practice have."""

DECIMALS_MAX = 9
"""Digits behind the point that a column's numbers may be padded to."""


def finding_of(cell_class: CellClass) -> Finding:
    """Return the words for a class."""
    return FINDINGS.get(cell_class, UNKNOWN)


def is_convention(*, words: int, absent: int) -> bool:
    """Tell whether a column of texts says *missing* by a word of its own, which is no mistake.

    It does when it has one word for it and nothing else says it. In a column of numbers or times,
    a word is not of the column's type, however often it occurs.
    """
    return words == 1 and not absent


def is_mended(cell_class: CellClass, kept: frozenset[str]) -> bool:
    """Tell whether the class's value, right or missing, was brought back by a kept repair."""
    repair = REPAIR_OF.get(cell_class)
    unusable = {CellClass.UNREADABLE, CellClass.IMPLAUSIBLE, CellClass.ABSENT}
    return cell_class not in unusable and (repair is None or repair in kept)
