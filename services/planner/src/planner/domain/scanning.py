"""What an expression mentions: its free names, and the lists of which it asks the size alone.

The library tells names of lists' members (`x` in `xs.exists(x, x > 1)`) from no others, so the
text is read here, as far as this needs: words, brackets and what stands between quotes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

MACROS = frozenset({"all", "exists", "exists_one", "filter", "map"})
LITERALS = frozenset({"true", "false", "null", "in"})

_LEXEME = re.compile(
    r"""
    (?P<quoted>[rRbB]{0,2}(?:\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'))
    | (?P<number>\d[\w.]*)
    | (?P<word>[A-Za-z_]\w*)
    | (?P<comment>//[^\n]*)
    | (?P<mark>\S)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Scan:
    """What was found in an expression."""

    text: str
    """The expression with a name of its own for each size."""
    names: tuple[str, ...]
    """The free names in it, without those of sizes, each once."""
    sizes: Mapping[str, str]
    """The names of sizes with the paths of what they are the size of."""


def scan(text: str) -> Scan:
    """Return what the expression mentions; what is no expression has arbitrary names."""
    return _Scanner(text).scan()


class _Scanner:
    def __init__(self, text: str) -> None:
        found = [each for each in _LEXEME.finditer(text) if each.lastgroup != "comment"]
        self._text = text
        self._lexemes = found
        self._words = [each[0] for each in found]
        self._names: dict[str, None] = {}
        self._sizes: dict[str, str] = {}
        self._bound: list[str] = []
        """For each open bracket the name that a macro binds in it, or nothing."""

    def scan(self) -> Scan:
        pieces: list[str] = []
        copied = at = 0
        while at < len(self._words):
            path = self._sized_path(at)
            if path:
                name = self._sizes.setdefault(".".join(path), f"size_{len(self._sizes)}_")
                pieces += [self._text[copied : self._lexemes[at].start()], name]
                at += 2 * len(path) + 2
                copied = self._lexemes[at - 1].end()
            else:
                self._visit(at)
                at += 1
        rewritten = "".join((*pieces, self._text[copied:]))
        return Scan(
            rewritten, tuple(self._names), {name: path for path, name in self._sizes.items()}
        )

    def _visit(self, at: int) -> None:
        word = self._words[at]
        if word in "([{":
            self._bound.append(self._bound_at(at))
        elif word in ")]}" and self._bound:
            self._bound.pop()
        elif self._is_name(at) and self._word(at + 1) != "(" and word not in self._bound:
            self._names[word] = None

    def _is_name(self, at: int) -> bool:
        is_word = at < len(self._lexemes) and self._lexemes[at].lastgroup == "word"
        return is_word and self._word(at - 1) != "." and self._words[at] not in LITERALS

    def _bound_at(self, at: int) -> str:
        is_macro = self._word(at - 1) in MACROS and self._word(at - 2) == "."
        return self._word(at + 1) if is_macro and self._word(at + 2) == "," else ""

    def _sized_path(self, at: int) -> tuple[str, ...]:
        """Return the path in a call such as `size(table.columns)`, or nothing."""
        if not (self._words[at] == "size" and self._is_name(at) and self._word(at + 1) == "("):
            return ()
        path: list[str] = []
        here = at + 2
        while here < len(self._lexemes) and self._lexemes[here].lastgroup == "word":
            path.append(self._words[here])
            if self._word(here + 1) == ")":
                is_free = path[0] not in self._bound and path[0] not in LITERALS
                return tuple(path) if is_free else ()
            if self._word(here + 1) != ".":
                return ()
            here += 2
        return ()

    def _word(self, at: int) -> str:
        return self._words[at] if 0 <= at < len(self._words) else ""
