"""Words one slip away from a word that the column has all the time.

A rare word is a typo of a frequent one where neighbours are not the column's habit: names have
right ones (Marie, Maria), and so have codes and levels. The column says itself whether its frequent
words have neighbours among one another. A word that the lexicon knows is meant, unless it would be
the only one of its kind.
"""

from collections.abc import Iterator, Mapping, Sequence

from agent_worker.domain.diagnosing.column_texts import (
    ColumnTexts,
    Finding,
    repaired,
    suspected,
    times,
)
from agent_worker.domain.diagnosing.edit_distance import (
    index_by_deletions,
    is_of_fingers,
    neighbours,
)
from agent_worker.domain.diagnosing.tokens import ColumnWords, is_known, is_other_spelling

COUNT_MIN = 5
"""Cells with the frequent word."""

RATIO_MIN = 10
RARE_MAX = 3
"""The same slip is hardly made more often."""

LETTERS_MIN = 5
HABIT_SHARE_MAX = 0.04
"""Of the frequent words, those with a frequent neighbour: above, neighbours are the habit."""

KNOWN_SHARE_MIN = 0.8
"""Of a column's words, where the lexicon may speak against the habit."""

SURE_RATIO = 20


def find_typos(column: ColumnTexts) -> Sequence[Finding]:
    """Return the texts with a rare word that is a slip away from a frequent one."""
    words = ColumnWords(column)
    frequent = [
        word
        for word, count in words.counts.items()
        if count >= COUNT_MIN and len(word) >= LETTERS_MIN
    ]
    if not frequent:
        return ()
    index = index_by_deletions(frequent)
    paired = sum(bool(neighbours(word, index)) for word in frequent)
    is_habit = paired > HABIT_SHARE_MAX * len(frequent)
    return [
        finding
        for word in sorted(words.counts)
        if words.counts[word] <= RARE_MAX and len(word) >= LETTERS_MIN
        for finding in _judge(words, word, index, is_habit=is_habit)
    ]


def _judge(
    words: ColumnWords, word: str, index: Mapping[str, tuple[str, ...]], *, is_habit: bool
) -> Iterator[Finding]:
    lexicon, counts = words.column.lexicon, words.counts
    near = [
        usual
        for usual in neighbours(word, index)
        if counts[usual] >= RATIO_MIN * counts[word] and usual[0] == word[0]
    ]
    if len(near) != 1 or is_known(word, lexicon):
        return
    (usual,) = near
    is_word = is_known(usual, lexicon)
    if not _is_slip(word, usual, is_word=is_word):
        return
    if not words.has_categories and not is_of_fingers(word.lower(), usual.lower()):
        return
    if is_habit and not (is_word and words.known_share >= KNOWN_SHARE_MIN):
        return
    is_sure = is_word or (counts[usual] >= SURE_RATIO * counts[word] and not is_habit)
    confidence = 0.93 if is_word else 0.8 if is_sure else 0.65
    reason = (
        f"`{word}` ({times(counts[word])}) is one slip away from `{usual}` ({times(counts[usual])})"
        + (", which is a common word." if is_word else ".")
    )
    say = repaired if is_sure else suspected
    for text, better in words.respelled(word, usual):
        yield say("typo", text, better, confidence, reason)


def _is_slip(word: str, usual: str, *, is_word: bool) -> bool:
    """Tell whether the difference is one that slips make, and not grammar, a name or a code."""
    if word.lower() == usual.lower():
        return False
    if is_word:
        return not is_other_spelling(word.lower(), usual.lower())
    if word.isupper() and usual.isupper():
        return False
    shorter, longer = sorted((word, usual), key=len)
    is_ending = longer.startswith(shorter) or word[:-1] == usual[:-1]
    return not is_ending
