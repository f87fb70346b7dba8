"""Small planning problems of any shape, and an exhaustive search of them that is too plain to err.

Tasks lead to later tasks only, or at their very end to themselves, so that networks stay finite.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product

from hypothesis import strategies as st

Fact = tuple[str, ...]
Task = tuple[str, ...]
"""A name and its arguments; variables begin with `?`."""
Literal = tuple[bool, Fact]
Facts = frozenset[Fact]
Network = tuple[tuple[Task, ...], frozenset[tuple[int, int]]]

OBJECTS: tuple[str, ...] = ("a", "b")
VARIABLES: tuple[str, ...] = ("?x", "?y")
ARITIES = {"p": 1, "q": 2, "r": 0}
ACTIONS = ("act0", "act1", "act2")
TASKS = ("task0", "task1", "task2")


@dataclass(frozen=True)
class Rule:
    """An action (with facts that it adds and removes) or a method (with subtasks)."""

    name: str
    task: Task
    needs: tuple[Literal, ...]
    added: tuple[Fact, ...] = ()
    removed: tuple[Fact, ...] = ()
    steps: tuple[Task, ...] = ()
    order: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True)
class Wild:
    """A domain and a problem in one."""

    actions: tuple[Rule, ...]
    methods: tuple[Rule, ...]
    facts: Facts
    network: Network
    goal: tuple[Literal, ...]

    def has_plan(self) -> bool:
        """Return whether any way of decomposing and ordering the tasks leads to the goal."""
        seen = {(self.facts, self.network)}
        waiting = [(self.facts, self.network)]
        while waiting:
            facts, network = waiting.pop()
            if not network[0] and all(_holds(each, facts, {}) for each in self.goal):
                return True
            fresh = [each for each in self._next(facts, network) if each not in seen]
            seen.update(fresh)
            waiting += fresh
        return False

    def _next(self, facts: Facts, network: Network) -> Iterator[tuple[Facts, Network]]:
        tasks, order = network
        later = {second for _, second in order}
        for at, task in enumerate(tasks):
            for rule in (*self.actions, *self.methods):
                if at in later or rule.task[0] != task[0]:
                    continue
                for bound in _bindings(rule, task):
                    if all(_holds(each, facts, bound) for each in rule.needs):
                        added = frozenset(_ground(each, bound) for each in rule.added)
                        removed = frozenset(_ground(each, bound) for each in rule.removed)
                        steps = tuple(_ground(each, bound) for each in rule.steps)
                        yield (facts - removed) | added, _replaced(network, at, steps, rule.order)


def _bindings(rule: Rule, task: Task) -> Iterator[dict[str, str]]:
    for chosen in product(OBJECTS, repeat=len(VARIABLES)):
        bound = dict(zip(VARIABLES, chosen, strict=True))
        if _ground(rule.task, bound) == task:
            yield bound


def _ground(fact: Fact, bound: dict[str, str]) -> Fact:
    return tuple(bound.get(each, each) for each in fact)


def _holds(literal: Literal, facts: Facts, bound: dict[str, str]) -> bool:
    is_positive, fact = literal
    name, *terms = _ground(fact, bound)
    holds = terms[0] == terms[1] if name == "=" else (name, *terms) in facts
    return holds == is_positive


def _replaced(
    network: Network, at: int, steps: tuple[Task, ...], order: frozenset[tuple[int, int]]
) -> Network:
    """Return the network with the steps in the place of a task; numbers stay in order."""
    tasks, before = network
    shift = len(steps) - 1

    def places(number: int) -> range:
        if number == at:
            return range(at, at + len(steps))
        start = number + (shift if number > at else 0)
        return range(start, start + 1)

    pairs = {(one + at, two + at) for one, two in order}
    pairs |= {pair for one, two in before for pair in product(places(one), places(two))}
    if not steps:
        first = [one for one, two in before if two == at]
        last = [two for one, two in before if one == at]
        pairs |= {(places(one)[0], places(two)[0]) for one, two in product(first, last)}
    return (*tasks[:at], *steps, *tasks[at + 1 :]), frozenset(pairs)


def text(wild: Wild) -> tuple[str, str]:
    """Return the domain and the problem in the exchange format."""
    parts = [_action(each) for each in wild.actions] + [_method(each) for each in wild.methods]
    tasks = "\n".join(f"(:task {name} :parameters (?x))" for name in TASKS)
    domain = f"""(define (domain wild) (:requirements :negative-preconditions)
(:predicates (p ?x) (q ?x ?y) (r))
{tasks}
{chr(10).join(parts)})"""
    problem = f"""(define (problem wild-one) (:domain wild) (:objects {" ".join(OBJECTS)})
(:htn :parameters () {_network(*wild.network)})
(:init {" ".join(map(_atom, sorted(wild.facts)))}) (:goal {_all(wild.goal)}))"""
    return domain, problem


def _action(rule: Rule) -> str:
    effects = [*map(_atom, rule.added), *(f"(not {_atom(each)})" for each in rule.removed)]
    return f"""(:action {rule.name} :parameters ({" ".join(rule.task[1:])})
 :precondition {_all(rule.needs)} :effect (and {" ".join(effects)}))"""


def _method(rule: Rule) -> str:
    return f"""(:method {rule.name} :parameters ({" ".join(VARIABLES)}) :task {_atom(rule.task)}
 :precondition {_all(rule.needs)} {_network(rule.steps, rule.order)})"""


def _network(tasks: tuple[Task, ...], order: frozenset[tuple[int, int]]) -> str:
    steps = " ".join(f"(s{number} {_atom(each)})" for number, each in enumerate(tasks))
    pairs = " ".join(f"(< s{one} s{two})" for one, two in sorted(order))
    return f":subtasks (and {steps}) :ordering (and {pairs})"


def _all(literals: tuple[Literal, ...]) -> str:
    listed = [_atom(fact) if holds else f"(not {_atom(fact)})" for holds, fact in literals]
    return f"(and {' '.join(listed)})"


def _atom(fact: Fact) -> str:
    return f"({' '.join(fact)})"


def _facts(terms: tuple[str, ...]) -> st.SearchStrategy[Fact]:
    def with_terms(name: str) -> st.SearchStrategy[Fact]:
        places = st.tuples(*[st.sampled_from(terms)] * ARITIES[name])
        return places.map(lambda chosen: (name, *chosen))

    return st.sampled_from(sorted(ARITIES)).flatmap(with_terms)


def _literals(terms: tuple[str, ...], most: int) -> st.SearchStrategy[tuple[Literal, ...]]:
    one = st.tuples(st.booleans(), _facts(terms))
    equality = st.tuples(st.booleans(), st.just(("=", *VARIABLES)))
    both = one if "?y" not in terms else st.one_of(one, one, one, equality)
    return st.lists(both, max_size=most).map(tuple)


def _orders(count: int) -> st.SearchStrategy[frozenset[tuple[int, int]]]:
    chain = frozenset(pairwise(range(count)))
    pairs = [(one, two) for two in range(count) for one in range(two)]
    some = st.frozensets(st.sampled_from(pairs)) if pairs else st.just(chain)
    return st.one_of(st.just(chain), st.just(chain), some)


@st.composite
def _actions(draw: st.DrawFn) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    for name in ACTIONS:
        facts = st.lists(_facts(("?x",)), max_size=2).map(tuple)
        needs = draw(_literals(("?x",), 2))
        rules.append(Rule(name, (name, "?x"), needs, draw(facts), draw(facts)))
    return tuple(rules)


@st.composite
def _methods(draw: st.DrawFn) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    for rank, task in enumerate(TASKS):
        for number in range(draw(st.integers(1, 2))):
            names = st.sampled_from((*ACTIONS, *TASKS[rank + 1 :]))
            steps = draw(st.lists(st.tuples(names, st.sampled_from(VARIABLES)), max_size=3))
            order = draw(_orders(len(steps)))
            if steps and number and draw(st.booleans()):
                steps[-1] = (task, draw(st.sampled_from(VARIABLES)))
                order = frozenset(pairwise(range(len(steps))))
            rules.append(
                Rule(
                    f"way{rank}{number}",
                    (task, "?x"),
                    draw(_literals(VARIABLES, 2)),
                    steps=tuple(steps),
                    order=order,
                )
            )
    return tuple(rules)


@st.composite
def wild_problems(draw: st.DrawFn) -> Wild:
    """Draw a problem of any shape."""
    names = st.sampled_from((*ACTIONS, *TASKS))
    tasks = draw(st.lists(st.tuples(names, st.sampled_from(OBJECTS)), min_size=1, max_size=3))
    return Wild(
        draw(_actions()),
        draw(_methods()),
        draw(st.frozensets(_facts(OBJECTS), max_size=4)),
        (tuple(tasks), draw(_orders(len(tasks)))),
        draw(_literals(OBJECTS, 2)),
    )
