"""All ways to bind variables so that needs are met, one at a time and in a fixed order.

A matcher is planned once: what can be tested is tested first, then the need that leaves the fewest
rows is joined by an index, and so on. When it runs, each step is a generator that draws rows from
the step before and lengthens them, so that nothing is computed for rows that nobody asks for, and
nothing is called in depth.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

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
from planner.domain.search.conditions import Places, Test, test_of_need
from planner.domain.search.facts import EVERYTHING, Facts, types_of
from planner.domain.search.needs import EQUALITY, TYPE, Need, Term, conjuncts, type_needs
from planner.domain.search.state import Bucket, Key, KeyOf, Row

Rows = Iterable[Row]
Stage = Callable[[Rows], Iterator[Row]]


class Matcher:
    """The ways to extend a row of arguments so that all needs are met."""

    __slots__ = ("_constants", "_guards", "_stages")

    def __init__(self, constants: Row, guards: Sequence[Test], stages: Sequence[Stage]) -> None:
        self._constants = constants
        self._guards = tuple(guards)
        self._stages = tuple(stages)

    def rows(self, arguments: Row) -> Rows:
        """Return the extended rows; facts may change between one and the next and back."""
        row = arguments + self._constants
        for guard in self._guards:
            if not guard(row):
                return ()
        rows: Rows = (row,)
        for stage in self._stages:
            rows = stage(rows)
        return rows


class Matching:
    """Plans one matcher, and knows afterwards where in its rows each term stands."""

    def __init__(self, facts: Facts, given: Sequence[Typed], constants: Sequence[str]) -> None:
        """Take the given terms as the first places of each row, with the types they have."""
        self._facts = facts
        self._guards: list[Test] = []
        self._stages: list[Stage] = []
        self._types: dict[str, list[tuple[str, ...]]] = {}
        self._constants = tuple(facts.universe.numbers[name] for name in constants)
        slots: dict[str, int] = {}
        twins: list[tuple[int, str]] = []
        for slot, each in enumerate(given):
            if each.name in slots or not each.name.startswith("?"):
                twins.append((slot, each.name))
            else:
                slots[each.name] = slot
                self._types[each.name] = [each.types]
        slots |= {name: len(given) + at for at, name in enumerate(constants)}
        self.places = Places(facts, slots, len(given) + len(constants))
        for slot, name in twins:
            self._guards.append(_same(slot, slots[name]))

    @classmethod
    def within(cls, places: Places, variables: Sequence[Typed]) -> "Matching":
        """Return what plans how to extend rows that have these places by the variables."""
        inner = cls(places.facts, (), ())
        inner.places = places.without(variables)
        return inner

    def plan(
        self, needs: Iterable[Need], others: Iterable[Formula], variables: Sequence[str]
    ) -> Matcher:
        """Return the matcher that meets the needs and the other conditions, and binds all."""
        waiting = list(needs)
        unbound = [Need(EVERYTHING, (name,)) for name in variables]
        while True:
            waiting = self._tested(waiting)
            joins = [need for need in waiting if self._is_join(need)]
            unbound = [need for need in unbound if not self.places.knows(need.terms)]
            if not joins and not unbound:
                break
            chosen = min(joins, key=self._fan_out) if joins else unbound[0]
            waiting = [need for need in waiting if need is not chosen]
            self._join(chosen)
        self._test([test_of(each, self.places) for each in others])
        return Matcher(self._constants, self._guards, self._stages)

    def _tested(self, waiting: list[Need]) -> list[Need]:
        ready = [need for need in waiting if self.places.knows(need.terms)]
        telling = [need for need in ready if not self._is_known(need)]
        self._test([test_of_need(need, self.places) for need in telling])
        return [need for need in waiting if need not in ready]

    def _test(self, tests: list[Test]) -> None:
        if not self._stages:
            self._guards += tests
        elif tests:
            self._stages.append(_testing(tests))

    def _is_known(self, need: Need) -> bool:
        """Return whether the need is a type that its term has in any case."""
        if not need.predicate.startswith(TYPE):
            return False
        wanted = types_of(need.predicate)
        known = self._types.get(need.terms[0] or "", ())
        return any(self._facts.universe.includes(wanted, types) for types in known)

    @staticmethod
    def _is_join(need: Need) -> bool:
        return need.is_positive and need.predicate != EQUALITY

    def _split(self, terms: tuple[Term, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        numbered = [(at, term) for at, term in enumerate(terms) if term is not None]
        bound = tuple(at for at, term in numbered if term in self.places.slots)
        return bound, tuple(at for at, _ in numbered if at not in bound)

    def _fan_out(self, need: Need) -> tuple[float, bool]:
        bound, wanted = self._split(need.terms)
        fan_out = self._facts.fan_out(need.predicate, bound, wanted)
        return fan_out, not self._facts.relation(need.predicate).is_static

    def _join(self, need: Need) -> None:
        relation = self._facts.relation(need.predicate)
        bound, wanted = self._split(need.terms)
        key_of = self.places.key_of(need.terms[at] or "" for at in bound)
        buckets = relation.index(bound, wanted).buckets
        join = _joining if relation.is_static else _joining_changing
        self._stages.append(join(buckets, key_of))
        for at in wanted:
            term = need.terms[at] or ""
            slot = self.places.width
            if term in self.places.slots:
                self.places.width += 1
                self._test([_same(slot, self.places.slots[term])])
            else:
                self.places.append(term)
                self._types[term] = []
            self._types[term].append(self._facts.types_at(need.predicate, at))


def _same(left: int, right: int) -> Test:
    return lambda row: row[left] == row[right]


def _testing(tests: list[Test]) -> Stage:
    if len(tests) == 1:
        (only,) = tests

        def single(rows: Rows) -> Iterator[Row]:
            return filter(only, rows)

        return single

    def several(rows: Rows) -> Iterator[Row]:
        for row in rows:
            for test in tests:
                if not test(row):
                    break
            else:
                yield row

    return several


def _joining(buckets: dict[Key, Bucket], key_of: KeyOf) -> Stage:
    def stage(rows: Rows) -> Iterator[Row]:
        for row in rows:
            for rest in buckets.get(key_of(row), ()):
                yield row + rest

    return stage


def _joining_changing(buckets: dict[Key, Bucket], key_of: KeyOf) -> Stage:
    """Return a join over facts that change while a row is being tried: over a copy of them."""

    def stage(rows: Rows) -> Iterator[Row]:
        for row in rows:
            for rest in tuple(buckets.get(key_of(row), ())):
                yield row + rest

    return stage


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
            needs, others = conjuncts(part)
            needs += type_needs(variables)
            matching = Matching.within(places, variables)
            test = _witness(matching.plan(needs, others, [each.name for each in variables]))
        case ForAll(variables, part):
            test = _negation(test_of(Exists(variables, Not(part)), places))
        case Expression(text):
            raise ValueError(f"a search knows no computed conditions such as {text!r}")
    return test


def _negation(test: Test) -> Test:
    return lambda row: not test(row)


def _conjunction(tests: list[Test]) -> Test:
    return lambda row: all(test(row) for test in tests)


def _witness(matcher: Matcher) -> Test:
    return lambda row: any(True for _ in matcher.rows(row))
