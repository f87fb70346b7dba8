"""Values that stand in the column beside theirs: two in one cell, or cells that changed places."""

from collections.abc import Sequence
from typing import TypeVar

from agent_worker.capabilities.recipe_pairs import USUAL_MIN, is_stray, split_off, swap_back
from agent_worker.capabilities.value_table import ValueTable
from agent_worker.domain.data_types import DataType
from agent_worker.domain.diagnosing.column_texts import times
from agent_worker.domain.recipe import (
    VALUE_CHANGES_MAX,
    MapValues,
    RecipeStep,
    SplitOff,
    StepAction,
    SwapBack,
    ValueChange,
)

_Kind = TypeVar("_Kind", SplitOff, SwapBack)

ROWS_MIN = 3
"""Rows in which it happened; fewer are a coincidence."""

SPLIT_SHARE_MIN = 0.5
"""Of the rows that lack a value, those in which it stands at the end of another cell."""

SWAPPED_SHARE_MAX = 0.1
"""Of all rows; where more seem to have changed places, the columns are of one kind."""

STRAYED_SHARE_MAX = 0.02
STRAYED_USUAL_MIN = 20
"""Cells with the value in the column where it is usual."""

STRAYED_CONFIDENCE = 0.75

COMPARED_CELLS_MAX = 1_000_000
"""Cells whose values are looked for in other columns; of more, rows are sampled."""

PAIRS_MAX = 60
"""Pairs of columns that are tried for either mistake, the nearest ones: each costs some 20 ms."""


