"""Whether every name in an expression stands for something, where the lazy planner reads it."""

import re
from collections.abc import Iterator

from planner.domain.expressions import InvalidExpressionError, compile_expression
from planner.domain.linting.conditions import conjuncts
from planner.domain.linting.finding import Finding
from planner.domain.model.formulas import Expression
from planner.domain.model.tasks import Domain, Method, Task

_HOLE = re.compile(r"\{([^{}]*)\}")


def unbound_names(domain: Domain) -> Iterator[Finding]:
    """Yield the expressions that are none, or that name what is not there."""
    for task in domain.tasks.values():
        yield from _in_task(task)
    for method in domain.all_methods:
        yield from _in_method(domain, method)


def _in_task(task: Task) -> Iterator[Finding]:
    part, known = f"task {task.name}", [each.name for each in task.parameters]
    for name in (*task.inputs, *task.outputs):
        for path in _HOLE.findall(name):
            yield from _checked(path, known, part, name)
    size = task.work.duration.size if task.work is not None else ""
    if size:
        yield from _checked(size, known, part, "size")


def _in_method(domain: Domain, method: Method) -> Iterator[Finding]:
    part = f"method {method.name}"
    task = domain.tasks[method.task.name]
    known = [*(each.name for each in task.parameters), *task.needs]
    for each in conjuncts(method.precondition):
        if isinstance(each, Expression):
            yield from _checked(each.text, known, part, "when")
    inner = known
    if method.for_each is not None:
        yield from _checked(method.for_each.members.text, known, part, "for_each")
        inner = [*known, method.for_each.variable]
        yield from _checked(method.for_each.label, inner, part, "label")
    for step in method.network.steps:
        for argument in step.arguments:
            text = argument.text if isinstance(argument, Expression) else argument
            yield from _checked(text, inner, part, f"step {step.name}")


def _checked(text: str, known: list[str], part: str, at: str) -> Iterator[Finding]:
    try:
        names = compile_expression(text).names
    except InvalidExpressionError as error:
        yield Finding(part, f"{at}: {error}", error.remedy, at=at)
        return
    for name in names:
        if name not in known:
            detail = f"{at}: {name} in `{text}` is bound to nothing"
            there = ", ".join(known) or "nothing"
            remedy = f"there is {there} here; declare it as parameter or, if it is a fact, as need"
            yield Finding(part, detail, remedy, at=at)
