"""The bus on Kafka: topics are topics, partitions partitions, positions offsets.

No transactions and no committed offsets: the engines keep positions beside their state, and
receivers ignore what they know. Why the producer is not idempotent: an idempotent batch of
aiokafka never expires, so that sends and stops hang while the broker is away (aiokafka issue
1101), and the duplicates it would spare us are ignored anyway.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.structs import TopicPartition

from shared.adapters.kafka_client import LIMITS, Consumer, KafkaLimits, let_go, milliseconds
from shared.adapters.kafka_subscription import KafkaSubscription, Source
from shared.adapters.placement import place, topic_named
from shared.contracts.topics import TOPICS, Topic
from shared.ports.bus import BusUnavailableError, Entry, Subscription

BATCH_BYTES_MAX = 262_144
"""What one produce request carries for one partition: large enough that round trips do not count,
and small enough that the 50 partitions of the widest topic fit well below the broker's 100 MiB."""


class KafkaBus:
    """A `Bus` on a Kafka cluster, 4.0 or later."""

    def __init__(
        self,
        bootstrap_servers: str,
        *,
        topics: Mapping[str, Topic] = TOPICS,
        replication_factor: int = 1,
        limits: KafkaLimits = LIMITS,
    ) -> None:
        self._servers = bootstrap_servers
        self._topics = topics
        self._replication_factor = replication_factor
        self._limits = limits
        self._producer: AIOKafkaProducer | None = None
        self._meter: Consumer | None = None
        self._subscriptions: list[KafkaSubscription] = []

    async def start(self) -> None:
        """Connect and make sure that all topics exist.

        Raises:
            BusUnavailableError: no broker answers within the deadline, or it refuses a topic.
        """
        limits = self._limits
        self._producer = AIOKafkaProducer(
            bootstrap_servers=self._servers,
            acks="all",
            enable_idempotence=False,
            max_batch_size=BATCH_BYTES_MAX,
            request_timeout_ms=milliseconds(limits.produce_seconds),
        )
        self._meter = Consumer(
            bootstrap_servers=self._servers,
            # So short that one request can be lost within the deadline of the answer.
            request_timeout_ms=milliseconds(limits.answer_seconds / 2),
        )
        try:
            async with asyncio.timeout(limits.answer_seconds):
                await self._create_topics()
                await self._producer.start()
                await self._meter.start()
        except (KafkaError, OSError, TimeoutError) as error:
            await self.stop()
            raise BusUnavailableError(
                f"Kafka at {self._servers} cannot be used: {error!r}; is it running, and does it "
                "advertise an address that can be reached from here?"
            ) from error

    async def stop(self) -> None:
        """Disconnect, within the deadline, whatever the broker does."""
        producer, self._producer = self._producer, None
        meter, self._meter = self._meter, None
        clients = [client for client in (producer, meter) if client is not None]
        subscriptions, self._subscriptions = self._subscriptions, []
        await asyncio.gather(
            *(each.close() for each in subscriptions),
            *(let_go(each.stop(), self._limits.stop_seconds, "a client") for each in clients),
        )

    async def append(self, entries: Sequence[Entry]) -> None:
        """Make the entries durable on all replicas in sync, in order within each partition.

        Raises:
            BusUnavailableError: not all of them were confirmed within the deadline.
            ValueError: an entry fits no topic.
        """
        lanes: dict[TopicPartition, list[Entry]] = defaultdict(list)
        for entry in entries:
            lanes[TopicPartition(entry.topic, place(entry, self._topics))].append(entry)
        producer = self._producer
        if producer is None:
            raise self._not_started()
        try:
            async with asyncio.timeout(self._limits.append_seconds):
                outcomes = await asyncio.gather(
                    *(_send(producer, where, lane) for where, lane in lanes.items()),
                    return_exceptions=True,
                )
        except TimeoutError as error:
            raise BusUnavailableError(
                f"Kafka at {self._servers} did not confirm {len(entries)} entries "
                f"within {self._limits.append_seconds} s"
            ) from error
        for outcome in outcomes:
            if isinstance(outcome, KafkaError):
                raise BusUnavailableError(
                    f"Kafka at {self._servers} did not take {len(entries)} entries: {outcome!r}"
                ) from outcome
            if outcome is not None:
                raise outcome

    async def share(self, topic: str, *, group: str) -> Subscription:
        """Subscribe as a member of a consumer group."""
        topic_named(topic, self._topics)
        return self._subscribe(KafkaSubscription(self._source(), topic, group=group))

    async def follow(self, topic: str, partitions: Sequence[int]) -> Subscription:
        """Subscribe to these partitions by hand."""
        topic_named(topic, self._topics)
        subscription = KafkaSubscription(self._source(), topic, group=None, partitions=partitions)
        return self._subscribe(subscription)

    async def end_position(self, topic: str, partition: int) -> int:
        """Return the position that the next entry of the partition will have.

        Raises:
            BusUnavailableError: the broker does not answer within the deadline.
        """
        topic_named(topic, self._topics)
        where = TopicPartition(topic, partition)
        meter = self._meter
        if meter is None:
            raise self._not_started()
        try:
            async with asyncio.timeout(self._limits.answer_seconds):
                ends = await meter.end_offsets((where,))
        except (KafkaError, OSError, TimeoutError) as error:
            raise BusUnavailableError(
                f"Kafka at {self._servers} did not tell the end of {topic}[{partition}]: {error!r}"
            ) from error
        return ends[where]

    def _subscribe(self, subscription: KafkaSubscription) -> KafkaSubscription:
        self._subscriptions.append(subscription)
        return subscription

    def _source(self) -> Source:
        return Source(self._servers, self._limits, self.end_position)

    def _not_started(self) -> BusUnavailableError:
        return BusUnavailableError(f"the bus on Kafka at {self._servers} is not started")

    async def _create_topics(self) -> None:
        admin = AIOKafkaAdminClient(
            bootstrap_servers=self._servers,
            request_timeout_ms=milliseconds(self._limits.answer_seconds),
        )
        try:
            await admin.start()
            response = await admin.create_topics(
                [_new_topic(each, self._replication_factor) for each in self._topics.values()]
            )
            existing: list[str] = []
            for name, code, reason in response.topic_errors:
                if code == TopicAlreadyExistsError.errno:
                    existing.append(name)
                elif code:
                    raise for_code(code)(f"topic {name}: {reason}")
            for described in await admin.describe_topics(existing) if existing else ():
                self._check_partitions(described["topic"], len(described["partitions"]))
        finally:
            await admin.close()

    def _check_partitions(self, name: str, partitions: int) -> None:
        wanted = self._topics[name].partitions
        if partitions != wanted:
            raise BusUnavailableError(
                f"topic {name} on {self._servers} has {partitions} partitions and must have "
                f"{wanted}, or keys would lose their order; drain and recreate it"
            )


