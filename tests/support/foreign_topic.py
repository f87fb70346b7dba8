"""A topic on a real broker that somebody else writes to."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.structs import TopicPartition

from shared.adapters.kafka_bus import KafkaBus
from shared.contracts.topics import Topic
from shared.ports.bus import Entry

PARTITIONS = 2


@dataclass(frozen=True)
class ForeignTopic:
    """A topic of two partitions; its calls must not be within a loop."""

    broker: str
    name: str = field(default_factory=lambda: f"foreign.{secrets.token_hex(8)}")

    @property
    def uri(self) -> str:
        """The topic as a source."""
        return f"kafka://{self.broker}/{self.name}"

    def append(self, partition: int, contents: Sequence[bytes]) -> None:
        """Append messages; the first call creates the topic."""
        asyncio.run(self._append(partition, contents))

    def delete_before(self, partition: int, offset: int) -> None:
        """Delete a partition's first messages, as retention does."""
        asyncio.run(self._delete_before(TopicPartition(self.name, partition), offset))

    async def _delete_before(self, where: TopicPartition, offset: int) -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.broker, request_timeout_ms=10_000)
        await admin.start()
        await admin.delete_records({where: RecordsToDelete(offset)})
        await admin.close()

    async def _append(self, partition: int, contents: Sequence[bytes]) -> None:
        topic = Topic(self.name, PARTITIONS, "k", "somebody else", retention_seconds=3600)
        bus = KafkaBus(self.broker, topics={self.name: topic})
        await bus.start()
        await bus.append([Entry(self.name, "k", each, partition=partition) for each in contents])
        await bus.stop()
