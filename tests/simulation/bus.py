"""A simulated bus: Kafka's promises and no more, with its faults on demand.

It reorders across partitions, loses acknowledgements, stores half of a batch, stores a batch
twice, goes away for a while, and moves partitions away from members that fall silent, which may
not notice until their next poll.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.contracts.topics import TOPICS
from shared.kernel.partitioning import partition_of
from shared.ports.bus import BusUnavailableError, Delivery, Entry, Polled
from tests.simulation.faults import Faults
from tests.simulation.node import Node

SESSION_SECONDS = 10.0
"""After this long without a poll, a member's partitions go to others: Kafka's default here."""


@dataclass(slots=True, eq=False)
class Member:
    """One subscription in a group."""

    group: str
    topic: str
    polled_at: float
    owned: tuple[int, ...] = ()
    generation: int = 0
    """Counts the rebalances: as with Kafka, each one takes all partitions away and gives anew."""


@dataclass(slots=True)
class Log:
    """What the broker keeps: it survives every crash of its clients."""

    faults: Faults
    partitions: dict[tuple[str, int], list[Entry]] = field(
        default_factory=dict[tuple[str, int], list[Entry]]
    )
    members: list[Member] = field(default_factory=list[Member])
    rosters: dict[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    """For each group, the members among which its partitions are divided."""
    appended: asyncio.Event = field(default_factory=asyncio.Event)
    away_until: float = 0.0

    def append(self, entry: Entry) -> None:
        """Store one entry and wake whoever waits."""
        count = TOPICS[entry.topic].partitions
        partition = partition_of(entry.key, count) if entry.partition is None else entry.partition
        self.partitions.setdefault((entry.topic, partition), []).append(entry)
        self.appended.set()
        self.appended = asyncio.Event()

    def entries(self, topic: str) -> list[Entry]:
        """Return a topic's entries, partition by partition."""
        places = sorted(place for place in self.partitions if place[0] == topic)
        return [entry for place in places for entry in self.partitions[place]]

    def rebalance(self, group: str, topic: str, now: float) -> None:
        """Divide the partitions anew if a member came, left or fell silent."""
        self.members = [each for each in self.members if now - each.polled_at < SESSION_SECONDS]
        group_members = [
            each for each in self.members if (each.group, each.topic) == (group, topic)
        ]
        names = tuple(id(each) for each in group_members)
        if names == self.rosters.get(group):
            return
        self.rosters[group] = names
        for rank, member in enumerate(group_members):
            count = TOPICS[topic].partitions
            member.owned = tuple(range(rank, count, len(group_members)))
            member.generation += 1

    def check_reachable(self, now: float) -> None:
        """Raise while the broker is away; at times, go away."""
        if now >= self.away_until and self.faults.strikes("broker away"):
            self.away_until = now + self.faults.chance.uniform(1.0, 60.0)
        if now < self.away_until and not self.faults.is_healed:
            raise BusUnavailableError("the simulated broker is away")


class SimulatedBus:
    """The bus port as one node sees it."""

    def __init__(self, log: Log, node: Node) -> None:
        self._log = log
        self._node = node

    async def start(self) -> None:
        """Be connected already."""

    async def stop(self) -> None:
        """Have nothing to let go of."""

    async def append(self, entries: Sequence[Entry]) -> None:
        """Append, or raise having appended all, some or none."""
        await self._node.touch("append", lambda: self._append(entries))

    async def _append(self, entries: Sequence[Entry]) -> None:
        faults = self._log.faults
        await asyncio.sleep(faults.latency_seconds())
        self._log.check_reachable(_now())
        stored = len(entries)
        if faults.strikes("half a batch"):
            stored = faults.chance.randrange(len(entries) + 1)
        for _ in range(2 if faults.strikes("batch twice") else 1):
            for entry in entries[:stored]:
                self._log.append(entry)
        await asyncio.sleep(faults.latency_seconds())
        if stored < len(entries) or faults.strikes("acknowledgement lost"):
            raise BusUnavailableError("no acknowledgement")

    async def share(self, topic: str, *, group: str) -> "SimulatedSubscription":
        """Join the group; its partitions are divided anew."""
        member = Member(group, topic, _now())
        self._log.members.append(member)
        self._log.rebalance(group, topic, _now())
        return SimulatedSubscription(self._log, self._node, topic, member=member)

    async def follow(self, topic: str, partitions: Sequence[int]) -> "SimulatedSubscription":
        """Read these partitions, whoever else does."""
        return SimulatedSubscription(self._log, self._node, topic, fixed=tuple(partitions))

    async def end_position(self, topic: str, partition: int) -> int:
        """Return the position of the next entry."""
        return await self._node.touch("end", lambda: self._end_position(topic, partition))

    async def _end_position(self, topic: str, partition: int) -> int:
        await asyncio.sleep(self._log.faults.latency_seconds())
        self._log.check_reachable(_now())
        return len(self._log.partitions.get((topic, partition), ()))


class SimulatedSubscription:
    """A subscription of one node."""

    def __init__(
        self,
        log: Log,
        node: Node,
        topic: str,
        *,
        member: Member | None = None,
        fixed: tuple[int, ...] = (),
    ) -> None:
        self._log = log
        self._node = node
        self._topic = topic
        self._member = member
        self._fixed = fixed
        self._known: tuple[int, ...] = ()
        self._generation = 0
        self._positions: dict[int, int] = {}

    def seek(self, partition: int, position: int) -> None:
        """Deliver from here on."""
        self._positions[partition] = position

    async def poll(self, *, limit: int, wait_seconds: float) -> Polled:
        """Return assignments first, then entries, after a while nothing."""
        return await self._node.touch("poll", lambda: self._poll(limit, wait_seconds))

    async def _poll(self, limit: int, wait_seconds: float) -> Polled:
        changes = self._ownership_changes()
        if changes != Polled():
            return changes
        deadline = _now() + wait_seconds
        while not (deliveries := self._take(limit)):
            try:
                async with asyncio.timeout_at(deadline):
                    await self._log.appended.wait()
            except TimeoutError:
                return Polled()
        await asyncio.sleep(self._log.faults.latency_seconds())
        return Polled(deliveries=deliveries)

    def _ownership_changes(self) -> Polled:
        owned, generation = self._fixed, 1
        if self._member is not None:
            if self._member not in self._log.members:
                self._log.members.append(self._member)
            self._member.polled_at = _now()
            self._log.rebalance(self._member.group, self._topic, _now())
            owned, generation = self._member.owned, self._member.generation
        if generation == self._generation:
            return Polled()
        revoked, self._known, self._generation = self._known, owned, generation
        self._positions.clear()
        return Polled(assigned=owned, revoked=revoked)

    def _take(self, limit: int) -> tuple[Delivery, ...]:
        deliveries: list[Delivery] = []
        for partition, position in sorted(self._positions.items()):
            entries = self._log.partitions.get((self._topic, partition), [])
            chunk = entries[position : position + limit - len(deliveries)]
            deliveries.extend(
                Delivery(
                    self._topic, partition, position + index, entry.key, entry.body, entry.headers
                )
                for index, entry in enumerate(chunk)
            )
            self._positions[partition] = position + len(chunk)
        return tuple(deliveries)

    async def close(self) -> None:
        """Leave the group."""
        if self._member is not None and self._member in self._log.members:
            self._log.members.remove(self._member)
            self._log.rebalance(self._member.group, self._topic, _now())


def _now() -> float:
    return asyncio.get_running_loop().time()
