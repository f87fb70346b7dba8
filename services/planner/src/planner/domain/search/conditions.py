"""Conditions as functions: from a row of objects to whether the condition holds now."""

from collections.abc import Callable, Iterable, Mapping
from itertools import product

from planner.domain.model.formulas import (
    And,
    Atom,
    Equal,
    Exists,
    Expression,
    ForAll,
    Formula,
    Not,
    Or,
    Typed,
)
from planner.domain.search.facts import Facts
from planner.domain.search.needs import EQUALITY, Need, conjuncts
from planner.domain.search.state import Key, KeyOf, Row, key_at

Test = Callable[[Row], bool]


class Places:
    """Where in a row each term stands; a row that grows keeps what it has."""

    def __init__(self, facts: Facts, slots: Mapping[str, int], width: int) -> None:
        self.facts = facts
        self.slots = dict(slots)
        self.width = width

    def append(self, term: str) -> None:
        """Give the term the next place."""
        self.slots[term] = self.width
        self.width += 1

    def key_of(self, terms: Iterable[str]) -> KeyOf:
        """Return what picks the terms' key out of a row."""
        return key_at([self.slots[term] for term in terms])

    def with_variables(self, variables: Iterable[Typed]) -> "Places":
        """Return the places of a row that has the variables appended."""
        inner = Places(self.facts, self.slots, self.width)
        for each in variables:
            inner.append(each.name)
        return inner

    def knows(self, terms: Iterable[str | None]) -> bool:
        """Return whether all terms have a place; whatever needs none."""
        return all(term is None or term in self.slots for term in terms)


def test_of_need(need: Need, places: Places) -> Test:
    """Return the test whether a need is met, all terms of which have their places."""
    known = [position for position, term in enumerate(need.terms) if term is not None]
    terms = [term for term in need.terms if term is not None]
    key_of = places.key_of(terms)
    if need.predicate == EQUALITY:
        left, right = (places.slots[term] for term in terms)
        return _equality(left, right) if need.is_positive else _difference(left, right)
    relation = places.facts.relation(need.predicate)
    if need.is_whole:
        return (
            _presence(relation.rows, key_of)
            if need.is_positive
            else (_absence(relation.rows, key_of))
        )
    buckets = relation.index(tuple(known), ()).buckets
    return _presence(buckets, key_of) if need.is_positive else _absence(buckets, key_of)


def test_of(formula: Formula, places: Places) -> Test:
    """Return the test whether a condition holds, all free terms of which have their places."""
    match formula:
        case Atom() | Equal():
            (need,), _ = conjuncts(formula)
            test = test_of_need(need, places)
        case Not(part):
            test = _negation(test_of(part, places))
        case And(parts):
            test = _conjunction([test_of(part, places) for part in parts])
        case Or(parts):
            test = _negation(_conjunction([test_of(Not(part), places) for part in parts]))
        case Exists(variables, part):
            inner = test_of(part, places.with_variables(variables))
            test = _witness(_choices(variables, places.facts), inner)
        case ForAll(variables, part):
            test = _negation(test_of(Exists(variables, Not(part)), places))
        case Expression(text):
            raise ValueError(f"a search knows no computed conditions such as {text!r}")
    return test


def _choices(variables: tuple[Typed, ...], facts: Facts) -> list[Row]:
    return list(product(*(facts.universe.members(each.types) for each in variables)))


def _equality(left: int, right: int) -> Test:
    return lambda row: row[left] == row[right]


def _difference(left: int, right: int) -> Test:
    return lambda row: row[left] != row[right]


def _presence(keys: Mapping[Key, object], key_of: KeyOf) -> Test:
    return lambda row: key_of(row) in keys


def _absence(keys: Mapping[Key, object], key_of: KeyOf) -> Test:
    return lambda row: key_of(row) not in keys


def _negation(test: Test) -> Test:
    return lambda row: not test(row)


def _conjunction(tests: list[Test]) -> Test:
    return lambda row: all(test(row) for test in tests)


def _witness(choices: list[Row], test: Test) -> Test:
    return lambda row: any(test(row + choice) for choice in choices)
