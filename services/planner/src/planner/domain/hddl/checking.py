"""What must be true of a domain and a problem before any search: every name leads somewhere."""

from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from planner.domain.hddl.syntax import HddlError, Place
from planner.domain.model.formulas import (
    OBJECT,
    And,
    Atom,
    Equal,
    Exists,
    Expression,
    ForAll,
    Formula,
    Not,
    Or,
    Typed,
)
from planner.domain.model.tasks import Domain, Method, Network, Problem, Task

REMEDY = "correct the name, or declare it"


class _Scope:
    """The names that may be used at one place."""

    def __init__(self, domain: Domain, objects: Sequence[Typed]) -> None:
        self.domain = domain
        self.objects = {each.name for each in (*domain.constants, *objects)}
        parents = {parent for types in domain.types.values() for parent in types}
        self.types = {OBJECT, *domain.types, *parents}
        self.predicates = {name: len(terms) for name, terms in domain.predicates.items()}
        self.tasks = {each.name: len(each.parameters) for each in domain.tasks.values()}

    def variables(self, names: Sequence[Typed]) -> Iterator[str]:
        """Yield what is wrong with declared variables."""
        yield from (f"{each.name} is no variable" for each in names if each.name[:1] != "?")
        yield from self.typed(names)

    def typed(self, names: Sequence[Typed]) -> Iterator[str]:
        """Yield what is wrong with declared names."""
        for each in names:
            yield from (f"there is no type {name}" for name in each.types if name not in self.types)

    def atom(self, atom: Atom, kinds: Mapping[str, int], known: set[str]) -> Iterator[str]:
        """Yield what is wrong with a predicate or task and its terms."""
        if atom.name not in kinds:
            yield f"there is no {atom.name}"
        elif kinds[atom.name] != len(atom.terms):
            yield f"{atom.name} takes {kinds[atom.name]} terms, not {len(atom.terms)}"
        yield from self.terms(atom.terms, known)

    def terms(self, terms: Sequence[str], known: set[str]) -> Iterator[str]:
        """Yield the terms that are bound to nothing."""
        for term in terms:
            if term not in (known if term.startswith("?") else self.objects):
                yield f"{term} is declared nowhere"

    def formula(self, formula: Formula, known: set[str]) -> Iterator[str]:
        """Yield what is wrong with a condition."""
        match formula:
            case Atom():
                yield from self.atom(formula, self.predicates, known)
            case Equal():
                yield from self.terms((formula.left, formula.right), known)
            case Not():
                yield from self.formula(formula.part, known)
            case And() | Or():
                for part in formula.parts:
                    yield from self.formula(part, known)
            case Exists() | ForAll():
                yield from self.variables(formula.variables)
                inner = known | {each.name for each in formula.variables}
                yield from self.formula(formula.part, inner)
            case Expression():
                pass

    def network(self, network: Network, known: set[str]) -> Iterator[str]:
        """Yield what is wrong with tasks and their order."""
        for step in network.steps:
            yield from self.atom(Atom(step.task, step.terms), self.tasks, known)
        yield from self.formula(network.constraint, known)
        sorter = TopologicalSorter[int]()
        for first, second in network.orderings:
            sorter.add(second, first)
        try:
            sorter.prepare()
        except CycleError:
            yield "its subtasks are ordered in a circle"


def check_domain(domain: Domain, places: Mapping[str, Place], start: Place) -> None:
    """Pass a domain in which every name leads somewhere.

    Raises:
        HddlError: one does not.
    """
    for owner, problem in _domain_problems(domain):
        raise HddlError(places.get(owner, start), f"{owner}: {problem}", REMEDY)


def check_problem(problem: Problem, domain: Domain, start: Place) -> None:
    """Pass a problem in which every name leads somewhere.

    Raises:
        HddlError: one does not.
    """
    scope = _Scope(domain, problem.objects)
    known = {each.name for each in problem.parameters}
    found = [*scope.typed(problem.objects), *scope.variables(problem.parameters)]
    found += scope.network(problem.network, known)
    for fact in problem.facts:
        found += scope.atom(fact, scope.predicates, set())
    found += scope.formula(problem.goal, set())
    if found:
        raise HddlError(start, f"{problem.name}: {found[0]}", REMEDY)


def _domain_problems(domain: Domain) -> Iterator[tuple[str, str]]:
    scope = _Scope(domain, ())
    for predicate, terms in domain.predicates.items():
        yield from ((predicate, each) for each in scope.typed(terms))
    for task in domain.tasks.values():
        yield from ((task.name, each) for each in _task_problems(task, scope))
    for method in domain.all_methods:
        yield from ((method.name, each) for each in _method_problems(method, scope))


def _task_problems(task: Task, scope: _Scope) -> Iterator[str]:
    known = {each.name for each in task.parameters}
    yield from scope.variables(task.parameters)
    yield from scope.formula(task.precondition, known)
    for effect in task.effects:
        inner = known | {each.name for each in effect.variables}
        yield from scope.variables(effect.variables)
        yield from scope.formula(effect.condition, inner)
        for atom in (*effect.added, *effect.removed):
            yield from scope.atom(atom, scope.predicates, inner)


def _method_problems(method: Method, scope: _Scope) -> Iterator[str]:
    known = {each.name for each in method.parameters}
    yield from scope.variables(method.parameters)
    yield from scope.atom(method.task, scope.tasks, known)
    yield from scope.formula(method.precondition, known)
    yield from scope.network(method.network, known)
    task = scope.domain.tasks.get(method.task.name)
    if task is not None and task.is_primitive:
        yield f"{method.task.name} is an action, so it can have no methods"
