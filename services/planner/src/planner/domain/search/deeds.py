"""Actions compiled: whether one is possible now, and what it changes."""

from collections.abc import Sequence

from planner.domain.model.formulas import And, Atom
from planner.domain.model.tasks import Effect, Task
from planner.domain.search.conditions import Places, Test, test_of_need
from planner.domain.search.facts import Facts
from planner.domain.search.matching import Matcher, Matching, test_of
from planner.domain.search.needs import conjuncts, type_needs
from planner.domain.search.state import Change, KeyOf, Relation, Row, State
from planner.domain.search.terms import constants_in

Getters = tuple[tuple[Relation, KeyOf], ...]
Circumstance = tuple[Matcher, Getters, Getters]
"""For which rows, what is removed, what is added."""


class Deed:
    """An action, ready to be carried out."""

    component = -1
    """No action is part of a recursion."""

    __slots__ = (
        "_added",
        "_circumstances",
        "_constants",
        "_guards",
        "_is_plain",
        "_removed",
        "name",
        "number",
    )

    def __init__(self, action: Task, number: int, facts: Facts) -> None:
        self.name = action.name
        self.number = number
        needs, others = conjuncts(action.precondition)
        formulas = [action.precondition, *(each.condition for each in action.effects)]
        changed = [
            term
            for each in action.effects
            for atom in (*each.added, *each.removed)
            for term in atom.terms
        ]
        constants = constants_in(formulas, changed)
        places = Matching(facts, action.parameters, constants).places
        self._constants = tuple(facts.universe.numbers[constant] for constant in constants)
        guards = [test_of_need(need, places) for need in needs]
        self._guards: tuple[Test, ...] = (*guards, *(test_of(each, places) for each in others))
        self._removed: Getters = ()
        self._added: Getters = ()
        self._circumstances: tuple[Circumstance, ...] = ()
        for effect in action.effects:
            if effect.variables or effect.condition != And():
                matching = Matching(facts, action.parameters, constants)
                self._circumstances += (_circumstance(effect, matching),)
            else:
                self._removed += _getters(effect.removed, places)
                self._added += _getters(effect.added, places)
        arriving = [relation for relation, _ in self._added]
        is_both = any(relation in arriving for relation, _ in self._removed)
        self._is_plain = not self._circumstances and not is_both

    def is_possible(self, arguments: Row) -> bool:
        """Return whether the action can be carried out now."""
        row = arguments + self._constants
        for guard in self._guards:  # noqa: SIM110 -- `all` of a generator takes twice the time here
            if not guard(row):
                return False
        return True

    def carry_out(self, arguments: Row, state: State) -> None:
        """Change the state as the action does."""
        row = arguments + self._constants
        if self._is_plain:
            state.remove([(relation, key_of(row)) for relation, key_of in self._removed])
            state.add([(relation, key_of(row)) for relation, key_of in self._added])
            return
        removed: list[Change] = [(relation, key_of(row)) for relation, key_of in self._removed]
        added: list[Change] = [(relation, key_of(row)) for relation, key_of in self._added]
        for matcher, removing, adding in self._circumstances:
            for each in matcher.rows(arguments):
                removed += [(relation, key_of(each)) for relation, key_of in removing]
                added += [(relation, key_of(each)) for relation, key_of in adding]
        state.change(removed, added)


def _circumstance(effect: Effect, matching: Matching) -> Circumstance:
    needs, others = conjuncts(effect.condition)
    needs += type_needs(effect.variables)
    matcher = matching.plan(needs, others, [each.name for each in effect.variables])
    places = matching.places
    return matcher, _getters(effect.removed, places), _getters(effect.added, places)


def _getters(atoms: Sequence[Atom], places: Places) -> Getters:
    relation = places.facts.relation
    return tuple((relation(atom.name), places.key_of(atom.terms)) for atom in atoms)
