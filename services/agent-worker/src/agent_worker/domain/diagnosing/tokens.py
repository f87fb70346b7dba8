"""The words of a column's texts, and which of them are known.

A word is known when the lexicon has it, or has it without a usual ending, or when it stands in the
column itself often enough to be meant.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from agent_worker.domain.diagnosing.column_texts import ColumnTexts, Lexicon
from agent_worker.domain.diagnosing.shapes import LETTERS

LETTERS_MIN = 4
"""Shorter words have too many right neighbours."""

REPEATING_SHARE_MAX = 0.5
"""Different texts as a share of the cells, in a column whose texts repeat."""

ENDINGS = ("'s", "s", "es", "ed", "d", "ing", "er", "ers", "ly", "al", "ic", "ness", "able")
SPELLINGS = (("isa", "iza"), ("ise", "ize"), ("isi", "izi"), ("our", "or"), ("lle", "le"))
SPELLINGS_BESIDES = (("lli", "li"), ("ae", "e"), ("oe", "e"), ("re", "er"), ("yse", "yze"))
"""British and American ways to write what is one word."""
WORD = re.compile(
    f"(?<![\\w@#/&._~^*-])[{LETTERS}]{{{LETTERS_MIN},}}(?![\\w@/_~^*-]|[.]\\w|['\u2019](?!s\\b)\\w)"
)


@dataclass(frozen=True)
class ColumnWords:
    """The words of four letters or more, as they are spelled."""

    column: ColumnTexts

    @cached_property
    def texts_of(self) -> Mapping[str, tuple[str, ...]]:
        """The texts that each word stands in."""
        found: dict[str, list[str]] = {}
        for text in self.column.texts:
            for word in set(WORD.findall(text)):
                found.setdefault(word, []).append(text)
        return {word: tuple(texts) for word, texts in found.items()}

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many cells hold each word."""
        return {word: self.column.cells_of(texts) for word, texts in self.texts_of.items()}

    @cached_property
    def known_share(self) -> float:
        """The share of the different words that the lexicon has."""
        known = sum(is_known(word, self.column.lexicon) for word in self.counts)
        return known / len(self.counts) if self.counts else 0.0

    @property
    def has_categories(self) -> bool:
        """Whether the column's texts repeat, as categories do and full names do not."""
        return len(self.column.texts) <= REPEATING_SHARE_MAX * self.column.cells

    def respelled(self, word: str, better: str) -> Iterator[tuple[str, str]]:
        """Yield each text with the word, and the text with the better one in its place."""
        for text in self.texts_of[word]:
            yield text, re.sub(f"(?<!\\w){re.escape(word)}(?!\\w)", better, text)


def is_known(word: str, lexicon: Lexicon) -> bool:
    """Tell whether the lexicon has the word, as it is or without an ending."""
    lowered = word.lower()
    if lowered in lexicon:
        return True
    stems = (lowered[: -len(end)] for end in ENDINGS if lowered.endswith(end))
    return any(len(stem) >= LETTERS_MIN and stem in lexicon for stem in stems)


def like(better: str, word: str) -> str:
    """Return the better word with the case of the other."""
    if word.isupper():
        return better.upper()
    return better.capitalize() if word[0].isupper() else better


def is_other_spelling(word: str, better: str) -> bool:
    """Tell whether two words in small letters are the British and the American spelling of one."""
    return any(
        word.replace(one, other) == better or better.replace(one, other) == word
        for one, other in (*SPELLINGS, *SPELLINGS_BESIDES)
    )
