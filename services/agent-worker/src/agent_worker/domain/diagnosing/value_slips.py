"""Whole texts one slip away from a text that the column has all the time.

Where texts repeat, a rare one beside a frequent one is a slip, unless neighbours are the column's
habit: levels, codes and names that differ by a letter. The shorter the text, the more often the
frequent one must stand there. Categories may be mistaken in any letter; among many names, one more
letter at the end of a word is another name.
"""

from collections.abc import Iterator, Mapping, Sequence

from agent_worker.domain.diagnosing.column_texts import (
    ColumnTexts,
    Finding,
    repaired,
    suspected,
    times,
)
from agent_worker.domain.diagnosing.edit_distance import (
    SIGNS_MAX,
    index_by_deletions,
    neighbours,
)

USUAL_MIN = 3
"""Cells with a text from which on it is usual."""

LETTERS_MIN = 3
RARE_MAX = 3
RARE_SHARE_MAX = 0.005
"""Cells with one slip: short texts have few ways to be wrong, so that the same is made again."""

REPEATED_SHARE_MIN = 0.8
"""Of the cells, those with a usual text."""

HABIT_SHARE_MAX = 0.04
"""Of the usual texts, those with a usual neighbour: above, neighbours are the habit."""

CATEGORIES_MAX = 100
CATEGORY_CELLS_MIN = 20
"""Cells of each category, on average."""

NAME_LETTERS_MIN = 8
RATIOS = ((4, 50), (6, 20), (8, 10))
"""Times that the usual text is as frequent at least, for texts shorter than so many signs."""

LONG_RATIO = 3
CODE_LETTERS_MAX = 4
WORD_LETTERS_MIN = 4
"""Of a word that is meant because it is one; nearly all shorter texts are words in some sense."""


def find_value_slips(column: ColumnTexts) -> Sequence[Finding]:
    """Return the rare texts that are a slip away from one usual text."""
    frequent = [text for text in column.texts if _is_frequent(column, text)]
    if not frequent or column.cells_of(frequent) < REPEATED_SHARE_MIN * column.cells:
        return ()
    index = index_by_deletions(frequent)
    usual = [text for text in frequent if not _near(column, text, index)]
    index = index_by_deletions(usual)
    paired = sum(bool(neighbours(text, index)) for text in usual)
    if paired > HABIT_SHARE_MAX * len(usual):
        return ()
    is_category = len(usual) <= CATEGORIES_MAX and column.cells >= CATEGORY_CELLS_MIN * len(usual)
    return [
        finding
        for text in column.texts
        if column.counts[text] <= max(RARE_MAX, RARE_SHARE_MAX * column.cells)
        for finding in _judge(column, text, index, is_category=is_category)
    ]


def _is_frequent(column: ColumnTexts, text: str) -> bool:
    is_frequent = column.counts[text] >= USUAL_MIN
    return is_frequent and len(text) <= SIGNS_MAX and sum(map(str.isalpha, text)) >= LETTERS_MIN


def _judge(
    column: ColumnTexts, text: str, index: Mapping[str, tuple[str, ...]], *, is_category: bool
) -> Iterator[Finding]:
    counts, near = column.counts, _near(column, text, index)
    is_word = len(text) >= WORD_LETTERS_MIN and text.lower() in column.lexicon
    if len(near) != 1 or is_word:
        return
    (usual,) = near
    if not is_category and not (counts[text] == 1 and _is_of_names(column, text, usual)):
        return
    reason = f"`{text}` ({times(counts[text])}) is a slip of `{usual}` ({times(counts[usual])})."
    if len(usual) <= CODE_LETTERS_MAX and usual.isupper():
        yield suspected("slip", text, usual, 0.7, reason)
    else:
        yield repaired("slip", text, usual, 0.9 if is_category else 0.85, reason)


def _near(column: ColumnTexts, text: str, index: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return the texts a slip away that are so frequent that this one may be a slip of them."""
    return [
        other
        for other in neighbours(text, index)
        if column.counts[other] >= _ratio(other) * column.counts[text]
        if _digits(other) == _digits(text)
    ]


def _ratio(usual: str) -> int:
    return next((ratio for signs, ratio in RATIOS if len(usual) < signs), LONG_RATIO)


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _is_of_names(column: ColumnTexts, text: str, usual: str) -> bool:
    """Tell whether two names differ inside a word that is none, and not by its ending."""
    if len(usual) < NAME_LETTERS_MIN or " " not in usual:
        return False
    words, others = text.split(" "), usual.split(" ")
    if len(words) != len(others):
        return False
    (word, other) = next(pair for pair in zip(words, others, strict=True) if pair[0] != pair[1])
    shorter, longer = sorted((word, other), key=len)
    if word.lower() in column.lexicon:
        return False
    return word[:1] == other[:1] and not longer.startswith(shorter) and word[:-1] != other[:-1]
