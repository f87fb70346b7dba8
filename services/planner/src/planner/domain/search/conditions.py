"""Conditions as functions: from a row of objects to whether the condition holds now."""

from collections.abc import Callable, Iterable, Mapping

from planner.domain.model.formulas import Typed
from planner.domain.search.facts import Facts
from planner.domain.search.needs import EQUALITY, Need
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

    def without(self, variables: Iterable[Typed]) -> "Places":
        """Return the places of the same row, but for terms that the variables hide."""
        hidden = {each.name for each in variables}
        slots = {name: slot for name, slot in self.slots.items() if name not in hidden}
        return Places(self.facts, slots, self.width)

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


def _equality(left: int, right: int) -> Test:
    return lambda row: row[left] == row[right]


def _difference(left: int, right: int) -> Test:
    return lambda row: row[left] != row[right]


def _presence(keys: Mapping[Key, object], key_of: KeyOf) -> Test:
    return lambda row: key_of(row) in keys


def _absence(keys: Mapping[Key, object], key_of: KeyOf) -> Test:
    return lambda row: key_of(row) not in keys
