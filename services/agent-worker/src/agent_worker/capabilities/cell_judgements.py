"""The judgement of a cell: one small number that says all that reading found out about it.

It holds how the text was read, whether space stood around it, and whether the column can hold the
value; a histogram of a column's judgements answers every question of how many.
"""

from collections import Counter
from collections.abc import Mapping

from agent_worker.domain.cleaning import CellClass

_READING = 15
"""The bits of the class as which a text was read."""

_SPACED = 16
_IMPLAUSIBLE = 32


def judgement(reading: str, is_spaced: str, is_implausible: str) -> str:
    """Return the SQL of a cell's judgement, a UTINYINT."""
    return (
        f"({reading} + if({is_spaced}, {_SPACED}, 0)"
        f" + if({is_implausible}, {_IMPLAUSIBLE}, 0))::utinyint"
    )


def reading(judgement: str) -> str:
    """Return the SQL of the class as which the text was read, whatever its value."""
    return f"({judgement} & {_READING})"


def cell_class(judgement: str) -> str:
    """Return the SQL of the cell's class."""
    return f"if({judgement} >= {_IMPLAUSIBLE}, {CellClass.IMPLAUSIBLE:d}, {reading(judgement)})"


def is_spaced(judgement: str) -> str:
    """Return the SQL that tells whether space stands around the text."""
    return f"({judgement} & {_SPACED}) > 0"


def classes_of(judgements: Mapping[int, int]) -> dict[CellClass, int]:
    """Return how many cells are of which class, from how many have which judgement."""
    classes: Counter[CellClass] = Counter()
    for each, cells in sorted(judgements.items()):
        is_doubted = each >= _IMPLAUSIBLE
        classes[CellClass.IMPLAUSIBLE if is_doubted else CellClass(each & _READING)] += cells
    return dict(classes)


def count_spaced(judgements: Mapping[int, int]) -> int:
    """Return how many cells have space around their text."""
    return sum(cells for each, cells in judgements.items() if each & _SPACED)
