"""From one task to a partial order of tasks, each decision with its reasons.

Forward decomposition without recursion or copied state. A task is decomposed by the first of its
methods whose conditions hold. Where a method that may yet apply needs a fact that is not known,
the task stays whole, names the facts, and is decomposed alone when they arrive.

Two tasks are ordered only because one reads what the other makes, or because a method says
`after`. Ordering a task orders all that it decomposes into: a subtask that waits for no sibling
waits for what its parent waits for. The same start and facts give the same plan, in portions of
any size: a portion ends after so many tasks, and what is left is decomposed from there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pydantic import JsonValue

from planner.domain.expressions import UnreadableError
from planner.domain.htn.choosing import choose, members_of
from planner.domain.htn.names import names_of
from planner.domain.htn.nodes import Choice, Node, Plan
from planner.domain.htn.program import CompiledMethod, CompiledStep, Repetition
from planner.domain.htn.scope import Arguments, Scope
from planner.domain.limits import (
    Limits,
    check_labels,
    check_outputs,
    check_size,
    refuse_depth,
    refuse_member,
    refuse_methods,
)
from shared.contracts.vocabulary import Parameters

NO_FACTS: Mapping[str, JsonValue] = {}

NOTHING_UNMADE: frozenset[str] = frozenset()

_UNLIMITED = 1 << 62


class _Repeated(NamedTuple):
    """The members of a repeated step that are still to be planned."""

    node: Node
    method: CompiledMethod
    members: Sequence[JsonValue]
    number: int
    facts: Mapping[str, JsonValue]
    """What its arguments may be read from, besides those of the node."""
    unmade: frozenset[str]


class _Pending(NamedTuple):
    """A task that no method was looked for yet."""

    node: Node
    unmade: frozenset[str]


@dataclass(frozen=True, slots=True)
class Start:
    """Where a decomposition begins, or goes on."""

    node: Node
    method: str = ""
    """By which it was decomposed already, if it was in part."""
    planned: int = 0
    """How many repetitions of its step are planned already."""
    revision: int = 0
    """How many methods were tried and given up before; tells their subtasks' paths apart."""
    barred: Mapping[str, str] = field(default_factory=dict[str, str])
    """Methods that are not to be taken, those among them, each with the reason."""
    tasks_before: int = 1
    """How many tasks the whole plan has already."""


def decompose(
    start: Start,
    facts: Mapping[str, JsonValue],
    limits: Limits,
    *,
    assumed: Mapping[str, JsonValue] = NO_FACTS,
    portion: int = _UNLIMITED,
) -> Plan:
    """Decompose the task as far as the facts and the portion of tasks allow.

    `assumed` are facts that tasks of the plan are taken to bring about.

    Raises:
        PlanRefusedError: no method applies, or a limit would be broken.
    """
    run = _Decomposition(start, (facts, assumed), limits)
    return run.plan(portion)