def _new_topic(topic: Topic, replication_factor: int) -> NewTopic:
    retention = str(milliseconds(topic.retention_seconds))
    configs = {"min.insync.replicas": str(max(1, replication_factor - 1))}
    if topic.compacted:
        configs |= {"cleanup.policy": "compact", "max.compaction.lag.ms": retention}
    else:
        configs |= {"cleanup.policy": "delete", "retention.ms": retention}
    return NewTopic(topic.name, topic.partitions, replication_factor, topic_configs=configs)


async def _send(producer: AIOKafkaProducer, where: TopicPartition, entries: list[Entry]) -> None:
    # One batch after the other, each confirmed before the next is sent: a batch that expires
    # while a later one gets through would let an entry overtake one before it. aiokafka itself
    # has one request under way for a broker, so that its own retries do not overtake either.
    batch = producer.create_batch()
    for entry in entries:
        if not _add(batch, entry):
            await _confirm(producer, where, batch)
            batch = producer.create_batch()
            _add(batch, entry)  # The first record fits into a batch whatever its size.
    await _confirm(producer, where, batch)


def _add(batch: BatchBuilder, entry: Entry) -> bool:
    added = batch.append(
        timestamp=None,
        key=entry.key.encode(),
        value=entry.body,
        headers=[(name, text.encode()) for name, text in entry.headers.items()],
    )
    return added is not None


async def _confirm(producer: AIOKafkaProducer, where: TopicPartition, batch: BatchBuilder) -> None:
    confirmed = await producer.send_batch(batch, where.topic, partition=where.partition)
    await confirmed
