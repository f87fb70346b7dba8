"""A domain and a problem compiled: every name a number, every condition a function.

Compiling happens once for a search; what can be known before it starts is known here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from planner.domain.model.formulas import Formula, Typed
from planner.domain.model.tasks import Domain, Method, Problem
from planner.domain.search.conditions import Test
from planner.domain.search.deeds import Deed
from planner.domain.search.facts import Facts
from planner.domain.search.matching import Matcher, Matching, test_of
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

    domain: Domain
    """With the problem's network in it."""
    facts: Facts
    works: Mapping[str, Work]
    """Compound tasks by name."""
    deeds: Mapping[str, Deed]
    """Actions by name."""
    needs: Sequence[tuple[Method, Needs]]
    """Each method that is not hopeless, with what it needs when it is chosen."""
    goal: Test
    is_ordered: bool
    """Whether no two tasks can ever be carried out in either order."""
    is_interleaved: bool
    """Whether tasks of different methods may be carried out in turns."""

    @property
    def root(self) -> Work:
        """The task that the problem is."""
        return self.works[ROOT]

    def task(self, name: str) -> Deed | Work:
        """Return the action or compound task with this name."""
        return self.deeds.get(name) or self.works[name]


def compile_problem(domain: Domain, problem: Problem, *, interleaved: bool) -> Program:
    """Return the problem compiled for contiguous or for interleaved decomposition."""
    universe = Universe(domain, problem)
    domain = prepared(domain, problem)
    facts = Facts(problem, domain, universe)
    components = _components(domain)
    actions = domain.primitives
    necessities = Necessities(domain, facts.influences, interleaved=interleaved)
    asked = [(method, necessities.of_method(method)) for method in domain.all_methods]
    program = Program(
        domain=domain,
        facts=facts,
        works={
            name: Work(len(actions) + number, name, components[name])
            for number, name in enumerate(domain.compounds)
        },
        deeds={
            action.name: Deed(action, number, facts)
            for number, action in enumerate(actions.values())
        },
        needs=[(method, needs) for method, needs in asked if needs is not None],
        goal=_goal(problem.goal, facts),
        is_ordered=all(order_of(each.network).is_chain for each in domain.all_methods),
        is_interleaved=interleaved,
    )
    for method, needs in program.needs:
        formulas = (method.precondition, method.network.constraint)
        others = [other for each in formulas for other in conjuncts(each)[1]]
        program.works[method.task.name].ways.append(way_of(method, needs, others, program, facts))
    return program


def way_of(
    method: Method, needs: Needs, others: Sequence[Formula], program: Program, facts: Facts
) -> Way:
    """Return the method with the objects for which the facts meet the needs and the others."""
    tasks = (method.task, *method.network.steps)
    terms = [*(term for task in tasks for term in task.terms), *_terms_of(needs)]
    outer = program.domain.tasks[method.task.name].parameters
    given = [
        Typed(term, parameter.types)
        for term, parameter in zip(method.task.terms, outer, strict=True)
    ]
    matching = Matching(facts, given, constants_in(others, terms))
    matcher = matching.plan(needs, others, [each.name for each in method.parameters])
    slots = matching.places.slots
    steps = tuple(
        (program.task(step.task), row_at([slots[term] for term in step.terms]))
        for step in method.network.steps
    )
    return Way(method.name, matcher, steps, order_of(method.network))


def _goal(goal: Formula, facts: Facts) -> Test:
    """Return the test of what must hold at last."""
    constants = constants_in([goal], ())
    test = test_of(goal, Matching(facts, (), constants).places)
    row = tuple(facts.universe.numbers[name] for name in constants)
    return lambda _: test(row)


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
