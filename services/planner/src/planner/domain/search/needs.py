"""Conditions in the one shape that matching works with: needs joined by `and`, and the rest.

A need is a literal whose terms may be anything (`None`). Types are needs as well, of a predicate
of their own, and so is equality: whatever is said of a predicate is then said of all three.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from planner.domain.model.formulas import OBJECT, And, Atom, Equal, Formula, Not, Or, Typed

EQUALITY = "="

TYPE = "type "
"""Begins the predicate of a type; no name has a space in it."""

Term = str | None
"""A variable, an object, or whatever."""


class Need(NamedTuple):
    """A fact that must hold, or must not; a tuple, for compiling a domain hashes many."""

    predicate: str
    terms: tuple[Term, ...]
    is_positive: bool = True

    def substituted(self, replacements: Mapping[str, Term]) -> "Need":
        """Return the need with other terms."""
        terms = tuple(term if term is None else replacements.get(term, term) for term in self.terms)
        return Need(self.predicate, terms, self.is_positive)

    @property
    def negated(self) -> "Need":
        """The opposite."""
        return Need(self.predicate, self.terms, not self.is_positive)

    @property
    def is_whole(self) -> bool:
        """Whether all its terms are known."""
        return None not in self.terms

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing that could be used to refuse something."""
        return not self.is_whole and (
            not self.is_positive or self.predicate == EQUALITY or not any(self.terms)
        )


def type_predicate(types: Iterable[str]) -> str:
    """Return the predicate of the objects of one of these types."""
    return TYPE + "|".join(types)


def type_needs(variables: Iterable[Typed]) -> Iterator[Need]:
    """Yield what the variables' types ask; nothing for the type of everything."""
    for each in variables:
        if OBJECT not in each.types:
            yield Need(type_predicate(each.types), (each.name,))


def conjuncts(formula: Formula) -> tuple[list[Need], list[Formula]]:
    """Return the needs that must all be met for the formula to hold, and what is none."""
    needs: list[Need] = []
    others: list[Formula] = []
    waiting: list[Formula] = [formula]
    while waiting:
        match waiting.pop():
            case And(parts):
                waiting += reversed(parts)
            case Not(Or(parts)):
                waiting += [Not(part) for part in reversed(parts)]
            case Not(Not(part)):
                waiting.append(part)
            case Not(Atom() | Equal() as literal):
                needs.append(_literal(literal, is_positive=False))
            case Atom() | Equal() as literal:
                needs.append(_literal(literal, is_positive=True))
            case other:
                others.append(other)
    return needs, others


def _literal(literal: Atom | Equal, *, is_positive: bool) -> Need:
    if isinstance(literal, Equal):
        return Need(EQUALITY, (literal.left, literal.right), is_positive)
    return Need(literal.name, literal.terms, is_positive)
