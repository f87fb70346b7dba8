"""Signs that belong to nothing, in or behind texts: `Sprin~gfield`, `Springfield-*`.

A sign is litter where hardly any cell has it and the text without it is one that the column has
more often, or where the sign is never part of a word.
"""

import re
from collections.abc import Sequence

from agent_worker.domain.diagnosing.column_texts import ColumnTexts, Finding, repaired

LITTER = re.compile(r"[*~^`|\\'\"]+|(?<=\w)[#_=*-]+")
"""What stands in front of a word may mark it: `_name`, `# 5`, `- point`."""
ALIEN = re.compile(r"(?<=\w)[~^`|\\*](?=\w)|-\*$|^[~^`|\\]|[~^`|\\]$")
"""Signs where no language writes them."""

LITTERED_SHARE_MAX = 0.05
"""Of the cells; more of them are the column's way of writing."""

COUNT_MAX = 3
RATIO_MIN = 5
LETTERS_MIN = 3


def find_litter(column: ColumnTexts) -> Sequence[Finding]:
    """Return the texts with litter, each with the text that has none."""
    tidied = {
        text: tidy
        for text in column.texts
        if (tidy := _tidied(column, text)) != text and column.counts[text] <= COUNT_MAX
    }
    if column.cells_of(tidied) > LITTERED_SHARE_MAX * column.cells:
        return ()
    return [
        repaired("litter", text, tidy, 0.9, f"`{text}` is `{tidy}` with signs that say nothing.")
        for text, tidy in tidied.items()
    ]


def _tidied(column: ColumnTexts, text: str) -> str:
    """Return the text without litter."""
    bare = LITTER.sub("", text).strip()
    if sum(map(str.isalpha, bare)) < LETTERS_MIN:
        return text
    if bare != text and column.counts.get(bare, 0) >= RATIO_MIN * column.counts[text]:
        return bare
    return ALIEN.sub("", text)
