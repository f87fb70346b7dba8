"""Which columns are asked whether they determine others: single ones first, then two together."""

from collections.abc import Collection, Sequence
from itertools import accumulate, combinations

from agent_worker.domain.diagnosing.dependencies import ColumnCounts, may_determine

PAIRS_MAX = 4_000
"""Pairs of columns that are asked about: at some 1 ms each, 4 s a table. 60 columns have 3,540; of
wider tables, the columns with the fewest values are asked what they determine."""

TOGETHER_MAX = 60
"""Pairs of columns that are asked what they determine together: at some 50 ms each, 3 s a table."""

ROWS_OF_GROUP_MIN = 5
"""Rows of a group of two columns together, on average; smaller groups agree by accident too often,
for the many pairs that are tried."""


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


def lefts_together(
    counts: Sequence[ColumnCounts], determining: Collection[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Return pairs of columns that may determine others together, those with fewest groups first.

    Two columns of which one determines the other say no more than that one.
    """
    few = [
        place
        for place, each in enumerate(counts)
        if each.repeated > 1 and each.present >= ROWS_OF_GROUP_MIN * each.distinct
    ]
    pairs = [
        (first, second)
        for first, second in combinations(few, 2)
        if (first, second) not in determining and (second, first) not in determining
        if counts[first].present
        >= ROWS_OF_GROUP_MIN * counts[first].distinct * counts[second].distinct
    ]
    pairs.sort(key=lambda pair: (counts[pair[0]].distinct * counts[pair[1]].distinct, pair))
    return pairs[:TOGETHER_MAX]
