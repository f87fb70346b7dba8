"""The objects of a problem as numbers, and which of them each type has."""

from collections.abc import Iterable, Mapping

from planner.domain.model.formulas import OBJECT
from planner.domain.model.tasks import Domain, Problem

Members = Mapping[int, None]
"""Numbers of objects, in their order."""


class Universe:
    """Objects by number and by type."""

    def __init__(self, domain: Domain, problem: Problem) -> None:
        declared = (*domain.constants, *problem.objects)
        self.names = tuple(dict.fromkeys(each.name for each in declared))
        self.numbers = {name: number for number, name in enumerate(self.names)}
        self._types: dict[str, dict[int, None]] = {OBJECT: dict.fromkeys(range(len(self.names)))}
        for each in declared:
            for name in _ancestors(each.types, domain.types):
                self._types.setdefault(name, {})[self.numbers[each.name]] = None
        self._unions: dict[tuple[str, ...], Members] = {}

    def members(self, types: tuple[str, ...]) -> Members:
        """Return the objects that are of one of the types."""
        found = self._unions.get(types)
        if found is None:
            numbers = (number for name in types for number in self._types.get(name, ()))
            found = self._unions[types] = dict.fromkeys(sorted(numbers))
        return found

    def overlap(self, types: tuple[str, ...], others: tuple[str, ...]) -> bool:
        """Return whether any object is of both."""
        members = self.members(others)
        return any(number in members for number in self.members(types))

    def includes(self, types: tuple[str, ...], narrower: tuple[str, ...]) -> bool:
        """Return whether all objects of the narrower types are of these types."""
        members = self.members(types)
        return all(number in members for number in self.members(narrower))


def _ancestors(types: Iterable[str], parents: Mapping[str, tuple[str, ...]]) -> Iterable[str]:
    found: dict[str, None] = {}
    waiting = list(types)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            waiting += parents.get(name, ())
    return found
