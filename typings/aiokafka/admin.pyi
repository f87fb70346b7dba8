from collections.abc import Mapping, Sequence
from typing import TypedDict

from aiokafka.structs import TopicPartition

class DescribedTopic(TypedDict):
    topic: str
    partitions: list[object]

class RecordsToDelete:
    def __init__(self, before_offset: int) -> None: ...

class NewTopic:
    def __init__(
        self,
        name: str,
        num_partitions: int,
        replication_factor: int,
        *,
        topic_configs: Mapping[str, str],
    ) -> None: ...

class CreateTopicsResponse:
    topic_errors: list[tuple[str, int, str | None]]

class AIOKafkaAdminClient:
    def __init__(self, *, bootstrap_servers: str, request_timeout_ms: int) -> None: ...
    async def start(self) -> None: ...
    async def close(self) -> None: ...
    async def create_topics(self, new_topics: Sequence[NewTopic]) -> CreateTopicsResponse: ...
    async def delete_topics(self, topics: Sequence[str]) -> object: ...
    async def list_topics(self) -> list[str]: ...
    async def describe_topics(self, topics: Sequence[str]) -> list[DescribedTopic]: ...
    async def delete_records(
        self, records_to_delete: Mapping[TopicPartition, RecordsToDelete]
    ) -> dict[TopicPartition, int]: ...
