"""What a cell looks like, as far as it tells a right layout from a wrong one."""

import re
from enum import StrEnum
from functools import lru_cache

from agent_worker.domain.formats import BOOLEANS, NULL_TOKENS, TIME_SHAPES, shape_of

CACHED_CELLS = 4096
"""Cells whose kind is remembered; layouts are compared on a few thousand."""


class CellKind(StrEnum):
    """The kinds, as coarse as possible."""

    EMPTY = "empty"
    """Nothing, or a token for a missing value."""
    NUMBER = "number"
    TIME = "time"
    TEXT = "text"
    MIXED = "mixed"
    """Something that another delimiter would take apart, or that begins like a quoted field."""


TYPED = frozenset({CellKind.NUMBER, CellKind.TIME})
"""Kinds that names of columns rarely are of."""

_NUMBER = re.compile(
    r"[(+-]?[$€£¥]?[ ]?[+-]?"
    r"(?:[0-9]+|[0-9]{1,3}(?:[,. '\u00a0][0-9]{3})+|(?=[.,][0-9]))"
    r"(?:[.,][0-9]*)?(?:[eE][+-]?[0-9]+)?[ ]?[%€$£)]?"
)
_CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?: ?[AaPp]\.?[Mm]\.?)?")
_STAMP = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?"
    r" ?(?:Z|UTC|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_TORN = re.compile(r"[;\t|]|,(?! )|^[\"'](?!.*[\"']$)|^ ,")
"""Left-overs of another layout; a comma before a space belongs to a sentence."""

_SHAPES = frozenset(TIME_SHAPES)
_ADDRESS = re.compile(r"[a-z]+://\S+")


@lru_cache(CACHED_CELLS)
def kind_of(cell: str) -> CellKind:
    """Return the kind of a cell's text."""
    text = cell.strip()
    if not text or text.lower() in NULL_TOKENS:
        return CellKind.EMPTY
    if _NUMBER.fullmatch(text) and any(character.isdigit() for character in text):
        return CellKind.NUMBER
    if _CLOCK.fullmatch(text) or _STAMP.fullmatch(text) or shape_of(text) in _SHAPES:
        return CellKind.TIME
    if text.lower() in BOOLEANS or _ADDRESS.fullmatch(text):
        return CellKind.TEXT
    return CellKind.MIXED if _TORN.search(text) else CellKind.TEXT
