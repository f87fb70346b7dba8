"""Nested words: the shape of every HDDL file, before anything has a meaning.

Each word and each group knows its place, so that whatever is wrong later can say where.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(r";[^\n]*|\n|[()]|[^\s();]+")


class Place(NamedTuple):
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


class Word(NamedTuple):
    """One name, variable or keyword; a tuple, for large problems have a million."""

    text: str
    place: Place

    @property
    def keyword(self) -> str:
        """The word as keywords compare: in lower case."""
        return self.text.lower()


class Group(NamedTuple):
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


def parse(text: str, source: str) -> Group:
    """Return the one group that the text holds.

    Raises:
        HddlError: parentheses do not match, or something stands outside of them.
    """
    start = Place(source, 1, 1)
    children: list[Expression] = []
    opened: list[tuple[Place, list[Expression]]] = [(start, children)]
    for word, place in _tokens(text, source):
        if word == "(":
            children = []
            opened.append((place, children))
        elif word == ")":
            inner, _ = opened.pop()
            if not opened:
                raise HddlError(place, "`)` closes nothing", "remove it, or open its group")
            group = Group(inner, tuple(children))
            children = opened[-1][1]
            children.append(group)
        else:
            children.append(Word(word, place))
    if len(opened) > 1:
        raise HddlError(opened[-1][0], "this `(` is never closed", "add its `)`")
    match children:
        case [Group() as group]:
            return group
        case _:
            remedy = "give one file that holds one (define …)"
            raise HddlError(start, "the file is not one group", remedy)


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


def _tokens(text: str, source: str) -> Iterator[tuple[str, Place]]:
    line, start = 1, -1
    for found in _TOKEN.finditer(text):
        word = found[0]
        if word == "\n":
            line, start = line + 1, found.start()
        elif word[0] != ";":
            yield word, Place(source, line, found.start() - start)
