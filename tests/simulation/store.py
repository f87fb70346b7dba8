"""A simulated store: one database whose transactions may be refused, or done and not confirmed."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from shared.kernel.safeguards import Safeguards
from shared.ports.store import (
    TAKEN_IDS_MAX,
    Claim,
    Commit,
    FencedError,
    OutboxEntry,
    Page,
    Query,
    Shard,
    StoredRecord,
    StoreUnavailableError,
)
from tests.simulation.faults import Faults
from tests.simulation.node import Node

ShardName = tuple[str, int]


@dataclass(slots=True)
class Rows:
    """The rows of one shard."""

    epoch: int = 0
    positions: dict[tuple[str, int], int] = field(default_factory=dict[tuple[str, int], int])
    records: dict[tuple[str, str], StoredRecord] = field(
        default_factory=dict[tuple[str, str], StoredRecord]
    )
    taken: dict[str, None] = field(default_factory=dict[str, None])
    outbox: list[OutboxEntry] = field(default_factory=list[OutboxEntry])


@dataclass(slots=True)
class Database:
    """What a database keeps: it survives every crash of its clients."""

    faults: Faults
    safeguards: Safeguards = field(default_factory=Safeguards)
    shards: dict[ShardName, Rows] = field(default_factory=dict[ShardName, Rows])
    sequence: int = 0
    committed: Callable[[Claim, Commit], None] = lambda _claim, _commit: None
    """Called after each transaction: this is where invariants are checked."""

    def rows(self, machine: str, shard: int) -> Rows:
        """Return a shard's rows, empty at first."""
        return self.shards.setdefault((machine, shard), Rows())

    def commit(self, claim: Claim, commit: Commit) -> tuple[OutboxEntry, ...]:
        """Do the transaction, or raise and do nothing."""
        rows = self.rows(claim.machine, claim.shard)
        if self.safeguards.position_fencing:
            self._check_fence(rows, claim, commit)
        for advance in commit.advances:
            rows.positions[advance.topic, advance.partition] = advance.to_position
        for stored in commit.records:
            rows.records.pop((stored.kind, stored.key), None)
            if stored.body is not None:
                rows.records[stored.kind, stored.key] = stored
        rows.taken.update(dict.fromkeys(commit.taken))
        numbered = [
            OutboxEntry(self.sequence + index, entry)
            for index, entry in enumerate(commit.outbox, 1)
        ]
        self.sequence += len(numbered)
        rows.outbox.extend(numbered)
        self.committed(claim, commit)
        return tuple(numbered)

    @staticmethod
    def _check_fence(rows: Rows, claim: Claim, commit: Commit) -> None:
        if rows.epoch != claim.epoch:
            raise FencedError(f"{claim.machine}/{claim.shard}: epoch {claim.epoch} is over")
        for advance in commit.advances:
            position = rows.positions.get((advance.topic, advance.partition))
            if position != advance.from_position:
                raise FencedError(f"{advance.topic}/{advance.partition} is at {position}")


class SimulatedStore:
    """The store port as one node sees it."""

    def __init__(self, database: Database, node: Node) -> None:
        self._database = database
        self._node = node

    async def start(self) -> None:
        """Be connected already."""

    async def stop(self) -> None:
        """Have nothing to let go of."""

    async def claim(self, machine: str, shard: int) -> Shard:
        """Become the owner."""
        return await self._node.touch("claim", lambda: self._claim(machine, shard))

    async def _claim(self, machine: str, shard: int) -> Shard:
        await self._wait()
        rows = self._database.rows(machine, shard)
        rows.epoch += 1
        claim = Claim(machine, shard, rows.epoch, dict(rows.positions))
        return Shard(claim, tuple(rows.records.values()), tuple(rows.taken)[-TAKEN_IDS_MAX:])

    async def commit(self, claim: Claim, commit: Commit) -> tuple[OutboxEntry, ...]:
        """Store all of it, or raise, having stored all or nothing."""
        return await self._node.touch("commit", lambda: self._commit(claim, commit))

    async def _commit(self, claim: Claim, commit: Commit) -> tuple[OutboxEntry, ...]:
        await self._wait()
        numbered = self._database.commit(claim, commit)
        if self._database.faults.strikes("commit not confirmed"):
            raise StoreUnavailableError("the connection broke")
        return numbered

    async def unpublished(self, claim: Claim, limit: int) -> tuple[OutboxEntry, ...]:
        """Return what waits to be published."""
        await self._node.touch("unpublished", self._wait)
        return tuple(self._database.rows(claim.machine, claim.shard).outbox[:limit])

    async def mark_published(self, claim: Claim, up_to_sequence: int) -> None:
        """Forget what was published."""
        await self._node.touch("mark", self._wait)
        rows = self._database.rows(claim.machine, claim.shard)
        rows.outbox = [entry for entry in rows.outbox if entry.sequence > up_to_sequence]

    async def get(self, machine: str, kind: str, key: str) -> bytes | None:
        """Refuse: no API is simulated."""
        raise NotImplementedError

    async def select(self, query: Query) -> Page:
        """Refuse: no API is simulated."""
        raise NotImplementedError

    async def _wait(self) -> None:
        await asyncio.sleep(self._database.faults.latency_seconds())
        if self._database.faults.strikes("store away"):
            raise StoreUnavailableError("the simulated database is away")
