"""Whether all data and facts that are read are made, and made before they are read."""

from collections.abc import Callable, Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from planner.domain.linting.finding import Finding
from planner.domain.model.tasks import WHOLE_FAMILY, Domain, Method, Task, family_of

_KEY_NODE = "data "
"""Begins the nodes of data among those of steps; no step's name has a space in it."""


def flow_problems(domain: Domain) -> Iterator[Finding]:
    """Yield what is promised and not made, what comes from nowhere, and steps in a circle."""
    used = {step.task for method in domain.all_methods for step in method.network.steps}
    for task in domain.tasks.values():
        if task.name not in used and task.name in domain.methods:
            for name in (*task.inputs, *task.needs):
                detail = f"{name} comes from nowhere: it is part of no other task"
                remedy = "take it as a parameter, or make it in a step"
                yield Finding(f"task {task.name}", detail, remedy)
    for method in domain.all_methods:
        yield from _broken_promises(domain, method)
        yield from _from_nowhere(domain, method)
        yield from _circles(domain, method)


def _broken_promises(domain: Domain, method: Method) -> Iterator[Finding]:
    task = domain.tasks[method.task.name]
    made = {name for step in method.network.steps for name in _made_by(domain.tasks[step.task])}
    for name in (*task.outputs, *task.facts):
        may_be_empty = name.endswith(WHOLE_FAMILY) and not method.network.steps
        if family_of(name) not in made and not may_be_empty:
            detail = f"{name} is promised by {task.name} and made by no step"
            remedy = "add a step that makes it, or do not promise it"
            yield Finding(f"method {method.name}", detail, remedy)


def _from_nowhere(domain: Domain, method: Method) -> Iterator[Finding]:
    task = domain.tasks[method.task.name]
    outside = {family_of(name) for name in (*task.inputs, *task.needs)}
    makers = _makers(domain, method, _made_by)
    for step in method.network.steps:
        for name in _read_by(domain.tasks[step.task]):
            made = makers.get(family_of(name), ())[:2]
            is_own = made == (step.name,) and method.for_each is None
            if (is_own or not made) and family_of(name) not in outside:
                detail = f"{name}, which {step.name} reads, comes from nowhere"
                remedy = f"add a step that makes it, or let {task.name} take it from outside:"
                remedy += " as input if it is data, as need if it is a fact"
                yield Finding(f"method {method.name}", detail, remedy, at=f"step {step.name}")


def _circles(domain: Domain, method: Method) -> Iterator[Finding]:
    """Yield steps that wait for one another; data is a node too, for many make and read it."""
    makers = _makers(domain, method, _keys_made)
    sorter = TopologicalSorter[str]()
    for key, steps in makers.items():
        sorter.add(f"{_KEY_NODE}{key}", *steps)
    for before, after in method.network.orderings:
        sorter.add(method.network.steps[after].name, method.network.steps[before].name)
    for step in method.network.steps:
        for key in _keys_read(domain.tasks[step.task]):
            if step.name in makers.get(key, ()):
                sorter.add(step.name, *(each for each in makers[key] if each != step.name))
            elif key in makers:
                sorter.add(step.name, f"{_KEY_NODE}{key}")
    try:
        sorter.prepare()
    except CycleError as error:
        circle = [name for name in error.args[1] if not name.startswith(_KEY_NODE)]
        detail = f"steps wait for one another: {', '.join(circle)}"
        remedy = "let one of them neither read the other's data nor come after it"
        yield Finding(f"method {method.name}", detail, remedy)


def _makers(
    domain: Domain, method: Method, made_by: Callable[[Task], Iterable[str]]
) -> dict[str, tuple[str, ...]]:
    """Return the steps that make each of what `made_by` tells of their tasks."""
    found: dict[str, dict[str, None]] = {}
    for step in method.network.steps:
        for key in made_by(domain.tasks[step.task]):
            found.setdefault(key, {})[step.name] = None
    return {key: tuple(steps) for key, steps in found.items()}


def _keys_made(task: Task) -> Iterator[str]:
    """Yield under which keys a reader surely finds what the task makes."""
    for name in (*task.outputs, *task.facts):
        yield family_of(name)
        if "{" not in name:
            yield f"={name}"


def _keys_read(task: Task) -> Iterator[str]:
    for name in _read_by(task):
        if name.endswith(WHOLE_FAMILY):
            yield family_of(name)
        else:
            yield f"={family_of(name)}{WHOLE_FAMILY}"
            yield f"={name}"


def _made_by(task: Task) -> tuple[str, ...]:
    return tuple(family_of(name) for name in (*task.outputs, *task.facts))


def _read_by(task: Task) -> tuple[str, ...]:
    return (*task.inputs, *task.needs)
