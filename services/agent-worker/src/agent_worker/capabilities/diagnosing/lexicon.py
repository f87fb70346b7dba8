"""The words that the misspelling detector knows.

160 000 English words with their frequencies, cleaned of misspellings by the makers of
pyspellchecker, from whose package they are read once for a process: 0.4 s and 20 MB.
"""

from functools import cache

from spellchecker import SpellChecker

from agent_worker.domain.diagnosing.column_texts import Lexicon


@cache
def load_lexicon() -> Lexicon:
    """Return the words in lower case with how often they occur."""
    return SpellChecker(language="en").word_frequency.dictionary
