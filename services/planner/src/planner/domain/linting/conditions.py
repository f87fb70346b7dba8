"""Methods that can never be taken, or only when another one has failed."""

from collections.abc import Iterator, Mapping

from planner.domain.expressions import (
    InvalidExpressionError,
    UnknownFactError,
    UnreadableError,
    compile_expression,
)
from planner.domain.linting.finding import Finding
from planner.domain.model.formulas import And, Atom, Equal, Expression, Formula, Not
from planner.domain.model.tasks import Domain, Method, Problem
from planner.domain.remarks import Severity


def conjuncts(formula: Formula) -> tuple[Formula, ...]:
    """Return the parts that must all hold."""
    if isinstance(formula, And):
        return tuple(each for part in formula.parts for each in conjuncts(part))
    return (formula,)


def hopeless_methods(domain: Domain, problem: Problem | None) -> Iterator[Finding]:
    """Yield the methods, and for a problem the actions, whose conditions can never hold."""
    possible = None if problem is None else _possible_predicates(domain, problem)
    for method in domain.all_methods:
        formulas = (*conjuncts(method.precondition), *conjuncts(method.network.constraint))
        for reason in _contradictions(formulas, possible):
            yield _hopeless(f"method {method.name}", reason)
    for task in domain.tasks.values():
        for reason in _contradictions(conjuncts(task.precondition), possible):
            yield _hopeless(f"task {task.name}", reason)


def shadowed_methods(domain: Domain) -> Iterator[Finding]:
    """Yield the methods that stand after one that applies in any case, for no stated reason."""
    for methods in domain.methods.values():
        first = next((each for each in methods if _is_unconditional(each)), None)
        later = methods[methods.index(first) + 1 :] if first is not None else ()
        for method in (each for each in later if not each.mends):
            detail = f"{first.name if first else ''} stands before it and applies in any case"
            remedy = "let it stand first; where it is, it is taken only when the other has failed"
            yield Finding(f"method {method.name}", detail, remedy, Severity.WARNING)


def _hopeless(part: str, reason: str) -> Finding:
    detail = f"it can never apply: {reason}"
    return Finding(part, detail, "mend the condition, or remove it", Severity.WARNING, "when")


def _is_unconditional(method: Method) -> bool:
    """Return whether it always applies; an empty list to repeat a step for would speak against."""
    return not conjuncts(method.precondition) and method.for_each is None


def _contradictions(
    formulas: tuple[Formula, ...], possible: Mapping[str, None] | None
) -> Iterator[str]:
    for each in formulas:
        match each:
            case Not(part) if part in formulas:
                yield f"{_text(part)} must hold, and must not"
            case Not(Equal(left, right)) if left == right:
                yield f"{left} cannot differ from itself"
            case Equal(left, right) if left != right and not f"{left}{right}".count("?"):
                yield f"{left} is not {right}"
            case Atom(name=name) if possible is not None and name not in possible:
                yield f"no {name} holds at first, and no action brings one about"
            case Expression(text=text):
                yield from _expression_contradictions(text, formulas)
            case _:
                pass


def _expression_contradictions(text: str, formulas: tuple[Formula, ...]) -> Iterator[str]:
    if any(Expression(opposite) in formulas for opposite in (f"!{text}", f"!({text})")):
        yield f"`{text}` must hold, and must not"
    left, equals, right = (part.strip() for part in text.partition("=="))
    if equals and _is_literal(right):
        for other in formulas:
            if isinstance(other, Expression) and other.text < text:
                other_left, _, other_right = (part.strip() for part in other.text.partition("=="))
                if other_left == left and _is_literal(other_right) and other_right != right:
                    yield f"{left} cannot be {other_right} and {right}"
    try:
        reader = compile_expression(text)
        if not reader.names and reader.read(_Nothing()) is not True:
            yield f"`{text}` is never true"
    except (InvalidExpressionError, UnknownFactError, UnreadableError):
        return


def _is_literal(text: str) -> bool:
    quoted = text[:1] in {"'", '"'} and text.count(text[0]) == 2 and text.endswith(text[0])  # noqa: PLR2004 -- both ends
    return bool(quoted) or text.isdecimal() or text in {"true", "false", "null"}


class _Nothing:
    """A place where nothing can be read."""

    def __getitem__(self, name: str, /) -> None:
        raise UnreadableError(f"there is no {name}")


def _possible_predicates(domain: Domain, problem: Problem) -> dict[str, None]:
    added = (atom for task in domain.tasks.values() for each in task.effects for atom in each.added)
    return {atom.name: None for atom in (*problem.facts, *added)}


def _text(formula: Formula) -> str:
    match formula:
        case Atom(name, terms):
            return f"({' '.join((name, *terms))})"
        case Equal(left, right):
            return f"(= {left} {right})"
        case Expression(text):
            return f"`{text}`"
        case _:
            return "a condition"
