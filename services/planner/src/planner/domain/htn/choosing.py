"""Which method a task is decomposed by: the first one that applies, and why not the others."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from pydantic import JsonValue

from planner.domain.expressions import Reader, UnknownFactError, UnreadableError
from planner.domain.htn.nodes import Node, Rejection
from planner.domain.htn.program import CompiledMethod
from planner.domain.htn.scope import Scope
from shared.contracts.vocabulary import Parameters

SHOWN_CHARACTERS_MAX = 80
"""How much of a value an explanation repeats: one line of a terminal."""


class Chosen(NamedTuple):
    """A method with what its steps are given, or the facts without which none can be chosen."""

    method: CompiledMethod | None
    rejected: tuple[Rejection, ...]
    awaits: tuple[str, ...] = ()
    bound: Sequence[Parameters] = ()
    """The arguments of each step, unless the method repeats one."""
    members: Sequence[JsonValue] = ()
    """What its step is repeated for."""


def choose(
    node: Node,
    facts: Mapping[str, JsonValue],
    barred: Mapping[str, str],
) -> Chosen:
    """Return the first method that applies, or else what is awaited, or neither.

    `barred` are methods that are not to be taken in this place, each with the reason.
    """
    scope = Scope(node.arguments, facts, node.task.needs)
    rejected: list[Rejection] = []
    for method in node.task.methods:
        if method.name in barred:
            rejected.append(Rejection(method.name, barred[method.name]))
            continue
        try:
            found = _apply(method, scope)
        except _RejectedError as objection:
            rejected.append(Rejection(method.name, str(objection)))
        else:
            return found._replace(rejected=tuple(rejected)) if rejected else found
    return Chosen(None, tuple(rejected))


def members_of(method: CompiledMethod, node: Node, facts: Mapping[str, JsonValue]) -> Chosen:
    """Return the method again, as it was chosen for the node, with the members it is repeated for.

    Raises:
        UnreadableError: the facts are not those that it was chosen with.
    """
    try:
        scope = Scope(node.arguments, facts, node.task.needs)
        return _apply(method, scope, is_checked=True)
    except _RejectedError as objection:
        raise UnreadableError(str(objection)) from objection


class _RejectedError(Exception):
    """The method does not apply; says why."""


def _apply(method: CompiledMethod, scope: Scope, *, is_checked: bool = False) -> Chosen:
    awaits: dict[str, None] = {}
    if not is_checked:
        _check_conditions(method, scope, awaits)
    bound: list[Parameters] = []
    members: Sequence[JsonValue] = ()
    try:
        if method.repetition is not None:
            members = _members(method, scope)
        else:
            bound = [
                {name: reader.read(scope) for name, reader in step.arguments}
                for step in method.steps
            ]
    except UnknownFactError as unknown:
        awaits[str(unknown)] = None
    except UnreadableError as error:
        raise _RejectedError(str(error)) from error
    if awaits:
        return Chosen(None, (), tuple(awaits))
    return Chosen(method, (), (), bound, members)


def _check_conditions(method: CompiledMethod, scope: Scope, awaits: dict[str, None]) -> None:
    """Note the facts that conditions wait for; one that does not hold decides at once."""
    for condition in method.conditions:
        try:
            holds = condition.read(scope)
        except UnknownFactError as unknown:
            awaits[str(unknown)] = None
        except UnreadableError as error:
            raise _RejectedError(str(error)) from error
        else:
            if holds is not True:
                raise _RejectedError(_objection(condition, scope))


def _members(method: CompiledMethod, scope: Scope) -> Sequence[JsonValue]:
    repetition = method.repetition
    assert repetition is not None, f"{method.name} repeats a step"
    members = repetition.members.read(scope)
    if not isinstance(members, list):
        raise _RejectedError(f"`{repetition.members.text}` is no list")
    if not members:
        raise _RejectedError(f"`{repetition.members.text}` is empty")
    return members


def _objection(condition: Reader, scope: Scope) -> str:
    shown: list[str] = []
    for name in condition.names:
        with suppress(UnknownFactError, UnreadableError):
            shown.append(f"{name} is {_shown(scope[name])}")
    return f"`{condition.text}` does not hold" + (f": {', '.join(shown)}" if shown else "")


def _shown(value: JsonValue) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS_MAX else f"{text[:SHOWN_CHARACTERS_MAX]}…"
