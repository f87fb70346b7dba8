"""Reading Kafka by position: partitions come from a group or by hand, positions from the caller.

The idea: one task at a time reads (`_read`), opening a consumer first where there is none; `poll`
waits for that task no longer than it may and leaves it running otherwise. Whatever goes wrong ends
in having no consumer, and the next read opens one: that is all of the recovery. A consumer that
says nothing while entries are due is replaced too (aiokafka issues 1154, 847, 344).
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import KafkaError, OffsetOutOfRangeError
from aiokafka.structs import ConsumerRecord, TopicPartition

from shared.adapters.kafka_client import Consumer, KafkaLimits, let_go, milliseconds
from shared.adapters.kafka_watch import Watch
from shared.ports.bus import BusUnavailableError, Delivery, Polled

_LOG = logging.getLogger(__name__)

FETCH_WAIT_SECONDS = 0.2
"""How long the broker may hold an empty fetch; a partition sought meanwhile waits for its end."""

REOPEN_PAUSE_SECONDS = 0.5
"""Between two attempts to reach a broker that is away: soon enough, and no storm."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a subscription reads."""

    bootstrap_servers: str
    limits: KafkaLimits
    end_position: Callable[[str, int], Awaitable[int]]


class KafkaSubscription:
    """A `Subscription` to one topic, as a member of a group or to partitions by hand."""

    def __init__(
        self, source: Source, topic: str, *, group: str | None, partitions: Sequence[int] = ()
    ) -> None:
        self._source = source
        self._topic = topic
        self._group = group
        self._assigned = set(partitions)
        self._told: set[int] = set()
        self._positions: dict[int, int] = {}
        self._ready: deque[Delivery] = deque()
        self._consumer: Consumer | None = None
        self._reading: asyncio.Task[list[Delivery]] | None = None
        self._moved: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._seeks = 0
        self._watch = Watch(source.limits.quiet_seconds, _now())
        self._is_closed = False
        if partitions:
            self._moved.set_result(None)

    async def poll(self, *, limit: int, wait_seconds: float) -> Polled:
        """Return what there is, at most `limit` deliveries, after at most the wait."""
        if self._is_closed:
            return Polled()
        self._collect()
        if not self._ready and not self._moved.done():
            if self._reading is None:
                self._reading = asyncio.create_task(self._read(limit, wait_seconds))
            await asyncio.wait(
                {self._reading, self._moved},
                timeout=wait_seconds,
                return_when=asyncio.FIRST_COMPLETED,
            )
            self._collect()
        if self._moved.done():
            return self._tell_ownership()
        return Polled(deliveries=self._take(limit))

    def seek(self, partition: int, position: int) -> None:
        """Deliver the partition from this position on; ignored when it was taken away."""
        is_taken_away = self._group is not None and self._moved.done()
        if is_taken_away or partition not in self._assigned:
            return
        self._seeks += 1
        self._collect()
        self._ready = deque(each for each in self._ready if each.partition != partition)
        self._positions[partition] = position
        if self._consumer is not None:
            self._point(self._consumer, partition, position)

    async def close(self) -> None:
        """Leave the group; returns within the deadline, whether the broker heard it or not."""
        self._is_closed = True
        consumer, self._consumer = self._consumer, None
        reading, self._reading = self._reading, None
        if consumer is not None:
            await let_go(consumer.stop(), self._source.limits.stop_seconds, self._name)
        if reading is not None:
            # Its consumer is stopped, or was still opening: nothing is left to be broken.
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    def own(self, consumer: Consumer, partitions: set[int]) -> None:
        """Take note that a rebalance of the consumer's group left it these partitions."""
        if consumer is not self._consumer:
            return
        self._collect()
        self._ready.clear()
        self._positions.clear()
        self._assigned = partitions
        self._watch.hear(_now())
        if not self._moved.done():
            self._moved.set_result(None)

    @property
    def _name(self) -> str:
        return f"{self._topic} of {self._group or 'no group'}"

    def _tell_ownership(self) -> Polled:
        # In a group everything told before was revoked by the rebalance (it is an eager one).
        revoked, assigned = sorted(self._told), sorted(self._assigned)
        self._told = set(self._assigned)
        self._moved = asyncio.get_running_loop().create_future()
        return Polled(assigned=tuple(assigned), revoked=tuple(revoked))

    def _collect(self) -> None:
        if self._reading is not None and self._reading.done():
            reading, self._reading = self._reading, None
            self._ready.extend(reading.result())

    def _take(self, limit: int) -> tuple[Delivery, ...]:
        taken = tuple(self._ready.popleft() for _ in range(min(limit, len(self._ready))))
        for delivery in taken:
            self._positions[delivery.partition] = delivery.position + 1
        return taken

    async def _read(self, limit: int, wait_seconds: float) -> list[Delivery]:
        try:
            consumer = self._consumer or await self._open()
            fetched = await self._fetch(consumer, limit, wait_seconds)
            is_deaf = not fetched and await self._is_deaf(consumer)
        except (KafkaError, OSError, TimeoutError) as error:
            await self._replace_consumer(repr(error))
            return []
        if is_deaf:
            await self._replace_consumer("nothing came while entries were due")
        return fetched

    async def _fetch(self, consumer: Consumer, limit: int, wait_seconds: float) -> list[Delivery]:
        try:
            fetched = await consumer.getmany(
                timeout_ms=milliseconds(wait_seconds), max_records=limit
            )
        except OffsetOutOfRangeError as error:
            await self._restart_at_earliest(consumer, error)
            return []
        if fetched:
            self._watch.hear(_now())
        return [_delivery(record) for records in fetched.values() for record in records]

    async def _open(self) -> Consumer:
        limits = self._source.limits
        answer_seconds = limits.answer_seconds
        if self._group is not None:
            # A join is answered when the rebalance is over.
            answer_seconds += limits.rebalance_seconds
        consumer = Consumer(
            bootstrap_servers=self._source.bootstrap_servers,
            group_id=self._group,
            auto_offset_reset="none",  # a position that is not kept is our decision, see below
            enable_auto_commit=False,  # positions are the caller's
            fetch_max_wait_ms=milliseconds(FETCH_WAIT_SECONDS),
            heartbeat_interval_ms=milliseconds(limits.session_seconds / 3),
            partition_assignment_strategy=(RangePartitionAssignor,),  # two would join twice
            rebalance_timeout_ms=milliseconds(limits.rebalance_seconds),
            request_timeout_ms=milliseconds(answer_seconds),
            session_timeout_ms=milliseconds(limits.session_seconds),
        )
        try:
            async with asyncio.timeout(limits.answer_seconds):
                await consumer.start()
        except BaseException:
            await let_go(consumer.stop(), limits.stop_seconds, self._name)
            raise
        self._consumer = consumer
        self._watch.hear(_now())
        if self._group is not None:
            consumer.subscribe([self._topic], listener=_Listener(self, consumer))
            return consumer
        places = [TopicPartition(self._topic, partition) for partition in self._assigned]
        consumer.assign(places)
        hold(consumer, places)
        for partition, position in self._positions.items():
            self._point(consumer, partition, position)
        return consumer

    async def _replace_consumer(self, reason: str) -> None:
        """Let the consumer go, so that the next read opens another."""
        _LOG.warning("%s: %s; opening a new consumer", self._name, reason)
        consumer = self._consumer
        if consumer is not None:
            self._ready.clear()
            if self._group is not None:
                self.own(consumer, set())
            self._consumer = None
            await let_go(consumer.stop(), self._source.limits.stop_seconds, self._name)
        await asyncio.sleep(REOPEN_PAUSE_SECONDS)

    def _point(self, consumer: Consumer, partition: int, position: int) -> None:
        place = TopicPartition(self._topic, partition)
        consumer.seek(place, position)
        consumer.resume(place)

    async def _restart_at_earliest(self, consumer: Consumer, error: OffsetOutOfRangeError) -> None:
        lost: dict[TopicPartition, int] = error.args[0]
        seeks = self._seeks
        earliest = await consumer.beginning_offsets(tuple(lost))
        if seeks != self._seeks or consumer is not self._consumer:
            return  # The caller has chosen another position meanwhile.
        for place, position in lost.items():
            _LOG.warning(
                "%s[%d]: position %d is not kept; reading goes on at %d, the earliest that is",
                *(self._topic, place.partition, position, earliest[place]),
            )
            self._point(consumer, place.partition, earliest[place])

    async def _is_deaf(self, consumer: Consumer) -> bool:
        if not self._watch.is_time(_now()):
            return False
        partitions = tuple(self._positions)
        reached = {
            partition: await consumer.position(TopicPartition(self._topic, partition))
            for partition in partitions
        }
        try:
            ends = {
                partition: await self._source.end_position(self._topic, partition)
                for partition in partitions
            }
        except BusUnavailableError:
            return False  # The broker is away; a new consumer would hear no more.
        return self._watch.is_deaf(reached, ends, _now())


class _Listener(ConsumerRebalanceListener):
    """Holds what a rebalance assigns, in the same breath, until it is sought."""

    def __init__(self, subscription: KafkaSubscription, consumer: Consumer) -> None:
        self._subscription = subscription
        self._consumer = consumer

    def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """Own nothing while the group divides its partitions."""
        if revoked:
            self._subscription.own(self._consumer, set())

    def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Own these partitions, each held until it is sought."""
        hold(self._consumer, sorted(assigned))
        self._subscription.own(self._consumer, {each.partition for each in assigned})


def hold(consumer: Consumer, places: Sequence[TopicPartition]) -> None:
    """Deliver nothing of these partitions; any position keeps aiokafka from asking for one."""
    consumer.pause(*places)
    for place in places:
        consumer.seek(place, 0)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _delivery(record: ConsumerRecord) -> Delivery:
    return Delivery(
        record.topic,
        record.partition,
        record.offset,
        (record.key or b"").decode(errors="replace"),
        record.value or b"",
        {name: content.decode(errors="replace") for name, content in record.headers},
    )
