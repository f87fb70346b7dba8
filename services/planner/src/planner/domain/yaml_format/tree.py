"""A YAML text as plain values, with the line of each; no aliases, tags or surprising scalars.

Plain scalars mean what they mean in JSON: `null`, `true`, `false` and numbers. Everything else,
`yes` and `12:30` too, is text. The events of the parser are taken one after the other, so that
depth and size are refused before they can do harm.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml
from pydantic import JsonValue

from planner.domain.remarks import Remark, UnsoundDomainError

BYTES_MAX = 1 << 20
"""Larger domains are several files."""

DEPTH_MAX = 32
"""The format needs nine."""

Place = tuple[str | int, ...]
"""The keys and numbers that lead to a value."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,17})(\.\d+)?([eE][+-]?\d{1,3})?")
_WORDS: dict[str, JsonValue] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Tree:
    """A value, and where each part of it stands."""

    content: JsonValue
    lines: dict[Place, int]

    def line(self, place: Place) -> int:
        """Return the line of the innermost part on the way to the place that is there."""
        found: Place = ()
        for part in place:
            if (*found, part) in self.lines:
                found = (*found, part)
        return self.lines.get(found, 1)


def read_tree(text: str, source: str) -> Tree:
    """Return what the text holds.

    Raises:
        UnsoundDomainError: it is no YAML, or more of it than a domain needs.
    """
    size = len(text.encode())
    if size > BYTES_MAX:
        detail = f"the file has {size} bytes, at most {BYTES_MAX} are read"
        raise _error(source, 1, detail, "split it into several files of one domain")
    builder = _Builder(source)
    try:
        for event in _events(text):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else 1
        detail = f"this is no YAML: {error.problem or error.context}"
        raise _error(source, line, detail, "mend the indentation, quotes or brackets") from None
    except yaml.YAMLError as error:
        detail = f"this is no YAML: {str(error).splitlines()[0]}"
        raise _error(source, 1, detail, "save it as plain text in UTF-8") from None
    return Tree(builder.content, builder.lines)


def _events(text: str) -> Iterator[yaml.Event]:
    yield from yaml.parse(text, Loader=_LOADER)  # pyright: ignore[reportUnknownMemberType] -- the stubs leave the stream open


@dataclass(slots=True)
class _Open:
    """A list or mapping that is not at its end."""

    place: Place
    content: list[JsonValue] | dict[str, JsonValue]
    key: str | None = None


@dataclass(slots=True)
class _Builder:
    source: str
    content: JsonValue = None
    lines: dict[Place, int] = field(default_factory=dict[Place, int])
    _opened: list[_Open] = field(default_factory=list[_Open])
    _documents: int = 0

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1
        self._refuse(event, line)
        match event:
            case yaml.ScalarEvent():
                self._scalar(event, line)
            case yaml.SequenceStartEvent():
                self._open([], line)
            case yaml.MappingStartEvent():
                self._open({}, line)
            case yaml.CollectionEndEvent():
                self._opened.pop()
            case _:
                pass

    def _refuse(self, event: yaml.Event, line: int) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
        if self._documents > 1:
            detail = "a second document begins here"
            raise _error(self.source, line, detail, "put it into a file of its own")
        if isinstance(event, yaml.AliasEvent):
            detail = f"`*{event.anchor}` is an alias"
            raise _error(self.source, line, detail, "write out what it stands for")
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag:
            detail = f"`{event.tag}` is a tag"
            raise _error(self.source, line, detail, "leave it out; quote what is text")

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        inner = self._opened[-1] if self._opened else None
        if inner is not None and isinstance(inner.content, dict) and inner.key is None:
            self._begin_entry(inner, event.value, line)
        else:
            self._add(_scalar_value(event), line)

    def _begin_entry(self, inner: _Open, key: str, line: int) -> None:
        first = self.lines.get((*inner.place, key))
        if first is not None:
            detail = f"{key} stands here for the second time; the first is in line {first}"
            raise _error(self.source, line, detail, "rename one, or put both into one")
        inner.key = key
        self.lines[*inner.place, key] = line

    def _open(self, content: list[JsonValue] | dict[str, JsonValue], line: int) -> None:
        inner = self._opened[-1] if self._opened else None
        if inner is not None and isinstance(inner.content, dict) and inner.key is None:
            raise _error(self.source, line, "a key is no text", "write a name as key")
        if len(self._opened) >= DEPTH_MAX:
            detail = f"this is nested more than {DEPTH_MAX} deep"
            raise _error(self.source, line, detail, "nest less")
        self._opened.append(_Open(self._add(content, line), content))

    def _add(self, content: JsonValue, line: int) -> Place:
        if not self._opened:
            self.content = content
            return ()
        inner = self._opened[-1]
        if isinstance(inner.content, list):
            place = (*inner.place, len(inner.content))
            inner.content.append(content)
        else:
            place = (*inner.place, inner.key or "")
            inner.content[inner.key or ""] = content
            inner.key = None
        self.lines.setdefault(place, line)
        return place


def _scalar_value(event: yaml.ScalarEvent) -> JsonValue:
    text = event.value
    if not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _NUMBER.fullmatch(text):
        return float(text) if set(text) & set(".eE") else int(text)
    return text


def _error(source: str, line: int, detail: str, remedy: str) -> UnsoundDomainError:
    return UnsoundDomainError([Remark(source, line, "", detail, remedy)])
