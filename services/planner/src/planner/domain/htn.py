"""The planner: from one task to a partial order of tasks, each decision with its reasons.

Forward decomposition without recursion or copied state. A task is decomposed by the first of its
methods whose conditions hold. Where a method that may yet apply needs a fact that is not known,
the task stays whole, names the facts, and is decomposed alone when they arrive.

Two tasks are ordered only because one reads what the other makes, or because a method says
`after`. Ordering a task orders all that it decomposes into: a subtask that waits for no sibling
waits for what its parent waits for. The same start and facts give the same plan.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pydantic import JsonValue

from planner.domain.joining import Joints
from planner.domain.limits import Limits, PlanRefusedError, check_size, refuse_depth
from planner.domain.pipeline_model import Domain, ForEach, Method, Subtask, TaskModel
from planner.domain.scope import Scope, UnknownFactError, UnreadablePathError
from shared.contracts.vocabulary import DataTaskType, Failure, Parameters


@dataclass(frozen=True, slots=True)
class Node:
    """One task of a plan."""

    path: str
    """Names from the root down: what identifies it in every plan for the same goal."""
    position: str
    """Orders a plan's tasks as they are written down, each before its subtasks."""
    name: str
    model: TaskModel
    arguments: Parameters
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    parent: str = ""
    """The path of the task that it is part of."""
    after: tuple[str, ...] = ()
    """Paths of the siblings that it waits for; when none, it waits for what its parent does."""

    @property
    def depth(self) -> int:
        """How many tasks it is part of."""
        return self.position.count(".")


@dataclass(frozen=True, slots=True)
class Rejection:
    """A method that was not taken, and why."""

    method: str
    reason: str


