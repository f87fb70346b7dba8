# What the Kafka adapter uses of aiokafka 0.14, which carries no types of its own.
# Read from its source; anything not listed here is meant not to be used.

from asyncio import Future
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.structs import ConsumerRecord, RecordMetadata, TopicPartition

class ClusterMetadata:
    def partitions_for_topic(self, topic: str) -> set[int] | None: ...

class AIOKafkaClient:
    async def fetch_all_metadata(self) -> ClusterMetadata: ...
    async def close(self) -> None: ...

class AIOKafkaProducer:
    def __init__(
        self,
        *,
        bootstrap_servers: str,
        acks: str = ...,
        enable_idempotence: bool = ...,
        max_batch_size: int = ...,
        request_timeout_ms: int,
        transactional_id: str = ...,
        transaction_timeout_ms: int = ...,
    ) -> None: ...
    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    def transaction(self) -> AbstractAsyncContextManager[None]: ...
    async def send(
        self,
        topic: str,
        value: bytes,
        *,
        key: bytes | None,
        headers: Sequence[tuple[str, bytes]],
    ) -> Future[RecordMetadata]: ...
    def create_batch(self) -> BatchBuilder: ...
    async def send_batch(
        self, batch: BatchBuilder, topic: str, *, partition: int
    ) -> Future[RecordMetadata]: ...

class AIOKafkaConsumer:
    _client: AIOKafkaClient
    def __init__(
        self,
        *,
        bootstrap_servers: str,
        group_id: str | None = ...,
        auto_offset_reset: str = ...,
        enable_auto_commit: bool = ...,
        fetch_max_wait_ms: int = ...,
        heartbeat_interval_ms: int = ...,
        isolation_level: str = ...,
        partition_assignment_strategy: tuple[type, ...] = ...,
        rebalance_timeout_ms: int = ...,
        request_timeout_ms: int = ...,
        session_timeout_ms: int = ...,
    ) -> None: ...
    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    def subscribe(self, topics: Sequence[str], *, listener: ConsumerRebalanceListener) -> None: ...
    def assign(self, partitions: Sequence[TopicPartition]) -> None: ...
    def pause(self, *partitions: TopicPartition) -> None: ...
    def resume(self, *partitions: TopicPartition) -> None: ...
    def seek(self, partition: TopicPartition, offset: int) -> None: ...
    async def position(self, partition: TopicPartition) -> int: ...
    async def getmany(
        self, *partitions: TopicPartition, timeout_ms: int, max_records: int
    ) -> dict[TopicPartition, list[ConsumerRecord]]: ...
    async def beginning_offsets(
        self, partitions: Sequence[TopicPartition]
    ) -> dict[TopicPartition, int]: ...
    async def end_offsets(
        self, partitions: Sequence[TopicPartition]
    ) -> dict[TopicPartition, int]: ...
