"""The relations of one problem: those of its predicates, and one for each type."""

from collections.abc import Iterable, Iterator

from planner.domain.model.formulas import OBJECT, Atom
from planner.domain.model.tasks import Domain, Problem
from planner.domain.search.influence import Influences
from planner.domain.search.needs import TYPE, type_predicate
from planner.domain.search.state import Change, Relation, State, key_at, row_at
from planner.domain.search.universe import Universe

Types = tuple[str, ...]
Positions = tuple[int, ...]

GUESSED_ROWS = 2.0
"""Rows that a relation is taken to have that is empty at first, and will not stay so."""


class Facts:
    """Relations by predicate, filled with what holds at first."""

    def __init__(self, problem: Problem, domain: Domain, universe: Universe) -> None:
        self.universe = universe
        self.influences = Influences(domain, universe)
        self.state = State()
        self._declared = domain.predicates
        self._relations = {
            name: Relation(len(terms), seed, is_static=self.influences.is_static(name))
            for seed, (name, terms) in enumerate(domain.predicates.items())
        }
        self._fan_outs: dict[tuple[str, Positions, Positions], float] = {}
        self._untrusted: dict[str, None] = {}
        self.state.add(self._facts(problem.facts))

    def relation(self, predicate: str) -> Relation:
        """Return the relation of a predicate or of a type's."""
        found = self._relations.get(predicate)
        if found is None:
            found = Relation(1, len(self._relations), is_static=True)
            for number in self.universe.members(types_of(predicate)):
                found.insert(number)
            self._relations[predicate] = found
        return found

    def fan_out(self, predicate: str, bound: Positions, wanted: Positions) -> float:
        """Return how many rows one key finds at first, on the average."""
        question = (predicate, bound, wanted)
        if question not in self._fan_outs:
            self._fan_outs[question] = self._count(self.relation(predicate), bound, wanted)
        return self._fan_outs[question]

    def types_at(self, predicate: str, position: int) -> Types:
        """Return the types of which each object at this position has one."""
        if predicate.startswith(TYPE):
            return types_of(predicate)
        if predicate in self._untrusted:
            return (OBJECT,)
        return self._declared[predicate][position].types

    @staticmethod
    def _count(relation: Relation, bound: Positions, wanted: Positions) -> float:
        if not relation.rows and not relation.is_static:
            return GUESSED_ROWS ** len(wanted)
        rows = [relation.row_of(key) for key in relation.rows]
        keys = dict.fromkeys(map(row_at(bound), rows))
        pairs = dict.fromkeys(map(row_at((*bound, *wanted)), rows))
        return len(pairs) / max(1, len(keys))

    def _facts(self, atoms: Iterable[Atom]) -> Iterator[Change]:
        numbers = self.universe.numbers
        members = {
            name: [self.universe.members(each.types) for each in terms]
            for name, terms in self._declared.items()
        }
        keys = {name: key_at(range(len(terms))) for name, terms in self._declared.items()}
        for atom in atoms:
            name = atom.name
            row = tuple([numbers[term] for term in atom.terms])
            for number, known in zip(row, members[name], strict=True):
                if number not in known:
                    self._untrusted[name] = None
            yield self._relations[name], keys[name](row)


def types_of(predicate: str) -> Types:
    """Return the types that a type's predicate stands for."""
    return tuple(predicate.removeprefix(TYPE).split("|"))


EVERYTHING = type_predicate((OBJECT,))
"""The predicate that holds of every object."""
