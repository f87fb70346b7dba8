"""Nested words: the shape of every HDDL file, before anything has a meaning.

Each word and each group knows its place, so that whatever is wrong later can say where.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_TOKEN = re.compile(r";[^\n]*|\n|[()]|[^\s();]+")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in its file; both count from one."""

    source: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.source}:{self.line}:{self.column}"


class HddlError(ValueError):
    """A file that cannot be planned with: where, what is wrong, what to do."""

    def __init__(self, place: Place, detail: str, remedy: str) -> None:
        super().__init__(f"{place}: {detail}")
        self.place = place
        self.detail = detail
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Word:
    """One name, variable or keyword."""

    text: str
    place: Place

    @property
    def keyword(self) -> str:
        """The word as keywords compare: in lower case."""
        return self.text.lower()


@dataclass(frozen=True, slots=True)
class Group:
    """What stands between two parentheses."""

    place: Place
    children: tuple["Expression", ...]

    @property
    def keyword(self) -> str:
        """The word that the group opens with, in lower case; empty when it opens with none."""
        first = self.children[0] if self.children else None
        return first.keyword if isinstance(first, Word) else ""

    @property
    def rest(self) -> tuple["Expression", ...]:
        """What follows the opening word."""
        return self.children[1:]


Expression = Word | Group


@dataclass(slots=True)
class _Open:
    place: Place
    children: list[Expression] = field(default_factory=list[Expression])


def parse(text: str, source: str) -> Group:
    """Return the one group that the text holds.

    Raises:
        HddlError: parentheses do not match, or something stands outside of them.
    """
    outside = _Open(Place(source, 1, 1))
    opened = [outside]
    for word in _words(text, source):
        if word.text == "(":
            opened.append(_Open(word.place))
        elif word.text == ")":
            closed = opened.pop()
            if not opened:
                raise HddlError(word.place, "`)` closes nothing", "remove it, or open its group")
            opened[-1].children.append(Group(closed.place, tuple(closed.children)))
        else:
            opened[-1].children.append(word)
    if len(opened) > 1:
        raise HddlError(opened[-1].place, "this `(` is never closed", "add its `)`")
    match outside.children:
        case [Group() as group]:
            return group
        case _:
            remedy = "give one file that holds one (define …)"
            raise HddlError(outside.place, "the file is not one group", remedy)


def group_of(expression: Expression) -> Group:
    """Return the expression, which must be a group.

    Raises:
        HddlError: it is a word.
    """
    if isinstance(expression, Word):
        raise HddlError(
            expression.place, f"`{expression.text}` stands where a group must", "add ()"
        )
    return expression


def word_of(expression: Expression) -> Word:
    """Return the expression, which must be a word.

    Raises:
        HddlError: it is a group.
    """
    if isinstance(expression, Group):
        raise HddlError(expression.place, "a group stands where a name must", "write a name")
    return expression


def _words(text: str, source: str) -> Iterator[Word]:
    line, start = 1, 0
    for token in _TOKEN.finditer(text):
        if token[0] == "\n":
            line, start = line + 1, token.end()
        elif not token[0].startswith(";"):
            yield Word(token[0], Place(source, line, token.start() - start + 1))
