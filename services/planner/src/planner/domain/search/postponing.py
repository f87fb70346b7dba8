"""Choosing a method's objects no sooner than they are needed.

A variable that only later subtasks mention is not bound when the method is chosen, but when the
first of these subtasks comes up: with the state as it is by then, and with nothing to take back
but itself when the choice was wrong. To this end a method whose subtasks form a chain is cut in
two: its later part becomes a method of a task that carries on where the first part ends. Plans do
not show these tasks.

The problem's own network becomes the only method of a task without a name, so that whatever is
true of methods is true of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from planner.domain.model.formulas import And, Atom, Formula
from planner.domain.model.tasks import Domain, Method, Network, Problem, Step, Task
from planner.domain.search.ordering import order_of
from planner.domain.search.terms import terms_in
from shared.contracts.vocabulary import DataTaskType

ROOT = ""
"""The task whose only method is the problem's network."""

_CONTINUATION = "rest of "
"""Begins the names of tasks that carry a method on; no name of a domain has a space in it."""


def prepared(domain: Domain, problem: Problem) -> Domain:
    """Return the domain with the problem's network in it, and each method cut where it can be."""
    root = Method(ROOT, Atom(ROOT), problem.network, problem.parameters)
    tasks = {**domain.tasks, ROOT: Task(ROOT, DataTaskType.COMPOUND)}
    methods: dict[str, tuple[Method, ...]] = {}
    for number, method in enumerate((*domain.all_methods, root)):
        for part in _parts(_in_order(method), number):
            methods[part.task.name] = (*methods.get(part.task.name, ()), part)
            if is_continuation(part.task.name):
                types = {each.name: each for each in part.parameters}
                parameters = tuple(types[term] for term in part.task.terms)
                tasks[part.task.name] = Task(part.task.name, DataTaskType.COMPOUND, parameters)
    return replace(domain, tasks=tasks, methods=methods)


def is_continuation(task: str) -> bool:
    """Return whether the task only carries a method on."""
    return task.startswith(_CONTINUATION)


def _in_order(method: Method) -> Method:
    """Return the method with its subtasks written down in their order, if they form a chain."""
    order = order_of(method.network)
    if not order.is_chain:
        return method
    steps = tuple(method.network.steps[number] for number in reversed(order.backward))
    return replace(method, network=_chain(steps, method.network.constraint))


def _chain(steps: tuple[Step, ...], constraint: Formula) -> Network:
    return Network(steps, tuple((at, at + 1) for at in range(len(steps) - 1)), constraint)


def _parts(method: Method, number: int) -> Iterator[Method]:
    """Yield the method cut before each subtask that mentions something new."""
    rest: Method | None = method if order_of(method.network).is_chain else None
    if rest is None:
        yield method
    cuts = 0
    while rest is not None:
        first, rest = _cut(rest, f"{_CONTINUATION}{number}.{cuts}")
        cuts += 1
        yield first


def _cut(method: Method, name: str) -> tuple[Method, Method | None]:
    steps = method.network.steps
    constraints = _conjuncts(method.network.constraint)
    early = _mentioned((*method.task.terms, *terms_in(method.precondition)))
    early |= _mentioned(term for step in steps[:1] for term in step.terms)
    used = _mentioned(term for step in steps for term in step.terms)
    # What only constraints mention can be bound with the method, as long as nothing else is late.
    early |= {each.name: None for each in method.parameters if each.name not in used}
    cut = next((at for at, step in enumerate(steps) if _mentioned(step.terms).keys() - early), None)
    if cut is None:
        return method, None
    now = [each for each in constraints if not _mentioned(terms_in(each)).keys() - early]
    late = [each for each in constraints if each not in now]
    terms = (
        *(term for step in steps[cut:] for term in step.terms),
        *(term for each in late for term in terms_in(each)),
    )
    passed = tuple(term for term in _mentioned(terms) if term in early)
    first = replace(
        method,
        parameters=tuple(each for each in method.parameters if each.name in early),
        network=_chain((*steps[:cut], Step(name, name, passed)), And(tuple(now))),
    )
    rest = Method(
        name=method.name,
        parameters=tuple(
            each for each in method.parameters if each.name in passed or each.name not in early
        ),
        task=Atom(name, passed),
        network=_chain(steps[cut:], And(tuple(late))),
    )
    return first, rest


def _mentioned(terms: Iterable[str]) -> dict[str, None]:
    return dict.fromkeys(term for term in terms if term.startswith("?"))


def _conjuncts(formula: Formula) -> tuple[Formula, ...]:
    if isinstance(formula, And):
        return tuple(each for part in formula.parts for each in _conjuncts(part))
    return (formula,)
