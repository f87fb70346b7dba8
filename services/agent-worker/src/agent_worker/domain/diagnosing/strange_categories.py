"""Numbers in a column of words that are repeated: what slipped in from another column."""

from collections.abc import Sequence

from agent_worker.domain.diagnosing.column_texts import ColumnTexts, Finding, suspected
from agent_worker.domain.diagnosing.shapes import has_digits, has_letters

CATEGORIES_MAX = 100
CATEGORY_CELLS_MIN = 20
"""Cells of a category, at least."""

CATEGORIES_SHARE_MIN = 0.95
"""Of the cells, those with one of the categories."""


def find_strange_categories(column: ColumnTexts) -> Sequence[Finding]:
    """Return the rare texts with digits and no letter where all categories are words."""
    usual = [text for text in column.texts if column.counts[text] >= CATEGORY_CELLS_MIN]
    if (
        not 1 < len(usual) <= CATEGORIES_MAX
        or not all(has_letters(text) and not has_digits(text) for text in usual)
        or column.cells_of(usual) < CATEGORIES_SHARE_MIN * column.cells
    ):
        return ()
    return [
        suspected("another kind", text, None, 0.8, f"`{text}` is a number; {_among(usual)}.")
        for text in column.texts
        if column.counts[text] < CATEGORY_CELLS_MIN and has_digits(text) and not has_letters(text)
    ]


def _among(usual: Sequence[str]) -> str:
    return f"nearly all values here are one of {len(usual)} words"
