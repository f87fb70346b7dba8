"""Judging a plan: are its actions possible, and is its tree what the methods allow?"""

from collections.abc import Iterator
from graphlib import TopologicalSorter

from tests.support.plan_judge.texts import (
    Bindings,
    Fact,
    Nested,
    Node,
    Subtasks,
    listed,
    members,
    read_plan,
    subtasks,
    typed,
    words,
)
from tests.support.plan_judge.world import State, World

Span = tuple[int, int]
"""The places of the first and the last action under a task; empty when the first is later."""


class InvalidPlanError(Exception):
    """The plan is none for this problem; says why."""


def judge(domain: str, problem: str, plan: str) -> None:
    """Pass a plan that carries the problem's tasks out in its domain.

    Raises:
        InvalidPlanError: it does not.
    """
    try:
        _Judge(World(domain, problem), plan).judge()
    except AssertionError as error:
        raise InvalidPlanError(str(error)) from error


class _Judge:
    def __init__(self, world: World, plan: str) -> None:
        self.world = world
        self.plan = read_plan(plan)
        self.places = {number: place for place, number in enumerate(self.plan.order)}
        self.spans: dict[int, Span] = {}
        self.states: list[State] = []

    def judge(self) -> None:
        self._check_tree()
        self._execute()
        self._check_spans()
        parts = self.world.network
        root = Node([], "", self.plan.root)
        end = len(self.states) - 1
        waiting = [(root, parts, 0, end)]
        while waiting:
            node, method, earliest, latest = waiting.pop()
            place = self._check_method(node, method, earliest, latest)
            waiting += self._below(node, method, place, latest)
        assert self.world.holds(self.world.goal, self.states[-1], {}), "the goal does not hold"

    def _check_tree(self) -> None:
        waiting = list(self.plan.root)
        seen: set[int] = set()
        while waiting:
            number = waiting.pop()
            assert number in self.plan.nodes, f"there is no task {number}"
            assert number not in seen, f"task {number} is part of two"
            seen.add(number)
            waiting += self.plan.nodes[number].children
        alone = self.plan.nodes.keys() - seen
        assert not alone, f"tasks {sorted(alone)} are part of nothing"

    def _execute(self) -> None:
        state = self.world.facts
        self.states.append(state)
        for number in self.plan.order:
            name, *arguments = self.plan.nodes[number].task
            assert name in self.world.actions, f"{name} is no action"
            action = self.world.actions[name]
            bound = self._bound(self.world.parameters(action), arguments, name)
            possible = self.world.holds(action.get(":precondition", []), state, bound)
            assert possible, f"action {number}, {name} {arguments}, is not possible"
            changes = list(self._changes(action.get(":effect", []), state, bound))
            removed = {fact for fact, is_added in changes if not is_added}
            state = (state - removed) | {fact for fact, is_added in changes if is_added}
            self.states.append(state)

    def _changes(
        self, effect: Nested, state: State, bound: Bindings
    ) -> Iterator[tuple[Fact, bool]]:
        match effect:
            case [] | ["increase", *_]:
                return
            case ["and", *parts]:
                inner = [(part, bound) for part in parts]
            case ["forall", variables, part]:
                choices = self.world.choices(typed(listed(variables)), bound)
                inner = [(part, choice) for choice in choices]
            case ["when", condition, part]:
                inner = [(part, bound)] if self.world.holds(condition, state, bound) else []
            case ["not", part]:
                inner = []
                yield self.world.ground(part, bound), False
            case _:
                inner = []
                yield self.world.ground(effect, bound), True
        for part, binding in inner:
            yield from self._changes(part, state, binding)

    def _bound(self, parameters: dict[str, list[str]], names: list[str], what: str) -> Bindings:
        assert len(parameters) == len(names), f"{what} takes {len(parameters)} arguments"
        for name, types in zip(names, parameters.values(), strict=True):
            assert self.world.is_of(name, types), f"{what}: {name} is none of {types}"
        return dict(zip(parameters, names, strict=True))

    def _check_spans(self) -> None:
        """Find the first and last action of every task, the innermost tasks first."""
        graph = {number: node.children for number, node in self.plan.nodes.items()}
        for number in TopologicalSorter(graph).static_order():
            if number in self.places:
                self.spans[number] = (self.places[number], self.places[number])
            else:
                self.spans[number] = self._span(self.plan.nodes[number].children)

    def _span(self, numbers: list[int]) -> Span:
        spans = [self.spans[each] for each in numbers]
        return min((each[0] for each in spans), default=len(self.plan.order)), max(
            (each[1] for each in spans), default=-1
        )

    def _methods(self, node: Node) -> list[dict[str, Nested]]:
        name = node.task[0]
        assert name in self.world.tasks, f"{name} is no compound task"
        self._bound(self.world.parameters(self.world.tasks[name]), node.task[1:], name)
        return [
            method
            for method in self.world.methods.get(node.method, [])
            if words(method[":task"])[0] == name
        ]

    def _check_method(
        self, node: Node, method: dict[str, Nested], earliest: int, latest: int
    ) -> int:
        """Return where the method's condition holds, with its subtasks matched to the children."""
        first = self._span(node.children)[0]
        task = words(method.get(":task", []))[1:]
        free = self.world.parameters(method)
        bound = _unify(task, node.task[1:], {}, free)
        assert bound is not None, f"method {node.method} is none for {node.task}"
        network = subtasks(method)
        for pairs, inner in self._matchings(network, node.children, bound, free):
            if not self._is_ordered(network, pairs):
                continue
            place = self._place(method, inner, earliest, min(first, latest))
            if place is not None:
                node.children = pairs
                return place
        raise AssertionError(f"method {node.method} does not allow what was done for {node.task}")

    def _matchings(
        self, network: Subtasks, children: list[int], bound: Bindings, free: dict[str, list[str]]
    ) -> Iterator[tuple[list[int], Bindings]]:
        """Yield each way to see the children as the subtasks."""
        waiting: list[tuple[list[int], Bindings]] = [([], bound)]
        while waiting:
            pairs, inner = waiting.pop()
            if len(pairs) == len(network.tasks):
                if len(pairs) == len(children):
                    yield pairs, inner
                continue
            pattern = network.tasks[len(pairs)]
            for child in sorted(set(children) - set(pairs), key=children.index, reverse=True):
                task = self.plan.nodes[child].task
                found = _unify(pattern[1:], task[1:], inner, free)
                if pattern[0] == task[0] and found is not None:
                    waiting.append(([*pairs, child], found))

    def _is_ordered(self, network: Subtasks, pairs: list[int]) -> bool:
        closure = _closure(network)
        return all(
            self.spans[pairs[earlier]][1] < self.spans[pairs[later]][0]
            for earlier, later in closure
        )

    def _place(
        self, method: dict[str, Nested], bound: Bindings, earliest: int, latest: int
    ) -> int | None:
        parameters = self.world.parameters(method)
        if not all(self.world.is_of(bound[name], parameters[name]) for name in bound):
            return None
        free = {name: types for name, types in parameters.items() if name not in bound}
        constraints: list[Nested] = list(members(method.get(":constraints", [])))
        conditions: list[Nested] = list(members(method.get(":precondition", [])))
        both: Nested = ["and", *conditions, *constraints]
        for place in range(earliest, latest + 1):
            if self.world.can_hold(both, self.states[place], bound, free):
                return place
        return None

    def _below(
        self, node: Node, method: dict[str, Nested], place: int, latest: int
    ) -> Iterator[tuple[Node, dict[str, Nested], int, int]]:
        closure = _closure(subtasks(method))
        for index, number in enumerate(node.children):
            child = self.plan.nodes[number]
            if number in self.places:
                continue
            before = [self.spans[node.children[one]][1] + 1 for one, two in closure if two == index]
            after = [self.spans[node.children[two]][0] for one, two in closure if one == index]
            methods = self._methods(child)
            assert methods, f"{child.task[0]} has no method {child.method}"
            yield child, methods[0], max([place, *before]), min([latest, *after])


def _closure(network: Subtasks) -> set[tuple[int, int]]:
    """Return all pairs that are ordered, directly or through others."""
    later: dict[int, set[int]] = {number: set() for number in range(len(network.tasks))}
    graph: dict[int, set[int]] = {number: set() for number in later}
    for first, second in network.orderings:
        graph[first].add(second)
    for number in TopologicalSorter(graph).static_order():
        later[number] = graph[number].union(*(later[each] for each in graph[number]))
    return {(first, second) for first, seconds in later.items() for second in seconds}


def _unify(
    pattern: list[str], names: list[str], bound: Bindings, free: dict[str, list[str]]
) -> Bindings | None:
    if len(pattern) != len(names):
        return None
    inner = dict(bound)
    for word, name in zip(pattern, names, strict=True):
        if (inner.setdefault(word, name) if word in free else word) != name:
            return None
    return inner
