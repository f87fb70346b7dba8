"""Words with a space or a digit inside that does not belong there: `Sui te`, `Br0wn`.

The parts are no words and the whole is one, known to the lexicon or to the column itself. Where
many texts have such parts, they are the column's way of writing.
"""

import re
from collections.abc import Iterator, Sequence

from agent_worker.domain.diagnosing.column_texts import ColumnTexts, Finding, repaired
from agent_worker.domain.diagnosing.respellings import lettered
from agent_worker.domain.diagnosing.shapes import LETTERS
from agent_worker.domain.diagnosing.tokens import WORD

PARTS = re.compile(f"(?<![\\w'-])(?=([{LETTERS}]{{1,20}} [{LETTERS}]{{1,20}})(?![\\w'-]))")
MIXED = re.compile("(?<![\\w@./-])[A-Za-z]+[0158][a-z]+(?![\\w@./-])")
WHOLE_LETTERS_MIN = 5
COMMON_MIN = 100
"""How often a whole word stands in the lexicon's texts, so that it is likelier than two parts."""

RARE_PART_MAX = 50
TEXTS_MAX = 3
COLUMN_TEXTS_MIN = 2
"""Texts of the column with the whole word, where the lexicon does not have it."""


def find_split_words(column: ColumnTexts) -> Sequence[Finding]:
    """Return the texts with a word torn in two, or with a digit in it."""
    spaced = [text for text in column.texts if " " in text]
    mixed = [text for text in column.texts if MIXED.search(text)]
    if not spaced and not mixed:
        return ()
    whole = _words(column)
    torn = [finding for text in spaced for finding in _torn(column, text, whole)]
    digits = [finding for text in mixed for finding in _with_digit(column, text, whole)]
    return [
        *(torn if len(torn) <= TEXTS_MAX else ()),
        *(digits if len(mixed) <= TEXTS_MAX else ()),
    ]


def _words(column: ColumnTexts) -> dict[str, int]:
    words: dict[str, int] = {}
    for text in column.texts:
        for word in WORD.findall(text):
            words[word] = words.get(word, 0) + 1
    return words


def _torn(column: ColumnTexts, text: str, whole: dict[str, int]) -> Iterator[Finding]:
    for found in PARTS.finditer(text):
        first, second = found[1].split(" ")
        word = first + second
        if len(word) < WHOLE_LETTERS_MIN or not _is_start(first) or not _is_end(second):
            continue
        in_column = whole.get(word, 0) >= COLUMN_TEXTS_MIN
        is_word = column.lexicon.get(word.lower(), 0) >= COMMON_MIN
        parts_known = [_is_usual(column, part) for part in (first, second)]
        is_torn = in_column or (is_word and not parts_known[1])
        if is_torn and not all(parts_known):
            reason = f"`{first}` and `{second}` are one word, `{word}`."
            better = text.replace(found[1], word, 1)
            yield repaired("split word", text, better, 0.85, reason)
            return


def _is_start(part: str) -> bool:
    """Tell whether a word may begin so: small letters, but for the first."""
    return len(part) == 1 or part[1:].islower()


def _is_end(part: str) -> bool:
    """Tell whether a word may end so; a single letter stands for itself more often."""
    return len(part) > 1 and part.islower()


def _is_usual(column: ColumnTexts, part: str) -> bool:
    """Tell whether a part stands alone elsewhere, or is a common word."""
    if len(part) == 1:
        return part in "aAI"
    return column.lexicon.get(part.lower(), 0) >= RARE_PART_MAX


def _with_digit(column: ColumnTexts, text: str, whole: dict[str, int]) -> Iterator[Finding]:
    for found in MIXED.finditer(text):
        meant = {
            word
            for word in lettered(found[0])
            if whole.get(word, 0) or column.lexicon.get(word.lower(), 0) >= COMMON_MIN
        }
        if len(meant) == 1:
            (word,) = meant
            reason = f"`{found[0]}` has a digit within a word; `{word}` is one."
            better = text.replace(found[0], word, 1)
            yield repaired("digit for a letter", text, better, 0.9, reason)
            return
