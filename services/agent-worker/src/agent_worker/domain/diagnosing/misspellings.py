"""Words that are none, in columns whose other words all are.

Where the right word does not stand in the column, only a dictionary can tell. It says so only in
columns that it knows: nearly all of the different words are in it, and hardly any other is not (the
chance that the next word is unknown too is the share of unknown ones, as Good and Turing estimate).
In columns of names, codes or another language it is silent by itself.

The correction is the commonest word one slip away (the idea of P. Norvig's spelling corrector), if
the next one is far rarer. A capitalised word may be a name, of which no dictionary is full: it must
differ by a slip that the fingers make and no parent does.
"""

from collections.abc import Iterator, Sequence

from agent_worker.domain.diagnosing.column_texts import (
    ColumnTexts,
    Finding,
    repaired,
    suspected,
)
from agent_worker.domain.diagnosing.edit_distance import is_of_fingers
from agent_worker.domain.diagnosing.tokens import (
    ColumnWords,
    is_known,
    is_other_spelling,
    like,
)

KNOWN_SHARE_MIN = 0.95
UNKNOWN_SHARE_MAX = 0.01
"""One unknown word is allowed for in any case."""

WORDS_MIN = 20
LETTERS_MIN = 5
RARE_MAX = 3
COMMON_MIN = 100
"""How often the right word stands in the lexicon's texts; rarer ones are right too seldom."""

LEAD_MIN = 5
"""How many times commoner the right word is than the next one."""

SURE_LETTERS_MIN = 7
ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def find_misspellings(column: ColumnTexts) -> Sequence[Finding]:
    """Return the texts with a word that the dictionary does not have but nearly has."""
    words = ColumnWords(column)
    if len(words.counts) < WORDS_MIN or words.known_share < KNOWN_SHARE_MIN:
        return ()
    unknown = [word for word in sorted(words.counts) if not is_known(word, column.lexicon)]
    if len(unknown) > max(1, UNKNOWN_SHARE_MAX * len(words.counts)):
        return ()
    return [
        finding for word in unknown if _is_plain(words, word) for finding in _judge(words, word)
    ]


def _is_plain(words: ColumnWords, word: str) -> bool:
    """Tell whether the word is rare and spelled as words are, not as brands and abbreviations."""
    return (
        words.counts[word] <= RARE_MAX
        and len(word) >= LETTERS_MIN
        and word.isascii()
        and word[1:].islower()
    )


def _judge(words: ColumnWords, word: str) -> Iterator[Finding]:
    lexicon = words.column.lexicon
    lowered = word.lower()
    rivals = sorted(
        ((lexicon[known], known) for known in set(_slips(lowered)) if known in lexicon),
        reverse=True,
    )
    if not rivals or any(is_other_spelling(lowered, known) for _, known in rivals):
        return
    frequency, better = rivals[0]
    is_clear = len(rivals) == 1 or frequency >= LEAD_MIN * rivals[1][0]
    in_column = any(like(better, word) == known for known in words.counts)
    if frequency < COMMON_MIN or not is_clear:
        return
    if word[0].isupper() and not is_of_fingers(lowered, better):
        return
    is_sure = in_column or len(word) >= SURE_LETTERS_MIN
    confidence = 0.9 if in_column else 0.8 if is_sure else 0.6
    reason = (
        f"`{word}` is no word that is known, and one slip away from `{better}`; "
        f"{words.known_share:.0%} of the column's {len(words.counts)} words are known."
    )
    say = repaired if is_sure else suspected
    for text, respelled in words.respelled(word, like(better, word)):
        yield say("misspelling", text, respelled, confidence, reason)


def _slips(word: str) -> Iterator[str]:
    """Yield every text that one slip could have made this word from; not in its first letter."""
    for place in range(1, len(word) + 1):
        head, tail = word[:place], word[place:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in ALPHABET:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]