def find_neighbours(values: ValueTable) -> Sequence[RecipeStep]:
    """Return the steps that put values back into their columns."""
    places = _text_places(values)
    if len(places) <= 1:
        return []
    rows, missing = values.count(), _missing(values, places)
    steps: list[RecipeStep] = []
    # At least one row in two must have a value, to know what is usual there.
    lacking = [place for place in places if ROWS_MIN <= missing[place] <= rows // 2]
    pairs = [(whole, part) for part in lacking for whole in places if whole != part]
    for whole, part in sorted(pairs, key=_distance)[:PAIRS_MAX]:
        steps += _split(values, (whole, part), missing[part])
    apart = _apart(values, places, rows)
    exchanging = [pair for pair in apart if pair[0] < pair[1] and pair[::-1] in apart]
    for pair in sorted(exchanging, key=_distance)[:PAIRS_MAX]:
        steps += _swapped(values, pair, rows)
    return steps


def find_strays(values: ValueTable) -> Sequence[RecipeStep]:
    """Return the steps that suspect rare values which are usual in another column.

    Whole rows may have slipped by a column; what stands in their other cells nobody knows.
    """
    places = _text_places(values)
    if len(places) <= 1:
        return []
    rows = values.count()
    apart = sorted(_apart(values, places, rows), key=_distance)[:PAIRS_MAX]
    steps = (_strayed(values, pair, rows) for pair in apart)
    return [step for step in steps if step]


def _text_places(values: ValueTable) -> list[int]:
    return [
        place for place, column in enumerate(values.columns) if column.data_type is DataType.VARCHAR
    ]


def _distance(pair: tuple[int, int]) -> tuple[int, int]:
    return abs(pair[0] - pair[1]), pair[0]


def _apart(values: ValueTable, places: Sequence[int], rows: int) -> set[tuple[int, int]]:
    """Return the pairs of columns of which the first has rare values that are usual in the second.

    Where a value is usual in both, the columns are of one kind, and nothing has strayed.
    """
    cells = ", ".join(f"hash(c{place})" for place in places)
    stride = max(rows * len(places) // COMPARED_CELLS_MAX, 1)
    found = values.query(f"""
        with cells as (
            select unnest([{cells}]) as cell, unnest({list(places)}) as place
            from {values.name} where hash(line) % {stride} = 0
        ), counted as (select place, cell, count(*) as cells from cells group by place, cell),
        met as (
            select one.place as here, other.place as there,
                bool_or({is_stray("one.cells", "other.cells")}) as strays,
                bool_or(not {is_stray("one.cells", "other.cells")}
                    and not {is_stray("other.cells", "one.cells")}) as alike
            from counted as one join counted as other using (cell)
            where one.place <> other.place and greatest(one.cells, other.cells) > {USUAL_MIN}
            group by one.place, other.place
        )
        select here, there from met where strays and not alike
    """)
    return {(here, there) for here, there in found}


def _strayed(values: ValueTable, pair: tuple[int, int], rows: int) -> MapValues | None:
    here, there = (f"c{place}" for place in pair)
    names = [values.columns[place].name for place in pair]
    found: list[tuple[str, int, int]] = values.query(f"""
        with own as (select {here} as said, count(*) as cells from {values.name} group by all),
        usual as (select {there} as said, count(*) as cells from {values.name} group by all)
        select said, own.cells, usual.cells from own join usual using (said)
        where usual.cells >= {STRAYED_USUAL_MIN} and {is_stray("own.cells", "usual.cells")}
        order by said limit {VALUE_CHANGES_MAX}
    """)
    cells = sum(strayed for _, strayed, _ in found)
    if not 0 < cells <= STRAYED_SHARE_MAX * rows:
        return None
    reasons = [
        f"`{said}` ({times(strayed)}) is usual in `{names[1]}` ({times(usual)})."
        for said, strayed, usual in found
    ]
    return MapValues(
        column=names[0],
        action=StepAction.SUSPECTED,
        support=rows - cells,
        changes=cells,
        confidence=STRAYED_CONFIDENCE,
        reason=f"{cells} values of `{names[0]}` belong to `{names[1]}`: {reasons[0]}",
        values=tuple(
            ValueChange(old=said, new=None, reason=reason)
            for (said, _, _), reason in zip(found, reasons, strict=True)
        ),
    )


def _missing(values: ValueTable, places: Sequence[int]) -> dict[int, int]:
    counts = ", ".join(f"count(*) - count(c{place})" for place in places)
    (found,) = values.rows.aggregate(counts).fetchall()
    return dict(zip(places, found, strict=True))


def _split(values: ValueTable, places: tuple[int, int], missing: int) -> Sequence[SplitOff]:
    pair = values.columns[places[0]].name, values.columns[places[1]].name
    drafts = [_draft(SplitOff, name, pair) for name in pair]
    found, example = _found(values, split_off(drafts[0], values))
    if found < max(ROWS_MIN, SPLIT_SHARE_MIN * missing):
        return []
    reason = f"Of {missing} rows without `{pair[1]}`, {found} have it in `{pair[0]}`: {example}"
    return [draft.model_copy(update={"changes": found, "reason": reason}) for draft in drafts]


def _swapped(values: ValueTable, places: tuple[int, int], rows: int) -> Sequence[SwapBack]:
    pair = values.columns[places[0]].name, values.columns[places[1]].name
    drafts = [_draft(SwapBack, name, pair) for name in pair]
    found, example = _found(values, swap_back(drafts[0], values))
    if not 0 < found <= SWAPPED_SHARE_MAX * rows:
        return []
    reason = f"`{pair[0]}` and `{pair[1]}` have changed places in {found} rows: {example}"
    return [draft.model_copy(update={"changes": found, "reason": reason}) for draft in drafts]


def _draft(kind: type[_Kind], column: str, pair: tuple[str, str]) -> _Kind:
    return kind(
        column=column,
        action=StepAction.REPAIRED,
        support=0,
        changes=0,
        confidence=0.95,
        reason="",
        pair=pair,
    )


def _found(values: ValueTable, query: str) -> tuple[int, str]:
    ((found, example),) = values.query(f"select count(*), coalesce(min(reason), '') from ({query})")
    return found, example
