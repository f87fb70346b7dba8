"""Texts in another case than all others.

In a column that is all small or all capital letters, one that is not is a slip. Where texts begin
with a capital, a phrase that does not, or that is all in capitals, is one likely: names of brands
and particles of names are written so on purpose, so that it is only suspected.
"""

from collections.abc import Sequence

from agent_worker.domain.diagnosing.column_texts import (
    ColumnTexts,
    Finding,
    repaired,
    suspected,
)
from agent_worker.domain.diagnosing.shapes import exact_shape

DISTINCT_MIN = 20
CAPITALISED_MIN = 40
"""Different texts that begin with a capital; the habit is weaker than the case of all letters."""

WHOLE_MIN = 30
WRONG_LETTERS_MAX = 2
WORD_SHAPE = "AAAA"
"""More letters in a row than codes have beside digits."""

SLIPS_MAX = 2
CASES = ((str.isupper, str.upper, "capital"), (str.islower, str.lower, "small"))
LETTERS_MIN = 2
PARTICLE_LETTERS_MAX = 5
SHOUTED_LETTERS_MIN = 8


def find_case_slips(column: ColumnTexts) -> Sequence[Finding]:
    """Return one or two texts whose case is not the column's."""
    texts = [text for text in column.texts if sum(map(str.isalpha, text)) >= LETTERS_MIN]
    if len(texts) < DISTINCT_MIN or len(texts) < len(column.texts) - SLIPS_MAX:
        return ()
    return _whole(column, texts) or _capitalised(texts)


def _whole(column: ColumnTexts, texts: Sequence[str]) -> Sequence[Finding]:
    """Return the one text that is not in capitals, or not in small letters, as all others are."""
    for is_so, to_so, what in CASES:
        odd = [text for text in texts if not is_so(text)]
        if len(odd) != 1 or len(texts) < WHOLE_MIN or column.counts[odd[0]] > 1:
            continue
        (text,) = odd
        reason = f"`{text}` alone of {len(texts)} different values is not all in {what} letters."
        wrong = sum(sign != right for sign, right in zip(text, to_so(text), strict=False))
        shape = exact_shape(to_so(text))
        is_code = shape in map(exact_shape, texts) and WORD_SHAPE not in shape.upper()
        if is_code and "9" in shape and wrong <= WRONG_LETTERS_MAX:
            return [repaired("case", text, to_so(text), 0.75, reason)]
        if text.swapcase() == to_so(text):
            return [suspected("case", text, to_so(text), 0.6, reason)]
    return ()


def _capitalised(texts: Sequence[str]) -> Sequence[Finding]:
    if len(texts) < CAPITALISED_MIN:
        return ()
    small = [text for text in texts if text[0].islower()]
    shouted = [text for text in texts if _is_shouted(text)]
    found: list[Finding] = []
    if len(small) == 1 and _is_plain(small[0]):
        proposed = " ".join(word.capitalize() for word in small[0].split(" "))
        reason = f"`{small[0]}` alone of {len(texts)} different values begins with a small letter."
        found.append(suspected("case", small[0], proposed, 0.65, reason))
    if len(shouted) == 1 and sum(map(str.isalpha, shouted[0])) >= SHOUTED_LETTERS_MIN:
        proposed = shouted[0].title()
        reason = f"`{shouted[0]}` alone of {len(texts)} different values is all in capitals."
        found.append(suspected("case", shouted[0], proposed, 0.65, reason))
    return found


def _is_shouted(text: str) -> bool:
    return text.isupper() and not any(map(str.isdigit, text))


def _is_plain(text: str) -> bool:
    """Tell whether the first word is long enough to be no particle, and is all small."""
    first = text.split(maxsplit=1)[0]
    return len(first) >= PARTICLE_LETTERS_MAX and first.islower() and first.isalpha()
