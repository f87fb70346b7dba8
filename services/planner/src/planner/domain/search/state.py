"""What holds, indexed by what is asked of it, with a trail that takes every change back.

Objects are numbers. A row is the tuple of a fact's objects; its key is what `itemgetter` makes of
it: the object itself when there is one, else the tuple. Nothing is ever copied: a search marks the
trail before it tries something, and rewinds to the mark.

A state's `mark` is the exclusive-or of one 64-bit number for each fact that holds (Zobrist), so
that equal states have equal marks, however they came about. Dictionaries serve as ordered sets:
Python's own sets have no order that lasts.
"""

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter

Row = tuple[int, ...]
Key = int | Row
KeyOf = Callable[[Row], Key]
RowOf = Callable[[Row], Row]
Bucket = dict[Row, int]
"""The rest of each row that an index finds under one key, with how many rows have that rest."""

_WORD = (1 << 64) - 1


def key_at(positions: Sequence[int]) -> KeyOf:
    """Return what picks the key at these positions out of a row."""
    if not positions:
        return _empty
    return itemgetter(*positions)


def row_at(positions: Sequence[int]) -> RowOf:
    """Return what picks a row at these positions out of a row."""
    match positions:
        case []:
            return _empty
        case [only]:
            return lambda row: (row[only],)
        case _:
            return itemgetter(*positions)


def scrambled(number: int) -> int:
    """Return 64 bits in which nothing of the number's pattern is left (splitmix64)."""
    mixed = (number + 0x9E3779B97F4A7C15) & _WORD
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _WORD
    return mixed ^ (mixed >> 31)


def _empty(_: Row) -> Row:
    return ()


class Index:
    """The rows of one relation, found by the objects at some positions."""

    __slots__ = ("buckets", "key_of", "rest_of")

    def __init__(self, bound: tuple[int, ...], wanted: tuple[int, ...]) -> None:
        self.buckets: dict[Key, Bucket] = {}
        self.key_of = key_at(bound)
        self.rest_of = row_at(wanted)

    def insert(self, row: Row) -> None:
        """Take in a row that was not there."""
        key, rest = self.key_of(row), self.rest_of(row)
        bucket = self.buckets.get(key)
        if bucket is None:
            self.buckets[key] = {rest: 1}
        else:
            bucket[rest] = bucket.get(rest, 0) + 1

    def remove(self, row: Row) -> None:
        """Drop a row that was there."""
        key, rest = self.key_of(row), self.rest_of(row)
        bucket = self.buckets[key]
        if bucket[rest] > 1:
            bucket[rest] -= 1
        else:
            del bucket[rest]
            if not bucket:
                del self.buckets[key]


class Relation:
    """All facts of one predicate that hold."""

    __slots__ = ("_indexes", "_seed", "arity", "is_static", "marks", "rows")

    def __init__(self, arity: int, seed: int, *, is_static: bool) -> None:
        self.arity = arity
        self.is_static = is_static
        self.rows: dict[Key, None] = {}
        self._indexes: dict[tuple[tuple[int, ...], tuple[int, ...]], Index] = {}
        self.marks: dict[Key, int] = {}
        self._seed = scrambled(seed)

    def index(self, bound: tuple[int, ...], wanted: tuple[int, ...]) -> Index:
        """Return the index from the objects at `bound` to those at `wanted`."""
        found = self._indexes.get((bound, wanted))
        if found is None:
            found = self._indexes[bound, wanted] = Index(bound, wanted)
            for key in self.rows:
                found.insert(self.row_of(key))
        return found

    def row_of(self, key: Key) -> Row:
        """Return the row with this key."""
        return (key,) if isinstance(key, int) else key

    def mark_of(self, key: Key) -> int:
        """Return the number that stands for this fact in marks of states."""
        mark = self.marks.get(key)
        if mark is None:
            mark = self.marks[key] = scrambled(self._seed + len(self.marks))
        return mark

    def insert(self, key: Key) -> None:
        """Let a fact hold that did not."""
        self.rows[key] = None
        if self._indexes:
            row = self.row_of(key)
            for index in self._indexes.values():
                index.insert(row)

    def remove(self, key: Key) -> None:
        """Let a fact hold no more that did."""
        del self.rows[key]
        if self._indexes:
            row = self.row_of(key)
            for index in self._indexes.values():
                index.remove(row)


Change = tuple[Relation, Key]
Trail = list[tuple[Relation, Key, bool]]
"""Changes in their order: whether the fact was added."""


class State:
    """What holds now, and how to get back to what held before."""

    __slots__ = ("_trail", "mark")

    def __init__(self) -> None:
        self.mark = 0
        self._trail: Trail = []

    @property
    def height(self) -> int:
        """How many changes could be taken back."""
        return len(self._trail)

    def change_at(self, height: int) -> Change:
        """Return the change at this height."""
        relation, key, _ = self._trail[height]
        return relation, key

    def change(self, removed: Iterable[Change], added: Iterable[Change]) -> None:
        """Let the removed facts hold no more and the added ones hold; adding wins."""
        arriving = dict.fromkeys(added)
        self.remove([change for change in removed if change not in arriving])
        self.add(arriving)

    def remove(self, changes: Iterable[Change]) -> None:
        """Let facts hold no more."""
        for relation, key in changes:
            if key in relation.rows:
                relation.remove(key)
                self.mark ^= relation.mark_of(key)
                self._trail.append((relation, key, False))

    def add(self, changes: Iterable[Change]) -> None:
        """Let facts hold."""
        for relation, key in changes:
            if key not in relation.rows:
                relation.insert(key)
                self.mark ^= relation.mark_of(key)
                self._trail.append((relation, key, True))

    def rewind(self, height: int) -> None:
        """Take back all changes above this height."""
        trail = self._trail
        while len(trail) > height:
            relation, key, was_added = trail.pop()
            self.mark ^= relation.mark_of(key)
            if was_added:
                relation.remove(key)
            else:
                relation.insert(key)

    def suspend(self, height: int) -> Trail:
        """Take back all changes above this height, and return what `resume` needs."""
        suspended = self._trail[height:]
        self.rewind(height)
        return suspended

    def resume(self, suspended: Trail) -> None:
        """Make the changes that were suspended at this height once more."""
        for relation, key, was_added in suspended:
            self.mark ^= relation.mark_of(key)
            if was_added:
                relation.insert(key)
            else:
                relation.remove(key)
        self._trail += suspended
