"""What is left of a spreadsheet's layout in a column: totals, remarks, its own header, stray signs.

Each is told by what it says and by being alone: the other texts are values that vary.
"""

import re
from collections.abc import Sequence

from agent_worker.domain.diagnosing.column_texts import (
    ColumnTexts,
    Finding,
    repaired,
    suspected,
)
from agent_worker.domain.diagnosing.shapes import has_digits

FOOTER = re.compile(
    r"(?i)(?:grand |sub|sub-|overall |column )?totals?:?|sum:?|average:?|mean:?|median:?|subtotal:?"
    r"|(?:source|sources|note|notes)\s?:.*|ditto|same as above|see (?:below|above|notes?\b.*)"
)
DISTINCT_MIN = 12
"""Fewer different texts are categories, and `Total` may be one."""

COUNT_MAX = 3
"""Totals of groups, which stand in a column more often, were meant."""

STRAY_SHARE_MAX = 0.02
LOWER_SHARE_MIN = 0.1
"""Of texts that are one small word, among which `total` and `mean` may be others."""

CLOSING = {'"': '"', "(": ")", "[": "]", "{": "}"}
ENDS = ",;`"


def find_left_overs(column: ColumnTexts) -> Sequence[Finding]:
    """Return the texts that belong to the layout and not to the values."""
    if len(column.texts) < DISTINCT_MIN:
        return ()
    header = column.name.strip().casefold()
    lower = sum(text.islower() and text.isalpha() for text in column.texts)
    is_lower = lower > LOWER_SHARE_MIN * len(column.texts)
    found: list[Finding] = []
    for text in column.texts:
        if column.counts[text] > COUNT_MAX:
            continue
        if FOOTER.fullmatch(text.strip()) and not (text.islower() and is_lower):
            reason = f"`{text}` is what stands below or beside values, and no value."
            found.append(suspected("footer", text, None, 0.8, reason))
        elif text.strip().casefold() == header and header:
            reason = f"`{text}` is the column's own name."
            found.append(suspected("header", text, None, 0.85, reason))
    return found


def find_stray_signs(column: ColumnTexts) -> Sequence[Finding]:
    """Return the texts with a quote or bracket left open, or a separator left at an end."""
    if len(column.texts) < DISTINCT_MIN:
        return ()
    stray = [text for text in column.texts if _tidied(text) != text]
    if len(stray) > max(1, STRAY_SHARE_MAX * len(column.texts)):
        return ()
    return [_stray(column, text) for text in stray if column.counts[text] <= COUNT_MAX]


def _stray(column: ColumnTexts, text: str) -> Finding:
    tidy = _tidied(text)
    reason = f"`{text}` has a sign left over, unlike the others of {len(column.texts)} values."
    if tidy in column.counts or _is_quoted(text):
        return repaired("stray sign", text, tidy, 0.9, reason)
    return suspected("stray sign", text, tidy, 0.75, reason)


def _is_quoted(text: str) -> bool:
    return text.count('"') == 1 and not has_digits(text)


def _tidied(text: str) -> str:
    """Return the text without a sign that has no partner at its ends."""
    for opening, closing in CLOSING.items():
        if text.startswith(opening) and closing not in text[1:]:
            return text[1:].lstrip()
        if text.endswith(closing) and opening not in text[:-1] and not has_digits(text):
            return text[:-1].rstrip()
    if text.startswith("'") and "'" not in text[1:] and text[1:2].isupper():
        return text[1:]
    return text.rstrip(ENDS) or text
