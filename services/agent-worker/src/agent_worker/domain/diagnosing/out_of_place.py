"""Values of another kind among words: an address, a date, a number in a column of names.

Words vary freely, so that only what no word looks like tells: among many texts that are all made of
letters, one that has none, or that has the form of a date, an address or a link.
"""

import re
from collections.abc import Sequence

from agent_worker.domain.diagnosing.column_texts import ColumnTexts, Finding, suspected
from agent_worker.domain.diagnosing.shapes import has_digits, has_letters, is_phrase

DISTINCT_MIN = 20
PHRASES_SHARE_MIN = 0.9
COUNT_MAX = 3
STRANGERS_MAX = 2

MARKED = (
    (re.compile(r"\S+@\S+\.\w+"), "an email address"),
    (re.compile(r"(?:https?://|www\.)\S+"), "a web address"),
    (re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T].*)?"), "a date"),
    (re.compile(r"\d{1,2}:\d\d(?::\d\d)?(?: ?[ap]m)?", re.IGNORECASE), "a time of day"),
    (re.compile(r"[$\u20ac\u00a3] ?[\d.,]+|[\d.,]+ ?%"), "an amount"),
)


def find_out_of_place(column: ColumnTexts) -> Sequence[Finding]:
    """Return one or two texts that are no words in a column of words."""
    if len(column.texts) < DISTINCT_MIN:
        return ()
    odd = [text for text in column.texts if _is_odd(text)]
    phrases = sum(map(is_phrase, column.texts))
    if not 0 < len(odd) <= STRANGERS_MAX or phrases < PHRASES_SHARE_MIN * len(column.texts):
        return ()
    return [
        finding
        for text in odd
        if column.counts[text] <= COUNT_MAX
        if (finding := _judge(column, text))
    ]


def _is_odd(text: str) -> bool:
    return has_digits(text) or not has_letters(text) or "@" in text or "://" in text


def _judge(column: ColumnTexts, text: str) -> Finding | None:
    among = f"{len(column.texts)} different values are words"
    for pattern, what in MARKED:
        if pattern.fullmatch(text):
            reason = f"`{text}` is {what}; the others of {among}."
            return suspected("another kind", text, None, 0.85, reason)
    if not has_letters(text):
        reason = f"`{text}` has no letter; the others of {among}."
        return suspected("another kind", text, None, 0.7, reason)
    return None
