"""Reading the embedded bus: which partitions are whose, and up to where each was delivered."""

import asyncio
import logging
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Protocol

from shared.adapters.sqlite_log import Place
from shared.contracts.topics import Topic
from shared.ports.bus import Delivery, Polled

_LOG = logging.getLogger(__name__)


class _Log(Protocol):
    """What a subscription needs of its bus."""

    def span(self, topic: str, partition: int) -> range: ...

    async def read(self, wanted: Sequence[tuple[Place, int]], limit: int) -> list[Delivery]: ...

    def leave(self, subscription: "SqliteSubscription") -> None: ...


class SqliteSubscription:
    """A `Subscription` that its bus divides partitions to and wakes at every append."""

    def __init__(self, log: _Log, topic: Topic, group: str | None) -> None:
        self.topic = topic
        self.group = group
        self._log = log
        self._assigned: set[int] = set()
        self._told: set[int] = set()
        self._lost: set[int] = set()
        self._positions: dict[int, int] = {}
        self._served_last = 0
        self._woken = asyncio.Event()

    async def poll(self, *, limit: int, wait_seconds: float) -> Polled:
        """Return what there is, at most `limit` deliveries, after at most the wait."""
        polled = await self._poll_now(limit)
        if polled != Polled() or wait_seconds <= 0:
            return polled
        try:
            async with asyncio.timeout(wait_seconds):
                await self._woken.wait()
        except TimeoutError:
            return polled
        return await self._poll_now(limit)

    def seek(self, partition: int, position: int) -> None:
        """Deliver the partition from this position on; ignored when it was taken away."""
        if partition not in self._assigned or partition in self._lost:
            return
        span = self._log.span(self.topic.name, partition)
        start = position if position <= span.stop else span.start
        if start != position or (position < span.start and not self.topic.compacted):
            _LOG.warning(
                "%s[%d]: position %d is not kept (%d to %d are); reading goes on at %d",
                *(self.topic.name, partition, position, span.start, span.stop, span.start),
            )
        self._positions[partition] = start
        self._woken.set()

    async def close(self) -> None:
        """Give the partitions up."""
        self._assigned = set()
        self._positions = {}
        self._log.leave(self)

    def assign(self, partitions: AbstractSet[int]) -> None:
        """Own exactly these partitions from now on; the next poll tells."""
        for partition in self._assigned - partitions:
            self._positions.pop(partition, None)
            self._lost.add(partition)
        self._assigned = set(partitions)
        self._woken.set()

    def wake(self, places: AbstractSet[Place]) -> None:
        """Let a waiting poll look again when one of these places is read here."""
        if any((self.topic.name, partition) in places for partition in self._positions):
            self._woken.set()

    async def _poll_now(self, limit: int) -> Polled:
        self._woken.clear()
        revoked = self._told & self._lost
        assigned = self._assigned - (self._told - self._lost)
        if revoked or assigned:
            self._told = set(self._assigned)
            self._lost = set()
            return Polled(tuple(sorted(assigned)), tuple(sorted(revoked)))
        started_at = dict(self._positions)
        wanted = [
            ((self.topic.name, partition), started_at[partition])
            for partition in self._in_turn()
            if started_at[partition] < self._log.span(self.topic.name, partition).stop
        ]
        if not wanted:
            return Polled()
        deliveries = await self._log.read(wanted, limit)
        # While the read was under way a partition may have been sought or taken away.
        unmoved = {
            partition
            for partition, position in started_at.items()
            if self._positions.get(partition) == position
        }
        kept = tuple(each for each in deliveries if each.partition in unmoved)
        for delivery in kept:
            self._positions[delivery.partition] = delivery.position + 1
            self._served_last = delivery.partition
        return Polled(deliveries=kept)

    def _in_turn(self) -> list[int]:
        """Return the sought partitions, the one after the last served first: none starves."""
        return sorted(self._positions, key=lambda each: (each <= self._served_last, each))
