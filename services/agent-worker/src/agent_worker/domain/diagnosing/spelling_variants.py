"""Spellings of one value that differ in case, accents, spaces or punctuation: the usual one wins.

Values are brought together by a fingerprint (as in OpenRefine's key collision): folded, without
accents and without the signs between letters. Signs between digits stay, 1.5 is not 15. Where many
values come in several spellings, about equally often, the column does not care; then only what is
hardly ever written so is a slip.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence

from agent_worker.domain.diagnosing.column_texts import ColumnTexts, Finding, repaired, times

RATIO_MIN = 5
"""The usual spelling is at least five times as frequent."""

COUNT_MIN = 3
"""Twice may be two people who each write it differently."""

CARELESS_SHARE = 0.1
"""Of the values that come in several spellings: above, the column does not care."""

CARELESS_RATIO_MIN = 10
CASE_SHARES = (0.05, 0.95)
"""Of the cells that begin with a small letter: in between, their case may mean something."""

LETTERS_MIN = 3
"""Signs and single letters mean something by their case: a and A, + and -."""

CODE_LETTERS_MIN = 2

_BETWEEN_LETTERS = re.compile(r"(?<=[^\W\d_])[ .,'\u2019`\"&/()_-]+(?!\d)")
"""Signs behind a letter that spellings differ in; in front of a word or a number they say more."""


def fingerprint(text: str) -> str:
    """Return what spellings of one value have in common."""
    if not text.isascii():
        text = "".join(
            sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign)
        )
    lowered = text.casefold()
    return lowered if lowered.isalnum() else _BETWEEN_LETTERS.sub("", lowered)


def find_spelling_variants(column: ColumnTexts) -> Sequence[Finding]:
    """Return the rare spellings of values that have a usual one."""
    clusters: dict[str, list[str]] = defaultdict(list)
    for text in column.texts:
        clusters[fingerprint(text)].append(text)
    several = {
        key: texts
        for key, texts in clusters.items()
        if len(texts) > 1 and sum(map(str.isalpha, key)) >= _letters_min(texts, column.counts)
    }
    is_careless = len(several) > max(2, CARELESS_SHARE * len(clusters))
    ratio = CARELESS_RATIO_MIN if is_careless else RATIO_MIN
    has_cases = _has_cases(column)
    return [
        finding
        for texts in several.values()
        for finding in _judge(texts, column.counts, ratio)
        if not (has_cases and finding.text.lower() == (finding.proposed or "").lower())
    ]


def _letters_min(texts: Sequence[str], counts: Mapping[str, int]) -> int:
    """Return how many letters tell; two do in a code in capitals that is in small ones once."""
    usual = max(texts, key=lambda text: (counts[text], text))
    is_code = usual.isupper() and all(text.islower() for text in texts if text != usual)
    return CODE_LETTERS_MIN if is_code else LETTERS_MIN


def _has_cases(column: ColumnTexts) -> bool:
    """Tell whether the column has words of both cases, as names of variables are."""
    fewest, most = CASE_SHARES
    small = column.cells_of(text for text in column.texts if text[0].islower())
    return fewest * column.cells < small < most * column.cells


def _judge(texts: Sequence[str], counts: Mapping[str, int], ratio: int) -> list[Finding]:
    usual = max(texts, key=lambda text: (counts[text], text))
    findings: list[Finding] = []
    for text in texts:
        if text == usual or counts[usual] < max(COUNT_MIN, ratio * counts[text]):
            continue
        reason = (
            f"`{text}` ({times(counts[text])}) is `{usual}` ({times(counts[usual])}) in another "
            "spelling."
        )
        confidence = 0.9 if counts[usual] >= CARELESS_RATIO_MIN * counts[text] else 0.8
        findings.append(repaired("spelling variant", text, usual, confidence, reason))
    return findings
