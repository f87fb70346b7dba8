"""The store: records, outbox and positions in one transaction; queries for the HTTP APIs.

A shard of a machine has one owner at a time. Whoever claims it gets a new epoch, and a commit
names the epoch and the positions that it starts from; a commit that names old ones is refused
as a whole (tests/contract/store_suite.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from shared.ports.bus import Entry


class FencedError(Exception):
    """Somebody else has claimed the shard or moved its positions; nothing was stored."""


class StoreUnavailableError(Exception):
    """The store did not answer; the commit may have happened or not: claim again to find out."""


class WrongTokenError(ValueError):
    """A page token is not one that a page gave."""


TopicPartition = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to change a shard, until somebody else claims it."""

    machine: str
    shard: int
    epoch: int
    positions: Mapping[TopicPartition, int]
    """The next position to read of each partition that the shard has read before."""


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record as the store keeps it; `body` is None when it is to be deleted."""

    kind: str
    key: str
    parent: str
    rank: str
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Advance:
    """A partition was read from one position up to another."""

    topic: str
    partition: int
    from_position: int | None
    """None when the shard has not read this partition before."""
    to_position: int


@dataclass(frozen=True, slots=True)
class Commit:
    """All that one batch changes; it is stored whole or not at all."""

    advances: tuple[Advance, ...] = ()
    records: tuple[StoredRecord, ...] = ()
    taken: tuple[str, ...] = ()
    """Ids of the messages that were taken; kept so that a duplicate is known after a restart."""
    outbox: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """A stored entry that is not known to be published."""

    sequence: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class Shard:
    """All that an owner needs to go on."""

    claim: Claim
    records: tuple[StoredRecord, ...] = ()
    taken: tuple[str, ...] = ()
    """The newest taken ids, oldest first, at most `TAKEN_IDS_MAX`."""


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a listing."""

    bodies: tuple[bytes, ...] = ()
    next_token: str = ""
    """Give it to the next call to go on; empty at the end."""


TAKEN_IDS_MAX = 20_000
"""Ids remembered for a shard: far more than one resend after a crash can repeat (an outbox)."""

PAGE_SIZE_MAX = 1_000
"""Records in one page of a query."""


@dataclass(frozen=True, slots=True)
class Query:
    """Which records of one kind a caller wants to see."""

    machine: str
    kind: str
    parent: str | None = None
    """Only the records under this parent; None for all."""
    newest_first: bool = False
    """By descending rank instead of ascending."""
    limit: int = 100
    token: str = field(default="")
    """Where an earlier page ended."""


class Store(Protocol):
    """Transactions of the engines, queries of the APIs."""

    async def start(self) -> None:
        """Connect and bring the tables up to date.

        Raises:
            StoreUnavailableError: the store cannot be reached.
        """
        ...

    async def stop(self) -> None:
        """Disconnect."""
        ...

    async def claim(self, machine: str, shard: int) -> Shard:
        """Become the shard's owner and return its content; the owner before is fenced."""
        ...

    async def commit(self, claim: Claim, commit: Commit) -> tuple[OutboxEntry, ...]:
        """Store all of it in one transaction and return its outbox entries, numbered.

        Raises:
            FencedError: the claim or a position is out of date; nothing was stored.
            StoreUnavailableError: it is not known whether it was stored.
        """
        ...

    async def unpublished(self, claim: Claim, limit: int) -> tuple[OutboxEntry, ...]:
        """Return the oldest outbox entries that are not marked as published, in order."""
        ...

    async def mark_published(self, claim: Claim, up_to_sequence: int) -> None:
        """Forget the shard's outbox entries up to this one."""
        ...

    async def get(self, machine: str, kind: str, key: str) -> bytes | None:
        """Return a record's body, or None."""
        ...

    async def select(self, query: Query) -> Page:
        """Return the records that the query asks for, in order of rank, then key."""
        ...
