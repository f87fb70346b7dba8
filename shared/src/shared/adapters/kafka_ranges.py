"""Ranges of Kafka topics that are not ours, read without a group and without a trace.

A loop of its own runs only while a call lasts. Nothing is cancelled (see `kafka_client`): whoever
waits for the broker waits with a deadline, and lets the client go when it has passed.
"""

import asyncio
from collections.abc import Coroutine, Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from aiokafka.errors import KafkaError, OffsetOutOfRangeError
from aiokafka.structs import ConsumerRecord, TopicPartition

from shared.adapters.kafka_client import LIMITS, Consumer, KafkaLimits, let_go, milliseconds
from shared.ports.topic_reader import Message, Range, TopicReader, TopicUnreadableError

FETCH_MESSAGES_MAX = 1_000
"""Messages of one fetch: what is in memory at a time, and enough that round trips do not count."""

_Answer = TypeVar("_Answer")


@contextmanager
def open_topics(broker: str, limits: KafkaLimits = LIMITS) -> Generator[TopicReader]:
    """Connect to the broker for as long as the context lasts; it must not be within a loop.

    Raises:
        TopicUnreadableError: it does not answer within the deadline.
    """
    with asyncio.Runner() as runner:
        reader = KafkaRanges(runner, broker, limits)
        try:
            reader.connect()
            yield reader
        finally:
            reader.close()


class KafkaRanges:
    """A `TopicReader` on a Kafka cluster; transactions that were aborted are passed over."""

    def __init__(self, runner: asyncio.Runner, broker: str, limits: KafkaLimits) -> None:
        self._runner = runner
        self._broker = broker
        self._limits = limits
        self._consumer: Consumer | None = None

    def connect(self) -> None:
        """Connect; raises as `open_topics` does."""
        self._ask(self._connect())

    def close(self) -> None:
        """Disconnect, within the deadline, whatever the broker does."""
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            self._runner.run(let_go(consumer.stop(), self._limits.stop_seconds, self._broker))

    def bounds(self, topic: str) -> Mapping[int, Range]:
        """Return for each partition the offsets that can be read now."""
        return self._ask(self._bounds(topic))

    def messages(self, topic: str, wanted: Range) -> Iterator[Message]:
        """Yield the messages of the range in order; offsets without a message are passed over."""
        where, reached = TopicPartition(topic, wanted.partition), wanted.begin
        self._ask(self._point(where, reached))
        while reached < wanted.end:
            records, reached = self._ask(self._fetch(where, reached))
            for record in records:
                if record.offset < wanted.end:
                    yield Message(record.offset, record.value, dict(record.headers))

    async def _connect(self) -> None:
        self._consumer = Consumer(
            bootstrap_servers=self._broker,
            auto_offset_reset="none",
            enable_auto_commit=False,
            isolation_level="read_committed",
            request_timeout_ms=milliseconds(self._limits.answer_seconds / 2),
        )
        await self._consumer.start()

    async def _bounds(self, topic: str) -> dict[int, Range]:
        consumer = self._connected()
        places = [TopicPartition(topic, number) for number in await consumer.partitions_of(topic)]
        if not places:
            raise TopicUnreadableError(f"{self._broker} has no topic {topic}", passes=False)
        begins = await consumer.beginning_offsets(places)
        ends = await consumer.end_offsets(places)
        return {
            where.partition: Range(where.partition, begins[where], ends[where]) for where in places
        }

    async def _point(self, where: TopicPartition, offset: int) -> None:
        consumer = self._connected()
        consumer.assign([where])
        consumer.seek(where, offset)

    async def _fetch(self, where: TopicPartition, reached: int) -> tuple[list[ConsumerRecord], int]:
        """Return the next records and the offset behind them, which also markers move forward."""
        consumer = self._connected()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._limits.answer_seconds
        while loop.time() < deadline:
            wait = milliseconds(self._limits.answer_seconds / 10)
            fetched = await consumer.getmany(where, timeout_ms=wait, max_records=FETCH_MESSAGES_MAX)
            position = await consumer.position(where)
            if position > reached:
                return fetched.get(where, []), position
        raise TimeoutError

    def _ask(self, question: Coroutine[None, None, _Answer]) -> _Answer:
        try:
            return self._runner.run(self._answered(question))
        except OffsetOutOfRangeError as error:
            raise TopicUnreadableError(
                f"{self._broker} does not keep these offsets any more: {error}", passes=True
            ) from error
        except (KafkaError, OSError, TimeoutError) as error:
            raise TopicUnreadableError(
                f"Kafka at {self._broker} does not answer: {error!r}", passes=True
            ) from error

    async def _answered(self, question: Coroutine[None, None, _Answer]) -> _Answer:
        task = asyncio.ensure_future(question)
        done, _ = await asyncio.wait({task}, timeout=2 * self._limits.answer_seconds)
        if not done:
            raise TimeoutError
        return task.result()

    def _connected(self) -> Consumer:
        assert self._consumer is not None, "used outside of its context"
        return self._consumer
