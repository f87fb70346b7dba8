"""What a domain must fulfil before anything is planned with it.

The planner relies on these: an unbound variable, data from nowhere or a cycle can then not occur
while a goal is under way.
"""

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from planner.domain.pipeline_model import (
    WHOLE_FAMILY,
    Domain,
    Method,
    Subtask,
    TaskModel,
    family_of,
    head_of,
)
from shared.contracts.vocabulary import DataTaskType


class DomainError(ValueError):
    """A domain cannot be planned with; says everything that is wrong with it."""


def sound(domain: Domain) -> Domain:
    """Return the domain.

    Raises:
        DomainError: something is wrong with it.
    """
    problems = problems_of(domain)
    if problems:
        raise DomainError(f"domain {domain.name}: " + "; ".join(problems))
    return domain


def problems_of(domain: Domain) -> tuple[str, ...]:
    """Return everything that is wrong with the domain, each with its place; empty when sound."""
    problems = list(_task_problems(domain))
    for methods in domain.methods.values():
        for method in methods:
            problems += [f"method {method.name}: {each}" for each in _shape(domain, method)]
    if not problems:
        for methods in domain.methods.values():
            for method in methods:
                problems += [f"method {method.name}: {each}" for each in _flow(domain, method)]
    return tuple(problems)


def _task_problems(domain: Domain) -> Iterator[str]:
    for task in domain.tasks.values():
        has_methods = task.name in domain.methods
        if task.task_type is DataTaskType.PRIMITIVE and has_methods:
            yield f"task {task.name} is primitive, so it can have no methods"
        if task.task_type is not DataTaskType.PRIMITIVE and not has_methods:
            yield f"task {task.name} is {task.task_type}, so it must have a method"


def _shape(domain: Domain, method: Method) -> Iterator[str]:
    if method.task not in domain.tasks:
        yield f"there is no task {method.task}"
        return
    if not method.subtasks:
        yield "it has no subtasks"
    names = [step.name for step in method.subtasks]
    if len(set(names)) < len(names):
        yield "two subtasks have one name; give one an alias"
    task = domain.tasks[method.task]
    scope = {*task.parameters, *task.needs}
    for condition in method.when:
        if head_of(condition.subject) not in scope:
            yield f"condition on {condition.subject}: {task.name} has no such parameter or need"
    for step in method.subtasks:
        yield from _step_problems(domain, step, scope, names)


def _step_problems(
    domain: Domain, step: Subtask, scope: set[str], names: list[str]
) -> Iterator[str]:
    if step.task not in domain.tasks:
        yield f"subtask {step.name}: there is no task {step.task}"
        return
    if set(step.arguments) != set(domain.tasks[step.task].parameters):
        yield f"subtask {step.name}: arguments differ from the parameters of {step.task}"
    yield from _unbound(step, scope)
    for earlier in step.after:
        if earlier not in names:
            yield f"subtask {step.name}: after {earlier}, which is no subtask here"


def _unbound(step: Subtask, scope: set[str]) -> Iterator[str]:
    paths = list(step.arguments.values())
    known = scope
    if step.for_each is not None:
        known = {*scope, step.for_each.variable}
        paths.append(step.for_each.label)
        if head_of(step.for_each.members) not in scope:
            yield f"subtask {step.name}: {step.for_each.members} is bound to nothing"
    for path in paths:
        if head_of(path) not in known:
            yield f"subtask {step.name}: {path} is bound to nothing"


def _flow(domain: Domain, method: Method) -> Iterator[str]:
    task = domain.tasks[method.task]
    made = {family_of(name) for step in method.subtasks for name in _made_by(domain, step)}
    for name in (*task.outputs, *task.effects):
        if family_of(name) not in made:
            yield f"{name} is promised by {task.name} and made by no subtask"
    available = made | {family_of(name) for name in (*task.inputs, *task.needs)}
    for step in method.subtasks:
        for name in _read_by(domain, step):
            if family_of(name) not in available:
                yield f"subtask {step.name}: {name} comes from nowhere"
    graph = {step.name: _before(domain, method, step) for step in method.subtasks}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield f"subtasks wait for one another: {', '.join(error.args[1])}"
    yield from _wide_joins(domain, method, graph)


def _wide_joins(domain: Domain, method: Method, graph: dict[str, set[str]]) -> Iterator[str]:
    wide = {step.name for step in method.subtasks if step.for_each is not None}
    for step in method.subtasks:
        is_whole = any(name.endswith(WHOLE_FAMILY) for name in domain.tasks[step.task].inputs)
        if step.name in wide and graph[step.name] & wide and (is_whole or step.after):
            yield f"subtask {step.name}: many wait for many; put one side into a compound task"


def _before(domain: Domain, method: Method, step: Subtask) -> set[str]:
    read = {family_of(name) for name in _read_by(domain, step)}
    return set(step.after) | {
        other.name
        for other in method.subtasks
        if read & {family_of(name) for name in _made_by(domain, other)}
    }


def _made_by(domain: Domain, step: Subtask) -> tuple[str, ...]:
    return _model(domain, step).outputs + _model(domain, step).effects


def _read_by(domain: Domain, step: Subtask) -> tuple[str, ...]:
    return _model(domain, step).inputs + _model(domain, step).needs


def _model(domain: Domain, step: Subtask) -> TaskModel:
    return domain.tasks[step.task]
