"""Exports into Kafka topics that are not ours, by transactions that readers see whole.

The producer's transactional id is the export's own: opening it again fences the process that had it
open before and aborts what that one left half written. So what a reader of committed messages finds
is always the first messages of the export, each once, and their headers tell how many.
"""

import asyncio
from collections.abc import Coroutine, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeVar

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, ProducerFenced

from shared.adapters.kafka_client import LIMITS, KafkaLimits, let_go, milliseconds
from shared.adapters.kafka_ranges import open_topics
from shared.contracts.feeds import TopicPlace
from shared.ports.topic_reader import Range, TopicReader, TopicUnreadableError
from shared.ports.topic_writer import NumberedMessage, TopicUnwritableError, TopicWriter

EXPORT_HEADER = "argosy-export"
"""The header that names the export of a message."""

NUMBER_HEADER = "argosy-number"
"""The header with the message's place in its export, in decimal digits."""

TRANSACTION_SECONDS_MAX = 60.0
"""After which the broker aborts a transaction whose process is gone; a chunk takes one or two."""

_Answer = TypeVar("_Answer")


@contextmanager
def open_topic_writer(
    place: TopicPlace, export: str, limits: KafkaLimits = LIMITS
) -> Generator[TopicWriter]:
    """Open the topic for an export; must not be within a loop.

    Raises:
        TopicUnwritableError: the broker does not answer within the deadline.
    """
    with asyncio.Runner() as runner:
        writer = KafkaExport(runner, place, export, limits)
        try:
            writer.connect()
            yield writer
        finally:
            writer.close()


class KafkaExport:
    """A `TopicWriter` on a Kafka cluster."""

    def __init__(
        self, runner: asyncio.Runner, place: TopicPlace, export: str, limits: KafkaLimits
    ) -> None:
        self._runner = runner
        self._place = place
        self._export = export
        self._limits = limits
        self._producer: AIOKafkaProducer | None = None

    def connect(self) -> None:
        """Connect, and fence whoever writes this export; raises as `open_topic_writer` does."""
        self._ask(self._connect())

    def close(self) -> None:
        """Disconnect, within the deadline, whatever the broker does."""
        producer, self._producer = self._producer, None
        if producer is not None:
            self._runner.run(let_go(producer.stop(), self._limits.stop_seconds, self._place.broker))

    def ends(self) -> Mapping[int, int]:
        """Return for each partition the offset of the next message."""
        with self._reading() as reader:
            return {number: kept.end for number, kept in self._bounds(reader).items()}

    def reached(self, since: Mapping[int, int]) -> int:
        """Return how many messages of the export, from its first on, lie behind these offsets."""
        with self._reading() as reader:
            return max(
                (
                    self._reached_in(reader, Range(number, since.get(number, 0), kept.end))
                    for number, kept in self._bounds(reader).items()
                ),
                default=0,
            )

    def append(self, messages: Sequence[NumberedMessage]) -> None:
        """Append the next messages of the export, all or none."""
        self._ask(self._append(messages))

    @contextmanager
    def _reading(self) -> Generator[TopicReader]:
        # Within a runner that runs nothing at the moment, another one may run.
        try:
            with open_topics(self._place.broker, self._limits) as reader:
                yield reader
        except TopicUnreadableError as error:
            raise TopicUnwritableError(str(error), passes=error.passes) from error

    def _bounds(self, reader: TopicReader) -> Mapping[int, Range]:
        return reader.bounds(self._place.topic)

    def _reached_in(self, reader: TopicReader, wanted: Range) -> int:
        export = self._export.encode()
        return max(
            (
                int(message.headers[NUMBER_HEADER]) + 1
                for message in reader.messages(self._place.topic, wanted)
                if message.headers.get(EXPORT_HEADER) == export
            ),
            default=0,
        )

    async def _connect(self) -> None:
        self._producer = AIOKafkaProducer(
            bootstrap_servers=self._place.broker,
            transactional_id=f"argosy-export-{self._export}",
            transaction_timeout_ms=milliseconds(TRANSACTION_SECONDS_MAX),
            request_timeout_ms=milliseconds(self._limits.answer_seconds / 2),
        )
        await self._producer.start()

    async def _append(self, messages: Sequence[NumberedMessage]) -> None:
        assert self._producer is not None, "used outside of its context"
        export = self._export.encode()
        async with self._producer.transaction():
            sent = [
                await self._producer.send(
                    self._place.topic,
                    message.content,
                    key=message.key,
                    headers=[
                        (EXPORT_HEADER, export),
                        (NUMBER_HEADER, str(message.number).encode()),
                    ],
                )
                for message in messages
            ]
            await asyncio.gather(*sent)

    def _ask(self, question: Coroutine[None, None, _Answer]) -> _Answer:
        try:
            return self._runner.run(self._answered(question))
        except ProducerFenced as error:
            raise TopicUnwritableError(
                f"a later attempt writes the export to {self._place.topic}", passes=False
            ) from error
        except (KafkaError, OSError, TimeoutError) as error:
            raise TopicUnwritableError(
                f"Kafka at {self._place.broker} does not take the export: {error!r}", passes=True
            ) from error

    async def _answered(self, question: Coroutine[None, None, _Answer]) -> _Answer:
        task = asyncio.ensure_future(question)
        done, _ = await asyncio.wait({task}, timeout=TRANSACTION_SECONDS_MAX)
        if not done:
            raise TimeoutError
        return task.result()
