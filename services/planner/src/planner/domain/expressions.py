"""TEMPORARY stand-in until the expressions' own module is merged."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import cel
from pydantic import JsonValue

from planner.domain.htn.scope import Scope, UnknownFactError, UnreadableError

_PATH = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


class Reader(Protocol):
    text: str
    names: tuple[str, ...]

    def read(self, scope: Scope) -> JsonValue: ...


@dataclass(slots=True)
class PathReader:
    text: str
    names: tuple[str, ...]
    rest: tuple[str, ...]

    def read(self, scope: Scope) -> JsonValue:
        found = scope[self.names[0]]
        for part in self.rest:
            if not isinstance(found, dict) or part not in found:
                raise UnreadableError(f"`{self.text}`: there is no {part} in it")
            found = found[part]
        return found


@dataclass(slots=True)
class CelReader:
    text: str
    names: tuple[str, ...]
    program: cel.Program

    def read(self, scope: Scope) -> JsonValue:
        known = {}
        unknown = ""
        for name in self.names:
            try:
                known[name] = scope[name]
            except UnknownFactError:
                unknown = unknown or name
            except UnreadableError:
                pass
        try:
            return self.program.execute(known)
        except Exception as error:
            if unknown:
                raise UnknownFactError(unknown) from error
            raise UnreadableError(f"`{self.text}`: {error}") from error


@lru_cache(maxsize=4096)
def compile_expression(text: str) -> Reader:
    if _PATH.fullmatch(text):
        head, *rest = text.split(".")
        return PathReader(text, (head,), tuple(rest))
    program = cel.compile(text)
    return CelReader(text, tuple(program.variables()), program)
