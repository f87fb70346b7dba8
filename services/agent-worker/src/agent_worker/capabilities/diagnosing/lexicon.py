"""The words that the misspelling detector knows.

160 000 English words with their frequencies, cleaned of misspellings by the makers of
pyspellchecker, from whose package they are read once for a process, when the first word is asked
for: 0.4 s and 20 MB. Tables of numbers and codes never ask.
"""

from collections.abc import Iterator, Mapping
from functools import cache, cached_property

from spellchecker import SpellChecker

from agent_worker.domain.diagnosing.column_texts import Lexicon


class _Words(Mapping[str, int]):
    """Words that are read when the first one is asked for."""

    @cached_property
    def _read(self) -> Mapping[str, int]:
        return SpellChecker(language="en").word_frequency.dictionary

    def __getitem__(self, word: str) -> int:
        return self._read[word]

    def __contains__(self, word: object) -> bool:
        return word in self._read

    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)


@cache
def load_lexicon() -> Lexicon:
    """Return the words in lower case with how often they occur."""
    return _Words()
