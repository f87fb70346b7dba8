"""Codes that have lost the zeros in front of them, as a spreadsheet takes them for numbers.

Where codes have one length and some begin with zeros, shorter ones that do not have lost theirs.
"""

import re
from collections import Counter
from collections.abc import Sequence

from agent_worker.domain.diagnosing.column_texts import ColumnTexts, Finding, repaired
from agent_worker.domain.diagnosing.shapes import exact_shape

CODE = re.compile(r"(\d+)(\D.*|)")
"""Digits in front, and what stands behind them."""

DISTINCT_MIN = 12
WHOLE_SHARE_MIN = 0.8
"""Of the cells, those of the usual length."""

PADDED_KNOWN_SHARE_MIN = 0.8
"""Of the shorter codes, those that the column also has with zeros: that says it alone."""

OTHERS_SHARE_MAX = 0.1
"""Of the shorter codes, those that begin with a zero: they are slips, or lengths differ."""

ZEROS_MIN = 3
"""Different codes of the usual length that begin with a zero."""

LENGTH_MIN = 3


def find_lost_zeros(column: ColumnTexts) -> Sequence[Finding]:
    """Return the codes that are too short, each with its zeros."""
    parts = {text: found for text in column.texts if (found := CODE.fullmatch(text))}
    if len(parts) < DISTINCT_MIN or column.cells_of(parts) < WHOLE_SHARE_MIN * column.cells:
        return ()
    lengths: Counter[int] = Counter()
    for text, found in parts.items():
        lengths[len(found[1])] += column.counts[text]
    length = lengths.most_common(1)[0][0]
    behind = {exact_shape(found[2]) for found in parts.values() if len(found[1]) == length}
    short = {
        text: text.rjust(len(text) + length - len(found[1]), "0")
        for text, found in parts.items()
        if len(found[1]) < length and exact_shape(found[2]) in behind
    }
    zeros = sum(text.startswith("0") for text in parts if text not in short)
    padded = sum(text.startswith("0") for text in short)
    if length < LENGTH_MIN or zeros < ZEROS_MIN or padded > OTHERS_SHARE_MAX * len(short):
        return ()
    if lengths[length] < WHOLE_SHARE_MIN * column.cells and not _are_known(column, short):
        return ()
    reason = f"codes here have {length} digits, and {zeros} of them begin with a zero"
    return [
        repaired("lost zero", text, padded, 0.9, f"`{text}` is too short: {reason}.")
        for text, padded in short.items()
        if not text.startswith("0")
    ]


def _are_known(column: ColumnTexts, short: dict[str, str]) -> bool:
    known = sum(padded in column.counts for padded in short.values())
    return known >= PADDED_KNOWN_SHARE_MIN * len(short)
