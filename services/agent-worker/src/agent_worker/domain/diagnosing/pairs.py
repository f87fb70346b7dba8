"""Which pairs of columns are asked whether one determines the other."""

from collections.abc import Sequence
from itertools import accumulate

from agent_worker.domain.diagnosing.dependencies import ColumnCounts, may_determine

PAIRS_MAX = 4_000
"""Pairs of columns that are asked about: at some 1 ms each, 4 s a table. 60 columns have 3,540; of
wider tables, the columns with the fewest values are asked what they determine."""


def rights_of(counts: Sequence[ColumnCounts]) -> dict[int, list[int]]:
    """Return by the place of each column that may determine others the places of these."""
    places = sorted(range(len(counts)), key=lambda place: (counts[place].distinct, place))
    worth = {
        left: [
            right
            for right in range(len(counts))
            if left != right and may_determine(counts[left], counts[right])
        ]
        for left in places
    }
    sizes = accumulate(len(worth[left]) for left in places)
    return {
        left: worth[left]
        for left, asked in zip(places, sizes, strict=True)
        if worth[left] and asked <= PAIRS_MAX
    }
