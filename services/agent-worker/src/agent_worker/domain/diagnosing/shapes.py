"""The shape of a text: what is left of it when its letters and digits are forgotten.

Shapes generalise at several levels, as in Auto-Detect (Huang and He, SIGMOD 2018) and Auto-Validate
(Song and He, SIGMOD 2021): the more is forgotten, the more texts of a column share one shape. Two
levels are enough here. The exact shape keeps every sign's class: `AA-9999`. The loose one makes one
word of a phrase, one number of a number, however long: `a-9`.
"""

import re
import unicodedata

LETTERS = r"A-Za-z\u00aa-\u024f\u0370-\u1fff\u2c00-\ud7ff"
"""Of alphabets; not the signs between them."""

_WORD = f"[{LETTERS}]++(?:['\u2019`.-]++[{LETTERS}]++)*+\\.?"
_PHRASE = re.compile(f"{_WORD}(?:(?: | & |-){_WORD})*+")
"""Possessive, so that no text makes it try twice."""
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?(?:[eE][-+]?\d{1,3}(?!\w))?")
_DIGIT = re.compile(r"\d")
_SIGNED = re.compile(r"^[-+\u2212](?=9)")


class _SignClasses(dict[int, str]):
    """For `str.translate`: each sign's class, worked out when it is first met."""

    def __missing__(self, point: int) -> str:
        sign = chr(point)
        category = unicodedata.category(sign)
        known = {"Lu": "A", "Ll": "a", "Lo": "a", "Lt": "A", "Lm": "a", "Nd": "9"}
        self[point] = known.get(category, sign)
        return self[point]


_CLASSES = _SignClasses()


def exact_shape(text: str) -> str:
    """Return the text with each digit as 9, each capital as A and each other letter as a."""
    return text.translate(_CLASSES)


def loose_shape(text: str) -> str:
    """Return the text with each phrase as a and each number as 9, without a sign in front."""
    return _SIGNED.sub("", _PHRASE.sub("a", _NUMBER.sub("9", text)))


def has_letters(text: str) -> bool:
    """Tell whether there is a letter."""
    return any(map(str.isalpha, text))


def has_digits(text: str) -> bool:
    """Tell whether there is a digit."""
    return _DIGIT.search(text) is not None


def is_phrase(text: str) -> bool:
    """Tell whether the text is words and nothing else."""
    return _PHRASE.fullmatch(text) is not None


def is_number(text: str) -> bool:
    """Tell whether the text is a number in plain digits, with a point or thousands commas."""
    return loose_shape(text) == "9"
