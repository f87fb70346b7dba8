"""Whether all data and facts that are read are made, and made before they are read."""

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from planner.domain.linting.finding import Finding
from planner.domain.model.tasks import WHOLE_FAMILY, Domain, Method, Task, family_of


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
    steps = method.network.steps
    for step in steps:
        others = (each for each in steps if each is not step or method.for_each is not None)
        made = {name for other in others for name in _made_by(domain.tasks[other.task])}
        for name in _read_by(domain.tasks[step.task]):
            if family_of(name) not in made | outside:
                detail = f"{name}, which {step.name} reads, comes from nowhere"
                remedy = f"add a step that makes it, or let {task.name} take it from outside:"
                remedy += " as input if it is data, as need if it is a fact"
                yield Finding(f"method {method.name}", detail, remedy, at=f"step {step.name}")


def _circles(domain: Domain, method: Method) -> Iterator[Finding]:
    steps = method.network.steps
    sorter = TopologicalSorter[str]({step.name: () for step in steps})
    for before, after in method.network.orderings:
        sorter.add(steps[after].name, steps[before].name)
    for step in steps:
        read = {family_of(name) for name in _read_by(domain.tasks[step.task])}
        for other in steps:
            if other is not step and read & set(_made_by(domain.tasks[other.task])):
                sorter.add(step.name, other.name)
    try:
        sorter.prepare()
    except CycleError as error:
        detail = f"steps wait for one another: {', '.join(error.args[1])}"
        remedy = "let one of them neither read the other's data nor come after it"
        yield Finding(f"method {method.name}", detail, remedy)


def _made_by(task: Task) -> tuple[str, ...]:
    return tuple(family_of(name) for name in (*task.outputs, *task.facts))


def _read_by(task: Task) -> tuple[str, ...]:
    return (*task.inputs, *task.needs)
