"""Words that say that there is no value, where the others are values.

What the reading did not take for missing, because it may be a value, is looked at here against the
column. An error value of a spreadsheet is never meant. A word such as `none` is missing among dates
and among many names, and an answer among five others: then silence is right. Sentinels such as
9999 count only far away from all other numbers.

The cases follow "The problem of disguised missing data" (Pearson, SIGKDD Explorations 2006).
"""

import re
from collections.abc import Iterator, Sequence

from agent_worker.domain.diagnosing.column_texts import (
    ColumnTexts,
    Finding,
    repaired,
    suspected,
)
from agent_worker.domain.diagnosing.shapes import has_digits, has_letters, is_number

ERROR_VALUES = frozenset(
    ("#n/a", "#ref!", "#value!", "#div/0!", "#name?", "#num!", "#null!", "<na>", "(null)")
)
PLAIN_TOKENS = frozenset(
    (
        "n/a", "n.a.", "n.a", "null", "nan", "not available", "not applicable", "tbd", "tba", "tbc",
        "undefined", "no data", "not known", "unspecified", "not specified", "(blank)", "t.b.d.",
        "to be determined", "to be confirmed", "not provided", "not recorded",
    )
)  # fmt: skip
"""Hardly ever a value."""

NEVER_VALUES = ERROR_VALUES | PLAIN_TOKENS

DOUBTFUL_TOKENS = frozenset(
    ("none", "unknown", "na", "nil", "missing", "blank", "empty", "xxx", "xx", "no value", "unk")
)
"""A value in some columns, none in others."""

NAME_LIKE = frozenset(("Null", "Nan", "Na", "Nil", "Tba", "Unk"))
"""Spelled as people, places and chemical elements are."""

MARKS = re.compile(r"[-\u2013\u2014?.*_/\\x]{1,5}|\?+|\.\.\.|\u2026")
STRUCTURED_SHARE_MIN = 0.9
"""Of the other texts that have a digit, so that a word among them stands out."""

VARIED_DISTINCT_MIN = 20
"""Fewer different texts are categories, and a word for nothing may be one."""

LOWER_SHARE_MAX = 0.1
"""Of texts that are one small word, among which `none` and `empty` may be others."""

CATEGORY_COUNT_MIN = 4
"""Cells of each category, so that what stands there once is none."""

SHARE_MAX = 0.05
"""A word that more of the cells have is what the column says, not what it lacks."""

CODE_LENGTH_MAX = 3
"""Among texts as short, `NA` is a code like the others (Namibia, sodium, North America)."""


def find_disguised_missing(column: ColumnTexts) -> Sequence[Finding]:
    """Return the texts that stand for no value, each to be emptied."""
    found = [_judge(column, text) for text in column.texts if _is_candidate(text)]
    return [finding for finding in found if finding]


def _is_candidate(text: str) -> bool:
    lowered = text.strip().lower()
    return (
        lowered in ERROR_VALUES
        or lowered in PLAIN_TOKENS
        or lowered in DOUBTFUL_TOKENS
        or MARKS.fullmatch(lowered) is not None
    )


def _judge(column: ColumnTexts, text: str) -> Finding | None:
    lowered = text.strip().lower()
    others = [other for other in column.texts if not _is_candidate(other)]
    if len(others) < len("ab"):
        return None
    if lowered in ERROR_VALUES:
        reason = f"`{text}` is what a spreadsheet shows instead of a value."
        return repaired("disguised missing value", text, None, 0.97, reason)
    if text in NAME_LIKE or column.counts[text] > max(2, SHARE_MAX * column.cells):
        return None
    evidence = _evidence(others, lowered) or _among_categories(column, others, text)
    if evidence is None:
        return None
    confidence, why = evidence
    reason = f"`{text}` says that there is no value; {why}."
    return repaired("disguised missing value", text, None, confidence, reason)


def _evidence(others: Sequence[str], lowered: str) -> tuple[float, str] | None:
    """Return how sure it is that the text is none of the values, and why."""
    structured = sum(map(has_digits, others))
    worded = sum(map(has_letters, others))
    short = sum(len(other) <= CODE_LENGTH_MAX for other in others)
    is_varied = len(others) >= VARIED_DISTINCT_MIN
    if structured >= STRUCTURED_SHARE_MIN * len(others) and len(others) >= len("abcde"):
        return 0.92, f"{structured} of {len(others)} other values have digits"
    if MARKS.fullmatch(lowered):
        is_alone = "x" not in lowered and worded == len(others)
        return (0.9, f"all {len(others)} other values have letters") if is_alone else None
    if not is_varied or 2 * short > len(others):
        return None
    if lowered in PLAIN_TOKENS:
        return 0.9, f"the other {len(others)} values are different ones"
    lower = sum(other.islower() and other.isalpha() for other in others)
    if lower > LOWER_SHARE_MAX * len(others):
        return None
    return 0.8, f"the other {len(others)} values are too many to be categories"


def _among_categories(
    column: ColumnTexts, others: Sequence[str], text: str
) -> tuple[float, str] | None:
    """Return how sure it is that a token which stands there once is no category."""
    least = min(column.counts[other] for other in others)
    is_alone = column.counts[text] == 1 and least >= CATEGORY_COUNT_MIN
    if not is_alone or text.strip().lower() not in PLAIN_TOKENS:
        return None
    return 0.85, f"each of the other {len(others)} values stands there {least} times or more"


def find_sentinels(column: ColumnTexts) -> Sequence[Finding]:
    """Return dates such as 1900-01-01 far from all others, and the only number below zero."""
    found = list(_negative_sentinel(column))
    for text in column.texts:
        if SENTINEL_DATE.match(text):
            years = [int(year[0]) for other in column.texts if (year := YEAR.match(other))]
            others = [year for year in years if not _is_near(year, int(text[:4]))]
            is_far = len(others) >= VARIED_DISTINCT_MIN and len(years) - len(others) == 1
            if is_far and len(years) == len(column.texts):
                reason = f"`{text}` is where calendars begin; all other dates are years away."
                found.append(suspected("disguised missing value", text, None, 0.75, reason))
    return found


def _negative_sentinel(column: ColumnTexts) -> Iterator[Finding]:
    """Yield -1 or one of its like, if it is repeated and all others are above zero."""
    below = [text for text in column.texts if text.startswith("-")]
    if len(below) != 1 or not SENTINEL_NUMBER.fullmatch(below[0]):
        return
    count, others = column.counts[below[0]], len(column.texts) - 1
    is_rare = SENTINEL_CELLS_MIN <= count <= SENTINEL_SHARE_MAX * column.cells
    if is_rare and others >= SENTINEL_OTHERS_MIN and all(map(is_number, column.texts[1:])):
        reason = f"`{below[0]}` stands for no value: none of the other {others} is below zero."
        yield suspected("disguised missing value", below[0], None, 0.75, reason)


SENTINEL_NUMBER = re.compile(r"-(?:1|9{1,5}|8{2,4})(?:\.0+)?")
SENTINEL_CELLS_MIN = 3
SENTINEL_SHARE_MAX = 0.1
"""Of the cells; where more have it, the column says it."""

SENTINEL_OTHERS_MIN = 8

SENTINEL_DATE = re.compile(r"(?:1900-01-01|1899-12-30|1899-12-31|0001-01-01|9999-12-31|1970-01-01)")
YEAR = re.compile(r"\d{4}(?=-\d\d-\d\d)")
YEARS_NEAR = 10


def _is_near(year: int, other: int) -> bool:
    return abs(year - other) <= YEARS_NEAR
