"""One session of an engine: from subscribing to giving up, the shards that it owns meanwhile.

A session ends when the engine stops or when anything fails. What it held in memory is thrown
away with it; the next session claims its shards anew and goes on from what is stored.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.contracts.machine import (
    Abandon,
    DrainRequested,
    Follow,
    Following,
    Input,
    Machine,
    Perform,
    Started,
)
from shared.engine import metrics
from shared.engine.activities import Activities, ActivityRunner, Ended
from shared.engine.intake import POLL_LIMIT, Arrival, Intake, Pump
from shared.engine.publishing import Publisher
from shared.engine.shard import Identity, Occurrence, ShardState
from shared.kernel.ids import derive_id
from shared.kernel.safeguards import Safeguards
from shared.ports.ports import Ports
from shared.ports.store import Commit, OutboxEntry, TopicPartition

TURN_SECONDS_MAX = 1.0
"""How long an idle engine sleeps at most; a turn is also the pulse that readiness looks at."""

QUEUE_MAX = 16
"""Polls and ended activities that wait for a turn; more would only be memory."""


@dataclass(frozen=True, slots=True)
class Drive:
    """What drives which machine: everything a session needs to know."""

    machine: Machine
    ports: Ports
    intake: Intake
    identity: Identity
    runner: ActivityRunner
    safeguards: Safeguards


class Session:
    """The shards that an engine owns, and the turns in which it drives them."""

    def __init__(self, drive: Drive) -> None:
        self._drive = drive
        self._ports = drive.ports
        self._queue: asyncio.Queue[Arrival | Ended] = asyncio.Queue(QUEUE_MAX)
        self._pump = Pump(self._queue.put)
        self._activities = Activities(drive.runner, self._queue.put)
        self._shards: dict[int, ShardState] = {}
        self._followed: set[TopicPartition] = set()
        self._reading: dict[TopicPartition, int] = {}
        self.publisher = Publisher(drive.machine.name, drive.ports)

    @property
    def is_busy(self) -> bool:
        """Whether anything is under way or waits to be taken."""
        return bool(self._activities) or not self._queue.empty()

    @property
    def positions(self) -> dict[TopicPartition, int]:
        """The next position to read of each partition that is being read."""
        return {
            place: state.positions.get(place, 0)
            for place, shard in self._reading.items()
            if (state := self._shards.get(shard)) is not None
        }

    async def open(self) -> None:
        """Subscribe; with nothing shared, claim shard 0 at once."""
        shared = self._drive.intake.shared
        if shared is None:
            await self._own(0)
            return
        group = f"argosy-{self._drive.machine.name}"
        subscription = await self._ports.bus.share(shared.name, group=group)
        self._pump.add(subscription, shared.name, is_shared=True)

    async def close(self) -> None:
        """Stop activities and polls, give the partitions up."""
        await self._activities.abandon_all()
        stopping = asyncio.create_task(self._pump.stop())
        while not stopping.done():
            while not self._queue.empty():
                _dismiss(self._queue.get_nowait())
            await asyncio.wait({stopping}, timeout=TURN_SECONDS_MAX)
        await stopping

    async def turn(self, *, fires_timers: bool) -> None:
        """Wait for something to happen and see it through: step, store, publish, act."""
        wait_seconds = self._seconds_to_next_timer() if fires_timers else TURN_SECONDS_MAX
        await self._take_all(await self._next_occasions(wait_seconds))
        now = self._ports.clock.now()
        for state in self._shards.values() if fires_timers else ():
            state.fire_timers(now, POLL_LIMIT)
        for state in tuple(self._shards.values()):
            await self._flush(state)
        metrics.LAST_PROGRESS.labels(self._drive.machine.name).set(now.timestamp())

    async def drain(self) -> None:
        """Tell every shard that the process is asked to stop."""
        for state in tuple(self._shards.values()):
            self._feed(state, DrainRequested(), "drain")
            await self._flush(state)

    async def _next_occasions(self, wait_seconds: float) -> Sequence[Arrival | Ended]:
        occasions: list[Arrival | Ended] = []
        try:
            async with asyncio.timeout(wait_seconds):
                occasions.append(await self._queue.get())
        except TimeoutError:
            return occasions
        while not self._queue.empty():
            occasions.append(self._queue.get_nowait())
        return occasions

    def _seconds_to_next_timer(self) -> float:
        now = self._ports.clock.now()
        dues = (state.next_due() for state in self._shards.values())
        waits = ((due - now).total_seconds() for due in dues if due is not None)
        return max(0.0, min((TURN_SECONDS_MAX, *waits)))

    async def _take_all(self, occasions: Sequence[Arrival | Ended]) -> None:
        try:
            self._pump.raise_failure()
            for occasion in occasions:
                if isinstance(occasion, Ended):
                    self._take_ended(occasion)
                elif self._pump.wants(occasion):
                    await self._take_arrival(occasion)
        finally:
            for occasion in occasions:
                _dismiss(occasion)

    async def _take_arrival(self, arrival: Arrival) -> None:
        for partition in arrival.polled.revoked:
            self._lose(partition, arrival)
        for partition in arrival.polled.assigned:
            if arrival.is_shared:
                await self._own(partition)
            place, shard = (arrival.topic, partition), partition if arrival.is_shared else 0
            position = self._shards[shard].positions.get(place, 0)
            arrival.subscription.seek(partition, position)
            self._reading[place] = shard
        now = self._ports.clock.now()
        for delivery in arrival.polled.deliveries:
            state = self._shards.get(delivery.partition if arrival.is_shared else 0)
            if state is not None:
                state.take_delivery(delivery, now)

    def _take_ended(self, ended: Ended) -> None:
        state = self._shards.get(ended.shard)
        if state is not None:
            identity = self._drive.identity
            cause = derive_id(identity.sender_id, "activity", ended.shard, ended.ended.activity_id)
            state.take(Occurrence(ended.ended, cause), self._ports.clock.now())

    async def _own(self, shard: int) -> None:
        loaded = await self._ports.store.claim(self._drive.machine.name, shard)
        state = ShardState(
            self._drive.machine, loaded, self._drive.identity, self._drive.safeguards
        )
        await self.publisher.publish_leftovers(state.claim)
        self._shards[shard] = state
        if shard == 0:
            for topic in self._drive.intake.followed:
                await self._subscribe(topic.name, tuple(range(topic.partitions)))
        for effect in self._drive.machine.resume(state.records):
            await self._act(state, effect)
        self._feed(state, Started(self._drive.identity.run_id), "started")
        await self._flush(state)

    def _lose(self, shard: int, arrival: Arrival) -> None:
        if not arrival.is_shared or self._shards.pop(shard, None) is None:
            return
        self._activities.abandon_shard(shard)
        self._reading = {place: by for place, by in self._reading.items() if by != shard}
        if shard == 0:
            self._pump.drop_followed()
            self._followed.clear()

    def _feed(self, state: ShardState, received: Input, occasion: str) -> None:
        identity = self._drive.identity
        cause = derive_id(identity.sender_id, identity.run_id, occasion, state.claim.shard)
        state.take(Occurrence(received, cause), self._ports.clock.now())

    async def _flush(self, state: ShardState) -> None:
        while True:
            commit, effects = state.finish_batch()
            if commit == Commit() and not effects:
                return
            if commit != Commit():
                await self._store_and_publish(state, commit)
            for effect in effects:
                await self._act(state, effect)

    async def _store_and_publish(self, state: ShardState, commit: Commit) -> None:
        name = self._drive.machine.name
        stored = commit if self._drive.safeguards.outbox else replace(commit, outbox=())
        with metrics.COMMIT_SECONDS.labels(name).time():
            outgoing = await self._ports.store.commit(state.claim, stored)
        if not self._drive.safeguards.outbox:
            outgoing = tuple(OutboxEntry(0, entry) for entry in commit.outbox)
        await self.publisher.publish(state.claim, outgoing)
        metrics.RECORDS_HELD.labels(name).set(
            sum(len(each.records) for each in self._shards.values())
        )

    async def _act(self, state: ShardState, effect: Follow | Perform | Abandon) -> None:
        match effect:
            case Perform():
                self._activities.perform(state.claim.shard, effect)
            case Abandon(activity_id):
                self._activities.abandon(state.claim.shard, activity_id)
            case Follow(topic, partition):
                await self._follow(state, topic.name, partition)
        metrics.ACTIVITIES_RUNNING.labels(self._drive.machine.name).set(len(self._activities))

    async def _follow(self, state: ShardState, topic: str, partition: int) -> None:
        if (topic, partition) not in state.positions:
            position = await self._ports.bus.end_position(topic, partition)
            state.begin_at(topic, partition, position)
        if (topic, partition) not in self._followed:
            self._followed.add((topic, partition))
            await self._subscribe(topic, (partition,))
        self._feed(state, Following(topic, partition), f"following {topic} {partition}")

    async def _subscribe(self, topic: str, partitions: tuple[int, ...]) -> None:
        subscription = await self._ports.bus.follow(topic, partitions)
        self._pump.add(subscription, topic, is_shared=False)


def _dismiss(occasion: Arrival | Ended) -> None:
    if isinstance(occasion, Arrival):
        occasion.is_handled.set()
