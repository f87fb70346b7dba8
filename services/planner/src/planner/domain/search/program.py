"""A domain and a problem compiled: every name a number, every condition a function.

Compiling happens once for a search; what can be known before it starts is known here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from planner.domain.model.formulas import Formula, Typed
from planner.domain.model.tasks import Domain, Method, Problem
from planner.domain.search.conditions import Test, test_of
from planner.domain.search.deeds import Deed
from planner.domain.search.facts import Facts
from planner.domain.search.matching import Matcher, Matching
from planner.domain.search.necessity import Necessities, Needs
from planner.domain.search.needs import conjuncts
from planner.domain.search.ordering import Order, order_of
from planner.domain.search.postponing import ROOT, prepared
from planner.domain.search.state import RowOf, row_at
from planner.domain.search.terms import constants_in
from planner.domain.search.universe import Universe


@dataclass(frozen=True, slots=True)
class Way:
    """A method, ready to be tried."""

    name: str
    matcher: Matcher
    steps: tuple[tuple["Deed | Work", RowOf], ...]
    """Each subtask, and what picks its arguments out of the matcher's rows."""
    order: Order


@dataclass(slots=True, eq=False)
class Work:
    """A compound task, ready to be decomposed."""

    number: int
    name: str
    component: int
    """Tasks that lead to one another, by any way, have the same."""
    ways: list[Way] = field(default_factory=list[Way])


@dataclass(frozen=True, slots=True)
class Program:
    """All that a search works with; its facts are what the search changes."""

    facts: Facts
    root: Work
    goal: Test
    is_ordered: bool
    """Whether no two tasks can ever be carried out in either order."""
    is_interleaved: bool
    """Whether tasks of different methods may be carried out in turns."""


def compile_problem(domain: Domain, problem: Problem, *, interleaved: bool) -> Program:
    """Return the problem compiled for contiguous or for interleaved decomposition."""
    universe = Universe(domain, problem)
    domain = prepared(domain, problem)
    compiler = _Compiler(domain, Facts(problem, domain, universe), interleaved=interleaved)
    return Program(
        facts=compiler.facts,
        root=compiler.works[ROOT],
        goal=compiler.goal(problem.goal),
        is_ordered=all(order_of(each.network).is_chain for each in domain.all_methods),
        is_interleaved=interleaved,
    )


class _Compiler:
    def __init__(self, domain: Domain, facts: Facts, *, interleaved: bool) -> None:
        self.facts = facts
        self._domain = domain
        self._necessities = Necessities(domain, facts.influences, interleaved=interleaved)
        components = _components(domain)
        self._tasks: dict[str, Deed | Work] = {}
        actions = domain.primitives
        for number, action in enumerate(actions.values()):
            self._tasks[action.name] = Deed(action, number, facts)
        self.works = {
            name: Work(len(actions) + number, name, components[name])
            for number, name in enumerate(domain.compounds)
        }
        self._tasks |= self.works
        for method in domain.all_methods:
            outer = domain.tasks[method.task.name].parameters
            self.works[method.task.name].ways += self._ways(method, outer)

    def goal(self, goal: Formula) -> Test:
        """Return the test of what must hold at last."""
        constants = constants_in([goal], ())
        matcher = Matching(self.facts, (), constants)
        test = test_of(goal, matcher.places)
        row = tuple(self.facts.universe.numbers[name] for name in constants)
        return lambda _: test(row)

    def _ways(self, method: Method, outer: Sequence[Typed]) -> Iterator[Way]:
        needs = self._necessities.of_method(method)
        if needs is None:
            return
        formulas = (method.precondition, method.network.constraint)
        others = [other for each in formulas for other in conjuncts(each)[1]]
        tasks = (method.task, *method.network.steps)
        terms = [*(term for task in tasks for term in task.terms), *_terms_of(needs)]
        given = [
            Typed(term, parameter.types)
            for term, parameter in zip(method.task.terms, outer, strict=True)
        ]
        matching = Matching(self.facts, given, constants_in(others, terms))
        names = [each.name for each in method.parameters]
        matcher = matching.plan(needs, others, names)
        slots = matching.places.slots
        steps = tuple(
            (self._tasks[step.task], row_at([slots[term] for term in step.terms]))
            for step in method.network.steps
        )
        yield Way(method.name, matcher, steps, order_of(method.network))


def _terms_of(needs: Needs) -> Iterator[str]:
    for need in needs:
        yield from (term for term in need.terms if term is not None)


def _components(domain: Domain) -> dict[str, int]:
    """Return a number for each compound task: equal for tasks that lead to one another."""
    leads: dict[str, dict[str, None]] = {name: {} for name in domain.compounds}
    for method in domain.all_methods:
        leads[method.task.name] |= {
            each.task: None for each in method.network.steps if each.task in leads
        }
    reached = {name: _reached(name, leads) for name in leads}
    numbers: dict[str, int] = {}
    for number, name in enumerate(leads):
        twins = [other for other in reached[name] if name in reached[other]]
        numbers[name] = min((numbers[twin] for twin in twins if twin in numbers), default=number)
    return numbers


def _reached(start: str, leads: dict[str, dict[str, None]]) -> dict[str, None]:
    found: dict[str, None] = {}
    waiting = list(leads[start])
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            waiting += leads[name]
    return found
