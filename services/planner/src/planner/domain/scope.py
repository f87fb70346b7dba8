"""Reading arguments and facts while planning: true, false, or not known yet."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pydantic import JsonValue

from planner.domain.pipeline_model import Check, Condition
from shared.contracts.vocabulary import Parameters

_HOLE = re.compile(r"\{([^{}]+)\}")


SHOWN_CHARACTERS_MAX = 80
"""How much of a value an explanation repeats: one line of a terminal."""


class UnknownFactError(Exception):
    """A fact is asked for that no task has brought about yet; the only argument names it."""


class UnreadablePathError(Exception):
    """A path leads nowhere in what is known; says where it ends."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What can be read at one place of a plan; arguments hide facts of the same name."""

    arguments: Parameters
    facts: Mapping[str, JsonValue]
    needs: tuple[str, ...] = ()
    """Facts that may be awaited."""

    def read(self, path: str) -> JsonValue:
        """Return what the path leads to.

        Raises:
            UnknownFactError: it begins with a fact that is not known yet.
            UnreadablePathError: it leads nowhere.
        """
        head, *rest = _parts_of(path)
        if head in self.arguments:
            found = self.arguments[head]
        elif head in self.facts:
            found = self.facts[head]
        elif head in self.needs:
            raise UnknownFactError(head)
        else:
            raise UnreadablePathError(f"`{path}`: there is no {head}")
        for part in rest:
            if not isinstance(found, dict) or part not in found:
                raise UnreadablePathError(f"`{path}`: there is no {part} in it")
            found = found[part]
        return found

    def render(self, template: str) -> str:
        """Return the text with each path in braces replaced by what it leads to.

        Raises:
            UnknownFactError: as for `read`.
            UnreadablePathError: as for `read`.
        """
        if "{" not in template:
            return template
        return _HOLE.sub(lambda hole: str(self.read(hole.group(1))), template)

    def objection_to(self, condition: Condition) -> str:
        """Return why the condition does not hold, with what was read; empty when it holds.

        Raises:
            UnknownFactError: whether it holds cannot be said yet.
        """
        try:
            found = self.read(condition.subject)
        except UnreadablePathError as error:
            return "" if condition.check is Check.ABSENT else str(error)
        return "" if _holds(condition, found) else _objection(condition, found)


@lru_cache(maxsize=1024)
def _parts_of(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))


def _holds(condition: Condition, found: JsonValue) -> bool:
    match condition.check:
        case Check.GIVEN:
            return not _is_empty(found)
        case Check.ABSENT:
            return _is_empty(found)
        case Check.EQUALS:
            return found == condition.operand
        case Check.AT_LEAST:
            return _is_at_least(found, condition.operand)


def _objection(condition: Condition, found: JsonValue) -> str:
    shown = repr(found)
    shown = shown if len(shown) <= SHOWN_CHARACTERS_MAX else f"{shown[:SHOWN_CHARACTERS_MAX]}…"
    wanted = {
        Check.GIVEN: "given",
        Check.ABSENT: "absent",
        Check.EQUALS: f"equal to {condition.operand!r}",
        Check.AT_LEAST: f"at least {condition.operand!r}",
    }[condition.check]
    return f"`{condition.subject}` must be {wanted}; it is {shown}"


def _is_empty(found: JsonValue) -> bool:
    return found is None or found in ("", [], {})


def _is_at_least(found: JsonValue, bound: JsonValue) -> bool:
    if isinstance(found, int | float) and isinstance(bound, int | float):
        return found >= bound
    return isinstance(found, str) and isinstance(bound, str) and found >= bound
