"""Expressions in CEL over the names of arguments and facts, compiled once and read often.

A plain path such as `partition.name` is read without CEL. Of everything else CEL gets only the
names that the expression mentions, and of a list whose size alone is asked for, only the size: what
is handed over is copied, and a list may have a hundred thousand members.

Not knowing a fact is no error as long as the answer does not depend on it: `true || later` is true.
"""

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, cast

import cel
from pydantic import JsonValue

from planner.domain.scanning import LITERALS, scan

CHARACTERS_MAX = 1_000
"""A condition of this length is a program, which belongs into an operator."""

COMPILED_MAX = 4_096

FUNCTIONS = ("contains", "double", "dyn", "endsWith", "int", "matches", "size", "startsWith")
FUNCTIONS_ALLOWED = frozenset((*FUNCTIONS, "string"))
"""What yields JSON values, and the same ones at all times."""

_PATH = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
_SYNTAX = re.compile(r"Syntax error: ([^\n]*)")
_FUNCTION_NAME = re.compile(r"[A-Za-z]")


class InvalidExpressionError(ValueError):
    """A text that is no expression, or one that asks for what expressions may not do."""

    def __init__(self, text: str, detail: str, remedy: str) -> None:
        super().__init__(f"`{text}` {detail}")
        self.remedy = remedy


class UnknownFactError(Exception):
    """A fact is asked for that is not known yet; the only argument names it."""


class UnreadableError(Exception):
    """Something cannot be read from what is known; says what and why."""


class Scope(Protocol):
    """The names that may be read at one place."""

    def __getitem__(self, name: str, /) -> JsonValue:
        """Return what has this name.

        Raises:
            UnknownFactError: it is a fact that is not known yet.
            UnreadableError: there is nothing of this name.
        """
        ...


@dataclass(frozen=True, slots=True)
class PathReader:
    """A plain path, which is read without CEL."""

    text: str
    names: tuple[str, ...]
    """Its first part."""
    rest: tuple[str, ...]

    def read(self, scope: Scope) -> JsonValue:
        """Return what stands at the path.

        Raises:
            UnknownFactError: it is part of a fact that is not known yet.
            UnreadableError: nothing stands there.
        """
        found = scope[self.names[0]]
        for part in self.rest:
            if not isinstance(found, dict) or part not in found:
                raise UnreadableError(f"`{self.text}`: there is no {part} in it")
            found = found[part]
        return found


@dataclass(frozen=True, slots=True)
class CelReader:
    """Any other expression."""

    text: str
    names: tuple[str, ...]
    """The arguments and facts that it mentions."""
    _program: cel.Program
    _plain: tuple[str, ...]
    """The names that it gets as they are."""
    _sizes: tuple[tuple[str, PathReader], ...]
    """The names of sizes, and what they are the size of."""

    def read(self, scope: Scope) -> JsonValue:
        """Return what the expression is by what is known.

        Raises:
            UnknownFactError: it depends on a fact that is not known yet.
            UnreadableError: it cannot be read from what is known.
        """
        variables: dict[str, JsonValue] = {}
        missing: list[Exception] = []
        for name in self._plain:
            try:
                variables[name] = scope[name]
            except (UnknownFactError, UnreadableError) as error:
                missing.append(error)
        for name, path in self._sizes:
            try:
                variables[name] = self._size(path, scope)
            except (UnknownFactError, UnreadableError) as error:
                missing.append(error)
        try:
            value = self._program.execute(variables)
        except Exception as error:  # noqa: BLE001 -- the library raises what the values deserve
            raise self._reason(error, missing) from None
        return _json_value(value, self.text)

    def _size(self, path: PathReader, scope: Scope) -> int:
        measured = path.read(scope)
        if not isinstance(measured, str | list | dict):
            raise UnreadableError(f"`{self.text}`: {path.text} has no size")
        return len(measured)

    def _reason(self, error: Exception, missing: list[Exception]) -> Exception:
        """Return what was missing, unknown facts first: once known, they may decide all."""
        unknown = (each for each in missing if isinstance(each, UnknownFactError))
        reason = next(unknown, None)
        if reason is not None:
            return reason
        if missing and isinstance(error, RuntimeError):
            return UnreadableError(f"`{self.text}` cannot be read: {missing[0]}")
        return UnreadableError(f"`{self.text}` cannot be read: {_detail(error)}")


Reader = PathReader | CelReader
"""An expression that can be read as often as needed."""


@lru_cache(COMPILED_MAX)
def compile_expression(text: str) -> Reader:
    """Return the expression, ready to be read.

    Raises:
        InvalidExpressionError: it is none, or does what expressions may not do.
    """
    if len(text) > CHARACTERS_MAX:
        detail = f"has {len(text)} characters, at most {CHARACTERS_MAX} are allowed"
        raise InvalidExpressionError(text[:40] + "…", detail, "let an operator compute it")
    if _PATH.fullmatch(text) and text not in LITERALS:
        return _path_reader(text)
    scanned = scan(text)
    program = _compiled(text)
    _refuse_functions(text, program)
    program = _compiled(scanned.text) if scanned.sizes else program
    sizes = tuple((name, _path_reader(path)) for name, path in scanned.sizes.items())
    names = dict.fromkeys((*scanned.names, *(path.names[0] for _, path in sizes)))
    return CelReader(text, tuple(names), program, scanned.names, sizes)


def _path_reader(text: str) -> PathReader:
    name, *rest = text.split(".")
    return PathReader(text, (name,), tuple(rest))


def _compiled(text: str) -> cel.Program:
    try:
        return cel.compile(text)
    except ValueError as error:
        found = _SYNTAX.search(str(error))
        detail = f"is no expression: {found[1] if found else 'it cannot be parsed'}"
        remedy = "write CEL, such as size(sources) > 0"
        raise InvalidExpressionError(text, detail, remedy) from None


def _refuse_functions(text: str, program: cel.Program) -> None:
    named = (name for name in program.functions() if _FUNCTION_NAME.match(name))
    refused = [name for name in named if name not in FUNCTIONS_ALLOWED]
    if refused:
        detail = f"asks for {refused[0]}(), which expressions may not"
        raise InvalidExpressionError(
            text, detail, f"use only {', '.join(sorted(FUNCTIONS_ALLOWED))}"
        )


def _detail(error: Exception) -> str:
    match error:
        case KeyError():
            return f"there is no {error} in it"
        case IndexError():
            return "the list has no such member"
        case ZeroDivisionError():
            return "it divides by zero"
        case OverflowError():
            return "a number is too large"
        case _:
            return "a value has a type that this cannot be done with"


def _json_value(value: object, text: str) -> JsonValue:
    match value:
        case None | bool() | int() | str():
            return value
        case float() if math.isfinite(value):
            return value
        case list():
            return [_json_value(each, text) for each in cast("list[object]", value)]
        case dict():
            pairs = cast("dict[object, object]", value).items()
            if all(isinstance(key, str) for key, _ in pairs):
                return {str(key): _json_value(each, text) for key, each in pairs}
        case _:
            pass
    raise UnreadableError(f"`{text}` is no JSON value")
