"""The distinct texts of many columns, each with its cells, in few questions.

A question to a table of hundreds of columns costs what its columns cost, whichever it is about, so
that one for each column would cost their square.
"""

from collections.abc import Iterator, Sequence

from agent_worker.capabilities.value_table import ValueTable

CELLS_MAX = 500_000
"""Cells of the columns that are counted at once; some 0.1 s, and at most so many texts."""

CHARACTERS_MAX = 500
"""Of a text that is looked at. Longer ones are documents, in which every sign may be meant."""


def count_texts(
    values: ValueTable, places: Sequence[int], texts_max: int, cells_max: int = CELLS_MAX
) -> Iterator[tuple[int, dict[str, int]]]:
    """Yield the place of each column and its texts, the most frequent ones first."""
    at_once = max(cells_max // max(values.count(), 1), 1)
    for begin in range(0, len(places), at_once):
        asked = places[begin : begin + at_once]
        counts: dict[int, dict[str, int]] = {place: {} for place in asked}
        cells = ", ".join(f"c{place}" for place in asked)
        for place, text, count in values.query(f"""
            with cells as (
                select unnest([{cells}]) as said, unnest({list(asked)}) as place
                from {values.name}
            )
            select place, said, count(*) as cells from cells
            where length(said) between 1 and {CHARACTERS_MAX} group by place, said
            qualify row_number() over (partition by place order by cells desc, said) <= {texts_max}
            order by place, cells desc, said
        """):
            counts[place][text] = count
        yield from counts.items()
