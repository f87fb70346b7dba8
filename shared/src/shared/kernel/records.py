"""The state of a machine: typed records with indexes, read by steps and changed only by engines.

A step never touches the state it reads. It works on a `Draft`, an overlay that remembers what
the step changed and answers every question as if the changes were made. The engine applies the
draft's changes after the database took them. So the same state and the same input give the same
step, and the cost of a step depends on what it changes, not on how much there is.
"""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Protocol, TypeVar, cast

from pydantic import BaseModel, ConfigDict
from sortedcontainers import SortedSet


class Record(BaseModel):
    """One immutable fact of a machine's state, stored under its kind and key."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ClassVar[str]

    @property
    def key(self) -> str:
        """The record's name, unique within its kind."""
        raise NotImplementedError

    @property
    def parent(self) -> str:
        """The key that queries list this record under; empty when it has none."""
        return ""

    @property
    def rank(self) -> str:
        """The text that orders records under one parent and in one index."""
        return self.key

    def indexes(self) -> Iterable[tuple[str, Hashable]]:
        """Name the (index, value) pairs under which `select` finds this record."""
        return ()


AnyRecord = TypeVar("AnyRecord", bound=Record)


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one record: its next content, or nothing when it is deleted."""

    kind: str
    key: str
    record: Record | None


class State(Protocol):
    """What a step may read."""

    def get(self, kind: type[AnyRecord], key: str) -> AnyRecord | None:
        """Return the record, or None where there is none."""
        ...

    def select(self, kind: type[AnyRecord], index: str, value: Hashable) -> Iterator[AnyRecord]:
        """Yield the records under this index value, by rank then key."""
        ...


class _Entry(NamedTuple):
    """A record in an index; most values have one, which needs no set."""

    rank: str
    key: str


class Records:
    """All records of one machine's shard, in memory, found by key and by index."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self._by_key: dict[tuple[str, str], Record] = {}
        self._by_index: dict[tuple[str, str, Hashable], _Entry | SortedSet[_Entry]] = {}
        self.apply(Change(record.kind, record.key, record) for record in records)

    def __len__(self) -> int:
        return len(self._by_key)

    def get(self, kind: type[AnyRecord], key: str) -> AnyRecord | None:
        """Return the record, or None where there is none."""
        return cast("AnyRecord | None", self._by_key.get((kind.kind, key)))

    def select(self, kind: type[AnyRecord], index: str, value: Hashable) -> Iterator[AnyRecord]:
        """Yield the records under this index value, by rank then key."""
        entries = self._by_index.get((kind.kind, index, value), ())
        for _, key in (entries,) if isinstance(entries, _Entry) else entries:
            yield cast("AnyRecord", self._by_key[kind.kind, key])

    def apply(self, changes: Iterable[Change]) -> None:
        """Make the changes, in order."""
        for change in changes:
            before = self._by_key.pop((change.kind, change.key), None)
            if before is not None:
                self._forget(before)
            if change.record is not None:
                self._by_key[change.kind, change.key] = change.record
                self._remember(change.record)

    def _remember(self, record: Record) -> None:
        for index, value in record.indexes():
            name = (record.kind, index, value)
            entry = _Entry(record.rank, record.key)
            entries = self._by_index.setdefault(name, entry)
            if isinstance(entries, SortedSet):
                entries.add(entry)
            elif entries != entry:
                self._by_index[name] = SortedSet((entries, entry))

    def _forget(self, record: Record) -> None:
        for index, value in record.indexes():
            name = (record.kind, index, value)
            entries = self._by_index[name]
            if isinstance(entries, SortedSet):
                entries.discard(_Entry(record.rank, record.key))
            if isinstance(entries, _Entry) or not entries:
                del self._by_index[name]


class Draft:
    """A state as it will be once this step's changes are made; the state itself stays as it is."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._changed: dict[tuple[str, str], Record | None] = {}

    def get(self, kind: type[AnyRecord], key: str) -> AnyRecord | None:
        """Return the record, or None where there is none."""
        name = (kind.kind, key)
        if name in self._changed:
            return cast("AnyRecord | None", self._changed[name])
        return self._state.get(kind, key)

    def select(self, kind: type[AnyRecord], index: str, value: Hashable) -> Iterator[AnyRecord]:
        """Yield the records under this index value, by rank then key.

        The answer is that of the moment of the call: changes made while iterating do not show.
        """
        drafted = sorted(
            (record.rank, record.key, cast("AnyRecord", record))
            for (name, _), record in self._changed.items()
            if record is not None and name == kind.kind and (index, value) in record.indexes()
        )
        stale = {key for name, key in self._changed if name == kind.kind}
        return self._merge(self._state.select(kind, index, value), drafted, stale)

    @staticmethod
    def _merge(
        stored: Iterator[AnyRecord],
        drafted: list[tuple[str, str, AnyRecord]],
        stale: set[str],
    ) -> Iterator[AnyRecord]:
        position = 0
        for record in stored:
            if record.key in stale:
                continue
            while position < len(drafted) and drafted[position][:2] < (record.rank, record.key):
                yield drafted[position][2]
                position += 1
            yield record
        for _, _, record in drafted[position:]:
            yield record

    def put(self, record: Record) -> None:
        """Create the record or replace the one of the same kind and key."""
        self._changed[record.kind, record.key] = record

    def delete(self, record: Record) -> None:
        """Remove the record."""
        self._changed[record.kind, record.key] = None

    def changes(self) -> tuple[Change, ...]:
        """Return what became of each record, in the order of its first change."""
        return tuple(Change(kind, key, record) for (kind, key), record in self._changed.items())
