"""The words of a condition: names, numbers, texts and marks, each with its place."""

import re
from dataclasses import dataclass
from enum import StrEnum


class ConditionError(Exception):
    """A condition cannot be read; the message names place, mistake and remedy."""


class TokenKind(StrEnum):
    """What a word is."""

    NUMBER = "number"
    TEXT = "text"
    COLUMN = "column"
    """A name between double quotes, which is never a keyword."""
    NAME = "name"
    MARK = "mark"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One word."""

    kind: TokenKind
    text: str
    """Without the quotes around it; keywords in small letters, too, are names."""
    position: int
    """Counted from 1."""


_WORD = re.compile(
    r"""\s*(?:
    (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?)
    |'(?P<text>(?:[^']|'')*)'
    |"(?P<column>(?:[^"]|"")+)"
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<mark><=|>=|<>|!=|\|\||[-+*/%(),=<>])
    )""",
    re.VERBOSE,
)

_QUOTES = {TokenKind.TEXT: "'", TokenKind.COLUMN: '"'}


def tokens_of(condition: str) -> tuple[Token, ...]:
    """Return the words of a condition, the end as the last one.

    Raises:
        ConditionError: something in it is no word.
    """
    tokens: list[Token] = []
    position, end = 0, len(condition.rstrip())
    while position < end:
        found = _WORD.match(condition, position)
        if found is None:
            raise ConditionError(
                f"condition {condition!r}, character {position + 1}: {condition[position:][:10]!r} "
                "begins no word; write names, numbers, 'texts' and = <> < <= > >= + - * / % ( ) ,"
            )
        kind = TokenKind(found.lastgroup or "")
        quote = _QUOTES.get(kind, "")
        text = found[kind].replace(quote * 2, quote) if quote else found[kind]
        tokens.append(Token(kind, text, found.start(kind) + 1))
        position = found.end()
    return (*tokens, Token(TokenKind.END, "", len(condition) + 1))
