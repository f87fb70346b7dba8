"""The mark of a judged cell: one small number that says all that reading found out about it.

It holds how the text was read, whether space stood around it, and whether the column can hold the
value; a histogram of the marks of a column answers every question of how many.
"""

from collections import Counter
from collections.abc import Mapping

from agent_worker.domain.cleaning import CellClass

_READING = 15
"""The bits of the class as which a text was read."""

_SPACED = 16
_IMPLAUSIBLE = 32


def mark(reading: str, is_spaced: str, is_implausible: str) -> str:
    """Return the SQL of a cell's mark, a UTINYINT."""
    return (
        f"({reading} + if({is_spaced}, {_SPACED}, 0)"
        f" + if({is_implausible}, {_IMPLAUSIBLE}, 0))::utinyint"
    )


def reading(mark: str) -> str:
    """Return the SQL of the class as which the text was read, whatever its value."""
    return f"({mark} & {_READING})"


def cell_class(mark: str) -> str:
    """Return the SQL of the cell's class."""
    return f"if({mark} >= {_IMPLAUSIBLE}, {CellClass.IMPLAUSIBLE:d}, {reading(mark)})"


def is_spaced(mark: str) -> str:
    """Return the SQL that tells whether space stands around the text."""
    return f"({mark} & {_SPACED}) > 0"


def classes_of(marks: Mapping[int, int]) -> dict[CellClass, int]:
    """Return how many cells are of which class, from how many have which mark."""
    classes: Counter[CellClass] = Counter()
    for each, cells in sorted(marks.items()):
        is_doubted = each >= _IMPLAUSIBLE
        classes[CellClass.IMPLAUSIBLE if is_doubted else CellClass(each & _READING)] += cells
    return dict(classes)


def count_spaced(marks: Mapping[int, int]) -> int:
    """Return how many cells have space around their text."""
    return sum(cells for each, cells in marks.items() if each & _SPACED)