class _Decomposition:
    def __init__(
        self,
        start: Start,
        facts: tuple[Mapping[str, JsonValue], Mapping[str, JsonValue]],
        limits: Limits,
    ) -> None:
        self._start = start
        self._facts, self._assumed = facts
        self._limits = limits
        self._planned = start.tasks_before
        self._nodes: list[Node] = []
        self._choices: list[Choice] = []
        self._agenda: list[_Pending | _Repeated] = []

    def plan(self, portion: int) -> Plan:
        """Plan until the portion is full; the children of one task may overfill it."""
        self._begin()
        while self._agenda and len(self._nodes) < portion:
            top = self._agenda.pop()
            if isinstance(top, _Pending):
                self._expand(top.node, top.unmade, {})
            else:
                self._repeat(top)
        return Plan(tuple(self._nodes), tuple(self._choices))

    def _begin(self) -> None:
        start = self._start
        if not start.method:
            self._expand(start.node, NOTHING_UNMADE, start.barred)
            return
        method = next(each for each in start.node.task.methods if each.name == start.method)
        try:
            chosen = members_of(method, start.node, self._facts)
        except UnreadableError as error:
            raise refuse_member(start.node.path, str(error)) from error
        self._agenda.append(
            _Repeated(start.node, method, chosen.members, start.planned, self._facts, method.makes)
        )

    def _expand(self, node: Node, unmade: frozenset[str], barred: Mapping[str, str]) -> None:
        if node.depth >= self._limits.depth_max:
            raise refuse_depth(node.path, self._limits)
        facts = self._facts_for(node, unmade)
        chosen = choose(node, facts, barred)
        method = chosen.method
        if method is None:
            if not chosen.awaits:
                raise refuse_methods(node.path, chosen.rejected)
            self._choices.append(Choice(node.path, "", chosen.awaits, chosen.rejected))
            return
        members = len(chosen.members) if method.repetition else len(method.steps)
        self._choices.append(Choice(node.path, method.name, (), chosen.rejected, members))
        self._planned += members
        check_size(node.path, planned=self._planned, limits=self._limits)
        below = unmade | method.makes if method.makes else unmade
        if method.repetition is None:
            self._add(self._steps(node, method, chosen.bound), below)
            return
        collected = members * method.repetition.collected
        check_outputs(node.path, outputs=collected, limits=self._limits)
        check_labels(node.path, _labels(node, method.repetition, chosen.members, facts))
        if method.repetition.is_chained:
            rest = _Repeated(node, method, chosen.members, 0, facts, below)
            self._add(self._chain(rest), below)
        else:
            self._agenda.append(_Repeated(node, method, chosen.members, 0, facts, below))

    def _repeat(self, rest: _Repeated) -> None:
        """Plan one repetition; the next one comes after all that this one is decomposed into."""
        if rest.number + 1 < len(rest.members):
            self._agenda.append(rest._replace(number=rest.number + 1))
        child = self._member(rest)
        self._add([child], rest.unmade)

    def _add(self, children: list[Node], unmade: frozenset[str]) -> None:
        self._nodes += children
        for child in reversed(children):
            if not child.task.is_primitive:
                self._agenda.append(_Pending(child, unmade))

    def _steps(self, node: Node, method: CompiledMethod, bound: Sequence[Parameters]) -> list[Node]:
        prefix, place = self._place(node)
        paths = [f"{prefix}/{step.name}" for step in method.steps]
        children: list[Node] = []
        for number, step in enumerate(method.steps):
            after = tuple([paths[each] for each in step.before.certain])
            at = (paths[number], f"{place}{number:06}", step.name)
            children.append(_child(step, node, at, bound[number], after))
        return [
            _ordered(child, step, children) if step.before.possible else child
            for child, step in zip(children, method.steps, strict=True)
        ]

    def _chain(self, rest: _Repeated) -> list[Node]:
        """Return all repetitions at once, each after those that make what it reads."""
        numbers = range(len(rest.members))
        children = [self._member(rest._replace(number=number)) for number in numbers]
        makers = {name: child.path for child in children for name in child.outputs}
        return [child._replace(after=_makers_of(child, makers)) for child in children]

    def _member(self, rest: _Repeated) -> Node:
        (step,), repetition = rest.method.steps, rest.method.repetition
        assert repetition is not None, f"{rest.method.name} repeats its step"
        known = Arguments(rest.node.arguments)
        known[repetition.variable] = rest.members[rest.number]
        scope = _scope(rest.node, repetition, known, rest.facts)
        prefix, place = self._place(rest.node)
        try:
            arguments = {name: reader.read(scope) for name, reader in step.arguments}
            name = f"{step.name}:{repetition.label.read(scope)}"
            position = f"{place}{rest.number:06}"
            return _child(step, rest.node, (f"{prefix}/{name}", position, name), arguments)
        except UnreadableError as error:
            raise refuse_member(f"{prefix}/{step.name}", str(error)) from error

    def _facts_for(self, node: Node, unmade: frozenset[str]) -> Mapping[str, JsonValue]:
        """Return the facts that the task can read: those of its nearest makers."""
        if unmade.isdisjoint(node.task.needs):
            return self._facts
        seen: dict[str, JsonValue] = {}
        for name in node.task.needs:
            facts = self._assumed if name in unmade else self._facts
            if name in facts:
                seen[name] = facts[name]
        return seen

    def _place(self, node: Node) -> tuple[str, str]:
        """Return how paths and positions of the task's subtasks begin."""
        if node is not self._start.node or not self._start.revision:
            return node.path, f"{node.position}."
        revision = self._start.revision
        return f"{node.path}#{revision}", f"{node.position}.{revision}~"


def _labels(
    node: Node,
    repetition: Repetition,
    members: Sequence[JsonValue],
    facts: Mapping[str, JsonValue],
) -> list[str]:
    arguments = Arguments(node.arguments)
    scope = _scope(node, repetition, arguments, facts)
    labels: list[str] = []
    try:
        for member in members:
            arguments[repetition.variable] = member
            labels.append(str(repetition.label.read(scope)))
    except UnreadableError as error:
        raise refuse_member(node.path, str(error)) from error
    return labels


def _scope(
    node: Node, repetition: Repetition, arguments: Arguments, facts: Mapping[str, JsonValue]
) -> Arguments | Scope:
    if not repetition.reads_facts:
        return arguments
    return Scope(arguments, facts, node.task.needs)


def _child(
    step: CompiledStep,
    parent: Node,
    place: tuple[str, str, str],
    arguments: Parameters,
    after: tuple[str, ...] = (),
) -> Node:
    """Return a subtask; its place is its path, its position and its name."""
    task = step.task
    path, position, name = place
    scope = Arguments(arguments)
    return Node(
        path,
        position,
        name,
        task,
        arguments,
        names_of(task.inputs, scope),
        names_of(task.outputs, scope),
        parent.path,
        after,
    )


def _ordered(child: Node, step: CompiledStep, siblings: Sequence[Node]) -> Node:
    """Return the subtask after those too that turn out to make the very data that it reads."""
    before = set(step.before.certain)
    for number in step.before.possible:
        made = siblings[number].outputs
        if any(name in made for name in child.inputs):
            before.add(number)
    return child._replace(after=tuple(siblings[number].path for number in sorted(before)))


def _makers_of(child: Node, makers: Mapping[str, str]) -> tuple[str, ...]:
    found = (makers.get(name, child.path) for name in child.inputs)
    return tuple(dict.fromkeys(path for path in found if path != child.path))
