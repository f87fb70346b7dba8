"""Whether all parts are there: every task that is named, every method that is needed."""

from collections import Counter
from collections.abc import Iterator

from planner.domain.linting.finding import Finding, is_searched
from planner.domain.model.tasks import Domain, Method, Task
from planner.domain.remarks import Severity


def structure_problems(domain: Domain) -> Iterator[Finding]:
    """Yield what is missing, or too much; the other rules ask for a domain without."""
    for task in domain.tasks.values():
        yield from _task_problems(domain, task)
    for method in domain.all_methods:
        yield from _method_problems(domain, method)
    names = Counter(method.name for method in domain.all_methods)
    for name, count in names.items():
        if count > 1 and not is_searched(domain):
            detail = f"{count} methods have this name"
            yield Finding(f"method {name}", detail, "rename all but one")


def _task_problems(domain: Domain, task: Task) -> Iterator[Finding]:
    part, has_methods = f"task {task.name}", task.name in domain.methods
    if task.is_primitive and has_methods:
        detail = "it is primitive, so it can have no methods"
        yield Finding(part, detail, "make it compound, or remove its methods")
    if not task.is_primitive and not has_methods:
        severity = Severity.WARNING if is_searched(domain) else Severity.ERROR
        detail = f"it is {task.task_type}, and no method tells how it is carried out"
        yield Finding(part, detail, "add a method", severity)
    if is_searched(domain):
        return
    if task.is_primitive and task.work is None:
        detail = "it is primitive, and nothing is said about the work that it is"
        yield Finding(part, detail, "add `work: {}`, or what else the agent must know")
    if not task.is_primitive and task.work is not None:
        detail = f"it is {task.task_type}, so nobody can work on it"
        yield Finding(part, detail, "remove `work`, or make the task primitive")
    if task.is_primitive and task.budget_seconds is not None:
        detail = "it is primitive, so nothing below it could spend a budget"
        yield Finding(part, detail, "give it `work: {timeout_seconds: …}` instead")


def _method_problems(domain: Domain, method: Method) -> Iterator[Finding]:
    part = f"method {method.name}"
    if method.task.name not in domain.tasks:
        detail = f"there is no task {method.task.name}"
        yield Finding(part, detail, "correct the name, or add the task")
    names = [step.name for step in method.network.steps]
    for name, count in Counter(names).items():
        if count > 1:
            yield Finding(part, f"{count} steps are called {name}", "give each its own `name`")
    for step in method.network.steps:
        at = f"step {step.name}"
        task = domain.tasks.get(step.task)
        if task is None:
            detail = f"there is no task {step.task}"
            yield Finding(part, detail, "correct the name, or add the task", at=at)
        elif len(step.arguments) != len(task.parameters):
            detail = (
                f"{task.name} takes {len(task.parameters)} arguments, not {len(step.arguments)}"
            )
            yield Finding(part, detail, "give one for each of its parameters", at=at)
    if method.for_each is not None and len(names) != 1:
        detail = f"a method with for_each has one step, not {len(names)}"
        yield Finding(part, detail, "make the steps a method of a compound task")
