"""What methods lead to: tasks that none leads to, and tasks that lead back to themselves."""

from collections.abc import Iterator, Mapping

from planner.domain.expressions import InvalidExpressionError, compile_expression
from planner.domain.linting.conditions import conjuncts
from planner.domain.linting.finding import Finding, is_searched
from planner.domain.model.formulas import Expression
from planner.domain.model.tasks import Domain, Method, Problem, Step
from planner.domain.remarks import Severity
from shared.contracts.vocabulary import DataTaskType


def unreached_tasks(domain: Domain, problem: Problem | None) -> Iterator[Finding]:
    """Yield the tasks that are part of nothing that can be asked for."""
    reached = _reached(domain, _roots(domain, problem))
    for name in domain.tasks:
        if name not in reached:
            detail = "nothing that can be asked for leads to it"
            remedy = "use it in a method, or remove it"
            yield Finding(f"task {name}", detail, remedy, Severity.WARNING)


def endless_recursions(domain: Domain) -> Iterator[Finding]:
    """Yield the methods that lead back to their own task with nothing changed."""
    if is_searched(domain):
        yield from _searched_recursions(domain)
        return
    leads = {
        name: {step.task: None for method in methods for step in _unchanged_steps(domain, method)}
        for name, methods in domain.methods.items()
    }
    for method in domain.all_methods:
        name = method.task.name
        for step in _unchanged_steps(domain, method):
            if name == step.task or name in _leading(step.task, leads):
                detail = f"{step.name} leads back to {name} with the same arguments, without end"
                remedy = "hand over less, or let a condition on a fact end it"
                yield Finding(f"method {method.name}", detail, remedy, at=f"step {step.name}")


def _roots(domain: Domain, problem: Problem | None) -> list[str]:
    if problem is not None:
        return [step.task for step in problem.network.steps]
    if is_searched(domain):
        return list(domain.compounds)
    abstract = [
        name for name, task in domain.tasks.items() if task.task_type is DataTaskType.ABSTRACT
    ]
    used = {step.task for method in domain.all_methods for step in method.network.steps}
    return abstract or [name for name in domain.compounds if name not in used]


def _reached(domain: Domain, roots: list[str]) -> dict[str, None]:
    leads = {
        name: {step.task: None for method in methods for step in method.network.steps}
        for name, methods in domain.methods.items()
    }
    found = dict.fromkeys(roots)
    for root in roots:
        found |= _leading(root, leads)
    return found


def _leading(start: str, leads: Mapping[str, Mapping[str, None]]) -> dict[str, None]:
    found: dict[str, None] = {}
    waiting = [start]
    while waiting:
        for name in leads.get(waiting.pop(), {}):
            if name not in found:
                found[name] = None
                waiting.append(name)
    return found


def _searched_recursions(domain: Domain) -> Iterator[Finding]:
    for method in domain.all_methods:
        match method.network.steps:
            case [only] if only.task == method.task.name and only.terms == method.task.terms:
                detail = f"it leads from {only.task} to the same {only.task}, and changes nothing"
                remedy = "let an action come first, or remove it"
                yield Finding(f"method {method.name}", detail, remedy, Severity.WARNING)
            case _:
                pass


def _unchanged_steps(domain: Domain, method: Method) -> Iterator[Step]:
    """Yield the steps that get the task's own arguments, when no condition can change."""
    if method.for_each is not None or _can_change(domain, method):
        return
    parameters = [each.name for each in domain.tasks[method.task.name].parameters]
    for step in method.network.steps:
        wanted = domain.tasks[step.task]
        own = [Expression(each.name) for each in wanted.parameters]
        if not wanted.is_primitive and list(step.arguments) == own and _same(own, parameters):
            yield step


def _same(arguments: list[Expression], parameters: list[str]) -> bool:
    return all(each.text in parameters for each in arguments)


def _can_change(domain: Domain, method: Method) -> bool:
    needs = set(domain.tasks[method.task.name].needs)
    for each in conjuncts(method.precondition):
        try:
            names = compile_expression(each.text).names if isinstance(each, Expression) else ()
        except InvalidExpressionError:
            names = ()
        if needs & set(names):
            return True
    return False
