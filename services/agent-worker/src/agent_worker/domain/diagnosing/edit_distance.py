"""How many slips of the keyboard lie between two texts, and which texts lie within few of them.

A slip is one sign left out, put in, exchanged, or changed round with its neighbour (the restricted
distance of Damerau, CACM 1964). Pairs are found by blocking: two texts within one slip share a form
with one sign deleted (Mor and Fraenkel 1982; SymSpell, by W. Garbe).
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

SIGNS_MAX = 40
"""Longer texts are sentences; a slip in one is not found by comparing it whole."""

KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
NEIGHBOURING_KEYS = frozenset(
    key + other for row in KEYBOARD for pair in pairwise(row) for key, other in (pair, pair[::-1])
)
NAME_LETTERS_MIN = 6
LONG_NAME_LETTERS_MIN = 8
"""Of a name that may have lost a letter; shorter ones are names without it too."""


def slips(one: str, other: str, most: int) -> int:
    """Return the number of slips between two texts, or most + 1 where they are more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, sign in enumerate(one, 1):
        older, before, row = before, row, [at]
        for place, rival in enumerate(other, 1):
            cost = min(before[place] + 1, row[place - 1] + 1, before[place - 1] + (sign != rival))
            if older and place > 1 and sign == other[place - 2] and one[at - 2] == rival:
                cost = min(cost, older[place - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def deletions(text: str) -> Iterator[str]:
    """Yield the text, and the text without each of its signs."""
    yield text
    for place in range(len(text)):
        yield text[:place] + text[place + 1 :]


def index_by_deletions(texts: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Return the texts under each of their forms with at most one sign left out."""
    index: dict[str, tuple[str, ...]] = {}
    for text in texts:
        if len(text) <= SIGNS_MAX:
            for form in deletions(text):
                index[form] = (*index.get(form, ()), text)
    return index


def neighbours(text: str, index: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the indexed texts that are one slip away from this one, sorted."""
    if len(text) > SIGNS_MAX:
        return ()
    near = {other for form in deletions(text) for other in index.get(form, ())}
    return tuple(sorted(other for other in near if other != text and slips(text, other, 1) == 1))


def is_of_fingers(word: str, better: str) -> bool:
    """Tell whether two keys were changed round, pressed twice or mistaken for their neighbours.

    Names differ by one letter from other names, but hardly ever so. Both are in small letters.
    """
    if len(word) < NAME_LETTERS_MIN:
        return False
    if sorted(word) == sorted(better):
        return True
    if len(word) == len(better):
        return any(wrong + right in NEIGHBOURING_KEYS for wrong, right in _differing(word, better))
    if len(word) > len(better):
        return any(
            word[place] == word[place + 1] and word[:place] + word[place + 1 :] == better
            for place in range(len(word) - 1)
        )
    return len(better) >= LONG_NAME_LETTERS_MIN and not better.startswith(word)


def _differing(word: str, better: str) -> Iterator[tuple[str, str]]:
    return (pair for pair in zip(word, better, strict=True) if pair[0] != pair[1])
