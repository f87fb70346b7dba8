"""A bus on a real broker for one cluster: without a word of another one.

A bus and a store belong together. A cluster with an empty store on the log of another cluster
takes that one's goals up again; and as ids derive from causes, many of the messages that it sends
bear ids that its hub has read in the old log, is right to ignore, and waits for until the lease
of the attempt is over.
"""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager

from aiokafka.admin import AIOKafkaAdminClient

from shared.contracts.topics import TOPICS
from tests.support.kafka import Broker

ANSWER_MILLISECONDS_MAX = 10_000


@contextmanager
def cluster_bus(broker: Broker) -> Generator[str]:
    """Yield the URI of a bus that has no topics yet; what the cluster made there is deleted."""
    present = asyncio.run(_topics_of_clusters(broker.bootstrap))
    # Never deleted here: on a broker that somebody named, they may be somebody's.
    assert not present, (
        f"Kafka at {broker.bootstrap} has the topics of another cluster, {present}: "
        "delete them, or name another broker in KAFKA_BOOTSTRAP"
    )
    try:
        yield f"kafka://{broker.bootstrap}"
    finally:
        asyncio.run(_delete_topics_of_clusters(broker.bootstrap))


async def _topics_of_clusters(bootstrap: str) -> list[str]:
    admin = await _administrator(bootstrap)
    try:
        return sorted(TOPICS.keys() & set(await admin.list_topics()))
    finally:
        await admin.close()


async def _delete_topics_of_clusters(bootstrap: str) -> None:
    admin = await _administrator(bootstrap)
    try:
        await admin.delete_topics([*TOPICS])
    finally:
        await admin.close()


async def _administrator(bootstrap: str) -> AIOKafkaAdminClient:
    admin = AIOKafkaAdminClient(
        bootstrap_servers=bootstrap, request_timeout_ms=ANSWER_MILLISECONDS_MAX
    )
    await admin.start()
    return admin