@dataclass(frozen=True, slots=True)
class Choice:
    """How a task is decomposed, or what that waits for."""

    path: str
    method: str
    """Empty while it waits."""
    awaits: tuple[str, ...] = ()
    """The facts that it waits for."""
    rejected: tuple[Rejection, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a task was decomposed into, parents before children; the task itself is not in it."""

    nodes: tuple[Node, ...]
    choices: tuple[Choice, ...]
    """One for each abstract or compound task, the decomposed one first."""


def root_of(model: TaskModel, arguments: Parameters) -> Node:
    """Return the task that stands for a whole goal."""
    return Node(path=model.name, position="0", name=model.name, model=model, arguments=arguments)


def decompose(
    domain: Domain,
    start: Node,
    facts: Mapping[str, JsonValue],
    limits: Limits,
    *,
    nodes_before: int = 1,
) -> Plan:
    """Decompose the task as far as the facts allow; `nodes_before` counts what is planned already.

    Raises:
        PlanRefusedError: no method applies, or a limit would be broken.
    """
    nodes: list[Node] = []
    choices: list[Choice] = []
    agenda = [start]
    while agenda:
        node = agenda.pop()
        if node is not start:
            nodes.append(node)
        if node.model.task_type is DataTaskType.PRIMITIVE:
            continue
        if node.depth >= limits.depth_max:
            raise refuse_depth(node.path, limits)
        choice, children = _choose(domain, node, facts)
        choices.append(choice)
        agenda.extend(reversed(children))
        planned = nodes_before + len(nodes) + len(agenda)
        outputs = sum(len(child.outputs) for child in children)
        check_size(node.path, planned=planned, outputs=outputs, limits=limits)
    return Plan(tuple(nodes), tuple(choices))


def _choose(
    domain: Domain, node: Node, facts: Mapping[str, JsonValue]
) -> tuple[Choice, list[Node]]:
    scope = Scope(node.arguments, facts, node.model.needs)
    rejected: list[Rejection] = []
    for method in domain.methods[node.model.name]:
        awaits, objection = _judge(method, scope)
        if not objection and awaits:
            return Choice(node.path, "", awaits, tuple(rejected)), []
        if not objection:
            try:
                children = _children_of(domain, node, method, scope)
            except UnreadablePathError as error:
                objection = str(error)
            else:
                return Choice(node.path, method.name, (), tuple(rejected)), children
        rejected.append(Rejection(method.name, objection))
    raise _no_method(node, rejected)


def _judge(method: Method, scope: Scope) -> tuple[tuple[str, ...], str]:
    """Return the facts that the method waits for, and the objection to it, if there is one."""
    awaits: dict[str, None] = {}
    for condition in method.when:
        try:
            objection = scope.objection_to(condition)
        except UnknownFactError as error:
            awaits[str(error)] = None
        else:
            if objection:
                return (), objection
    for path in _paths_read(method):
        try:
            scope.read(path)
        except UnknownFactError as error:
            awaits[str(error)] = None
        except UnreadablePathError as error:
            return (), str(error)
    return tuple(awaits), ""


def _paths_read(method: Method) -> Iterable[str]:
    for step in method.subtasks:
        if step.for_each is not None:
            yield step.for_each.members
        own = "" if step.for_each is None else step.for_each.variable
        yield from (path for path in step.arguments.values() if path.partition(".")[0] != own)


def _children_of(domain: Domain, node: Node, method: Method, scope: Scope) -> list[Node]:
    steps = [
        (step, name, bound) for step in method.subtasks for name, bound in _instances(step, scope)
    ]
    joints = Joints()
    drafts: list[tuple[Subtask, Node]] = []
    for number, (step, name, bound) in enumerate(steps):
        child = _child(domain.tasks[step.task], node, f"{node.position}.{number:06}", name, bound)
        joints.add(step.name, child.path, (*child.outputs, *child.model.effects))
        drafts.append((step, child))
    _check_names(node, [child.path for _, child in drafts])
    return [_ordered(child, joints, step.after) for step, child in drafts]


def _instances(step: Subtask, scope: Scope) -> Iterable[tuple[str, Parameters]]:
    if step.for_each is None:
        yield step.name, {name: scope.read(path) for name, path in step.arguments.items()}
        return
    for member in _members(step.for_each, scope):
        inner = Scope({**scope.arguments, step.for_each.variable: member}, scope.facts)
        label = str(inner.read(step.for_each.label))
        bound = {name: inner.read(path) for name, path in step.arguments.items()}
        yield f"{step.name}:{label}", bound


def _members(for_each: ForEach, scope: Scope) -> list[JsonValue]:
    members = scope.read(for_each.members)
    if not isinstance(members, list):
        raise UnreadablePathError(f"`{for_each.members}` is no list")
    if not members:
        raise UnreadablePathError(f"`{for_each.members}` is empty")
    return members


def _child(model: TaskModel, parent: Node, position: str, name: str, arguments: Parameters) -> Node:
    scope = Scope(arguments, {})
    return Node(
        path=f"{parent.path}/{name}",
        position=position,
        name=name,
        model=model,
        arguments=arguments,
        inputs=tuple(scope.render(each) for each in model.inputs),
        outputs=tuple(scope.render(each) for each in model.outputs),
        parent=parent.path,
    )


def _ordered(child: Node, joints: Joints, after: tuple[str, ...]) -> Node:
    earlier = joints.before(child.path, (*child.inputs, *child.model.needs), after)
    return replace(child, after=earlier) if earlier else child


def _check_names(node: Node, paths: list[str]) -> None:
    twice = [path for path, count in Counter(paths).items() if count > 1]
    if twice:
        raise PlanRefusedError(
            Failure(
                code="task_named_twice",
                detail=f"{node.path}: {len(twice)} names occur twice, the first is {twice[0]}",
                remedy="give each partition a name of its own: rename or leave out the sources "
                "that share one",
            )
        )


def _no_method(node: Node, rejected: list[Rejection]) -> PlanRefusedError:
    reasons = "; ".join(f"{each.method}: {each.reason}" for each in rejected)
    return PlanRefusedError(
        Failure(
            code="no_method_applies",
            detail=f"{node.path}: no method applies: {reasons}",
            remedy="change the goal's parameters so that the conditions of one method hold",
        )
    )
