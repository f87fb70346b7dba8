"""Which objects a condition names."""

from collections.abc import Iterable, Iterator

from planner.domain.hddl.model import And, Atom, Equal, Formula, Not, Or


def constants_in(formulas: Iterable[Formula], terms: Iterable[str]) -> tuple[str, ...]:
    """Return the objects that stand in the formulas and among the terms, each once."""
    both = [*terms, *(term for formula in formulas for term in _terms_of(formula))]
    return tuple(dict.fromkeys(term for term in both if not term.startswith("?")))


def _terms_of(formula: Formula) -> Iterator[str]:
    match formula:
        case Atom(_, terms):
            yield from terms
        case Equal(left, right):
            yield from (left, right)
        case And(parts) | Or(parts):
            for part in parts:
                yield from _terms_of(part)
        case Not(part):
            yield from _terms_of(part)
        case _:
            yield from _terms_of(formula.part)
