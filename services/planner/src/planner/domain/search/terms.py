"""Which objects a condition names."""

from collections.abc import Iterable, Iterator

from planner.domain.model.formulas import And, Atom, Equal, Expression, Formula, Not, Or


def constants_in(formulas: Iterable[Formula], terms: Iterable[str]) -> tuple[str, ...]:
    """Return the objects that stand in the formulas and among the terms, each once."""
    both = [*terms, *(term for formula in formulas for term in terms_in(formula))]
    return tuple(dict.fromkeys(term for term in both if not term.startswith("?")))


def terms_in(formula: Formula) -> Iterator[str]:
    """Yield the terms of a condition, as often as they occur."""
    match formula:
        case Atom(_, terms):
            yield from terms
        case Equal(left, right):
            yield from (left, right)
        case And(parts) | Or(parts):
            for part in parts:
                yield from terms_in(part)
        case Not(part):
            yield from terms_in(part)
        case Expression():
            pass
        case _:
            yield from terms_in(formula.part)
