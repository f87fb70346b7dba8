"""Ranges of numbers that a spreadsheet took for days, or whose end is cut to what differs.

`3-12` becomes `12-Mar` where a spreadsheet thinks of days. Where nearly all texts are ranges that
rise, the day and the month are the two numbers, in the order in which they rise; and `806-22` is
`806-822`, unless the column mostly writes it so.
"""

import re
from collections.abc import Iterator, Sequence

from agent_worker.domain.diagnosing.column_texts import ColumnTexts, Finding, repaired

RANGE = re.compile(r"(\d{1,6})-(\d{1,6})")
DAY = re.compile(r"(?:(\d\d?)-)?([A-Z][a-z]{2})(?:-(\d\d?))?")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DISTINCT_MIN = 12
RANGES_SHARE_MIN = 0.6
RISING_SHARE_MIN = 0.95
"""Of the whole ranges; numbers of two parts rise as often as they fall."""

CUT_SHARE_MAX = 0.3
"""Of the ranges; more of them are the column's way of writing."""


def find_page_ranges(column: ColumnTexts) -> Sequence[Finding]:
    """Return the texts that are no whole ranges among ranges, each with the range it was."""
    ranges = {text: found for text in column.texts if (found := RANGE.fullmatch(text))}
    cut = {text: whole for text, found in ranges.items() if (whole := _whole(found)) != text}
    rising = sum(int(found[1]) <= int(found[2]) for found in ranges.values())
    are_ranges = rising >= max(
        RANGES_SHARE_MIN * len(column.texts), RISING_SHARE_MIN * (len(ranges) - len(cut))
    )
    if len(ranges) < DISTINCT_MIN or not are_ranges:
        return ()
    found = list(_days(column))
    if len(cut) <= CUT_SHARE_MAX * len(ranges):
        found += [
            repaired("cut range", text, whole, 0.8, f"`{text}` is short for `{whole}`; {_MOST}.")
            for text, whole in cut.items()
        ]
    return found


_MOST = "most others here are written whole"


def _whole(found: re.Match[str]) -> str:
    """Return a range with the end's first digits, if it lacks them."""
    first, last = found[1], found[2]
    if len(last) >= len(first) or int(last) > int(first):
        return found[0]
    whole = first[: len(first) - len(last)] + last
    return f"{first}-{whole}" if int(whole) > int(first) else found[0]


def _days(column: ColumnTexts) -> Iterator[Finding]:
    for text in column.texts:
        found = DAY.fullmatch(text)
        if found and found[2] in MONTHS and (found[1] is None) != (found[3] is None):
            month, other = MONTHS.index(found[2]) + 1, int(found[1] or found[3])
            first, last = sorted((month, other))
            reason = f"`{text}` is how a spreadsheet writes `{first}-{last}`, taken for a day."
            yield repaired("range as a day", text, f"{first}-{last}", 0.85, reason)
