"""Expressions in CEL over the names of arguments and facts, compiled once and read often.

A plain path such as `partition.name` is read without CEL. Of everything else CEL gets only the
names that the expression mentions, and of a list whose size alone is asked for, only the size: what
is handed over is copied, and a list may have a hundred thousand members.

Not knowing a fact is no error as long as the answer does not depend on it: `true || later` is true.
"""

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import cel
from pydantic import JsonValue

from planner.domain.scanning import Scan, scan

CHARACTERS_MAX = 1_000
"""A condition of this length is a program, which belongs into an operator."""

COMPILED_MAX = 4_096

FUNCTIONS = ("contains", "double", "dyn", "endsWith", "int", "matches", "size", "startsWith")
FUNCTIONS_ALLOWED = frozenset((*FUNCTIONS, "string"))
"""What yields JSON values, and the same ones at all times."""

_PATH = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
_LITERALS = frozenset({"true", "false", "null"})
_UNDEFINED = re.compile(r"Undefined variable or function: '([^']*)'")
_SYNTAX = re.compile(r"Syntax error: ([^\n]*)")
_FUNCTION_NAME = re.compile(r"[A-Za-z]")


class InvalidExpressionError(ValueError):
    """A text that is no expression, or one that asks for what expressions may not do."""

    def __init__(self, text: str, detail: str, remedy: str) -> None:
        super().__init__(f"`{text}` {detail}")
        self.remedy = remedy


class UnknownFactError(LookupError):
    """The answer depends on a fact that is not known yet."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not known yet")
        self.name = name


class UnreadablePathError(ValueError):
    """What is known is not what the expression expects; it says what could not be read."""


@dataclass(frozen=True, slots=True)
class CompiledExpression:
    """An expression that can be read."""

    text: str
    names: frozenset[str]
    """The arguments and facts that it mentions."""
    path: tuple[str, ...]
    """Its parts, if it is a plain path."""
    _program: cel.Program | None
    _scan: Scan

    def read(self, known: Mapping[str, JsonValue], awaited: Collection[str] = ()) -> JsonValue:
        """Return what the expression is by what is known.

        Raises:
            UnknownFactError: it depends on one of the awaited names, which is not known yet.
            UnreadablePathError: it cannot be read from what is known.
        """
        if self._program is None:
            return self._at_path(known, awaited)
        try:
            return _json_value(self._program.execute(self._variables(known)), self.text)
        except UnreadablePathError:
            raise
        except Exception as error:  # noqa: BLE001 -- the library raises what the values deserve
            raise self._reason(error, known, awaited) from None

    def _at_path(
        self, known: Mapping[str, JsonValue], awaited: Collection[str]
    ) -> JsonValue:
        """Read the path at once; where that fails, slowly, to find out why."""
        value: Any = known
        try:
            for part in self.path:
                value = value[part]
        except (KeyError, TypeError):
            return read_path(self.path, known, awaited)
        return value

    def holds(self, known: Mapping[str, JsonValue], awaited: Collection[str] = ()) -> bool:
        """Return whether the expression is true.

        Raises:
            UnknownFactError: it depends on one of the awaited names, which is not known yet.
            UnreadablePathError: it cannot be read from what is known, or is neither true nor false.
        """
        value = self.read(known, awaited)
        if not isinstance(value, bool):
            raise UnreadablePathError(f"`{self.text}` is neither true nor false")
        return value

    def _variables(self, known: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
        variables = {name: known[name] for name in self._scan.names if name in known}
        for variable, path in self._scan.sizes.items():
            try:
                value = read_path(path, known, ())
            except UnreadablePathError:
                continue
            if isinstance(value, str | list | dict):
                variables[variable] = len(value)
        return variables

    def _reason(
        self, error: Exception, known: Mapping[str, JsonValue], awaited: Collection[str]
    ) -> UnknownFactError | UnreadablePathError:
        undefined = _UNDEFINED.search(str(error))
        name = undefined[1] if undefined else ""
        name = self._scan.sizes[name][0] if name in self._scan.sizes else name
        open_names = [each for each in sorted(self.names) if each in awaited and each not in known]
        if open_names:
            return UnknownFactError(name if name in open_names else open_names[0])
        return UnreadablePathError(
            f"`{self.text}` cannot be read: {self._detail(error, name, known)}"
        )

    def _detail(self, error: Exception, name: str, known: Mapping[str, JsonValue]) -> str:
        if name in self.names and name not in known:
            return f"there is no {name} here"
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


@lru_cache(COMPILED_MAX)
def compile_expression(text: str) -> CompiledExpression:
    """Return the expression, ready to be read.

    Raises:
        InvalidExpressionError: it is none, or does what expressions may not do.
    """
    if len(text) > CHARACTERS_MAX:
        detail = f"has {len(text)} characters, at most {CHARACTERS_MAX} are allowed"
        raise InvalidExpressionError(text[:40] + "…", detail, "let an operator compute it")
    if _PATH.fullmatch(text) and text not in _LITERALS:
        path = tuple(text.split("."))
        return CompiledExpression(text, frozenset(path[:1]), path, None, Scan(text, (), {}))
    scanned = scan(text)
    program = _compiled(text)
    _refuse_functions(text, program)
    program = _compiled(scanned.text) if scanned.sizes else program
    names = frozenset((*scanned.names, *(path[0] for path in scanned.sizes.values())))
    return CompiledExpression(text, names, (), program, scanned)


def read_path(
    path: tuple[str, ...], known: Mapping[str, JsonValue], awaited: Collection[str]
) -> JsonValue:
    """Return what stands at the path.

    Raises:
        UnknownFactError: its first part is awaited, and not known yet.
        UnreadablePathError: nothing stands there.
    """
    name = path[0]
    if name not in known:
        if name in awaited:
            raise UnknownFactError(name)
        raise UnreadablePathError(f"`{'.'.join(path)}` cannot be read: there is no {name} here")
    value = known[name]
    for number, part in enumerate(path[1:], 1):
        if not isinstance(value, dict) or part not in value:
            inner = ".".join(path[:number])
            detail = f"there is no {part} in {inner}"
            raise UnreadablePathError(f"`{'.'.join(path)}` cannot be read: {detail}")
        value = value[part]
    return value


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
    raise UnreadablePathError(f"`{text}` is no JSON value")
