"""What the bus on Kafka promises alone: a broker that goes away, restarts, or forgets."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator

import pytest
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.structs import TopicPartition

from shared.adapters.kafka_bus import KafkaBus
from shared.adapters.kafka_client import KafkaLimits
from shared.adapters.kafka_subscription import KafkaSubscription, Source
from shared.contracts.topics import Topic
from shared.ports.bus import BusUnavailableError, Entry
from tests.support.bus import (
    PARTITIONS,
    SECONDS_MAX,
    Member,
    entries,
    numbers,
    read,
    settle,
    sought,
)
from tests.support.kafka import Broker
from tests.support.tcp_proxy import TcpProxy

IMPATIENT = KafkaLimits(
    append_seconds=3,
    produce_seconds=1,
    answer_seconds=2,
    stop_seconds=1,
    session_seconds=3,
    rebalance_seconds=3,
    quiet_seconds=2,
)
"""Limits for tests in which the broker goes away."""


@pytest.fixture
async def proxy(kafka: Broker) -> AsyncGenerator[TcpProxy]:
    """A proxy before the broker, at the address that the broker advertises."""
    listening, forwarding = kafka.proxy_places()
    proxy = TcpProxy("127.0.0.1", forwarding)
    proxy.port = listening
    await proxy.open()
    yield proxy
    await proxy.cut()


@pytest.fixture
async def proxied_bus(proxy: TcpProxy, topic: Topic) -> AsyncGenerator[KafkaBus]:
    """A bus that loses its broker when the proxy is cut or frozen."""
    bus = KafkaBus(f"127.0.0.1:{proxy.port}", topics={topic.name: topic}, limits=IMPATIENT)
    await bus.start()
    yield bus
    await bus.stop()


async def append_until_taken(bus: KafkaBus, batch: list[Entry]) -> None:
    """Do what a publisher does: repeat until it is confirmed."""
    async with asyncio.timeout(SECONDS_MAX):
        while True:
            try:
                return await bus.append(batch)
            except BusUnavailableError:
                continue


in_every_absence = pytest.mark.parametrize("fault", ["refused", "black-holed"])


async def lose(proxy: TcpProxy, fault: str) -> None:
    """Take the broker away."""
    if fault == "refused":
        await proxy.cut()
    else:
        proxy.freeze()


async def bring_back(proxy: TcpProxy, fault: str) -> None:
    """Bring the broker back."""
    if fault == "refused":
        await proxy.open()
    else:
        proxy.thaw()


@in_every_absence
async def test_an_append_gives_up_in_time(
    proxy: TcpProxy, proxied_bus: KafkaBus, topic: Topic, fault: str
) -> None:
    await lose(proxy, fault)
    started = time.monotonic()
    with pytest.raises(BusUnavailableError, match=r"127\.0\.0\.1"):
        await proxied_bus.append(entries(topic, 1))
    assert time.monotonic() - started < IMPATIENT.append_seconds + 1
    await bring_back(proxy, fault)


@in_every_absence
async def test_the_end_is_not_made_up(
    proxy: TcpProxy, proxied_bus: KafkaBus, topic: Topic, fault: str
) -> None:
    await lose(proxy, fault)
    with pytest.raises(BusUnavailableError, match="did not tell the end"):
        await proxied_bus.end_position(topic.name, 0)
    await bring_back(proxy, fault)
    assert await proxied_bus.end_position(topic.name, 0) == 0


@in_every_absence
async def test_order_survives_the_repetition(
    proxy: TcpProxy, proxied_bus: KafkaBus, topic: Topic, fault: str
) -> None:
    subscription = await sought(proxied_bus, topic)
    await proxied_bus.append(entries(topic, 1))
    await lose(proxy, fault)
    batch = [
        Entry(topic.name, "k", str(number).encode() + b" " * 2000, partition=0)
        for number in range(500)
    ]
    appending = asyncio.create_task(append_until_taken(proxied_bus, batch))
    await asyncio.wait({appending}, timeout=IMPATIENT.append_seconds + 1)
    await bring_back(proxy, fault)
    await appending
    end = await proxied_bus.end_position(topic.name, 0)
    heard = numbers(await read(subscription, end))
    assert list(dict.fromkeys(heard)) == list(range(500))


@in_every_absence
async def test_readers_go_on_when_it_is_back(
    proxy: TcpProxy, proxied_bus: KafkaBus, topic: Topic, fault: str
) -> None:
    follower = await sought(proxied_bus, topic)
    member = Member(await proxied_bus.share(topic.name, group=topic.name))
    await settle(member)
    await lose(proxy, fault)
    for _ in range(60):  # longer than a session, so that the group forgets the member
        await asyncio.gather(follower.poll(limit=1, wait_seconds=0.1), member.poll())
    await bring_back(proxy, fault)
    await append_until_taken(proxied_bus, entries(topic, 1))
    await read(follower, 1)
    async with asyncio.timeout(SECONDS_MAX):
        while not member.heard:
            await member.poll()


@in_every_absence
async def test_a_subscription_may_begin_meanwhile(
    proxy: TcpProxy, proxied_bus: KafkaBus, topic: Topic, fault: str
) -> None:
    await proxied_bus.append(entries(topic, 2))
    await lose(proxy, fault)
    follower = await sought(proxied_bus, topic)
    for _ in range(4):
        await follower.poll(limit=1, wait_seconds=1)
    await bring_back(proxy, fault)
    assert numbers(await read(follower, 2)) == [0, 1]


@in_every_absence
async def test_a_stop_ends_in_time(
    proxy: TcpProxy, proxied_bus: KafkaBus, topic: Topic, fault: str
) -> None:
    await sought(proxied_bus, topic)
    await settle(Member(await proxied_bus.share(topic.name, group=topic.name)))
    await lose(proxy, fault)
    appending = asyncio.create_task(proxied_bus.append(entries(topic, 1)))
    await asyncio.wait({appending}, timeout=0.1)
    started = time.monotonic()
    await proxied_bus.stop()
    assert time.monotonic() - started < IMPATIENT.stop_seconds * 2 + 1
    with pytest.raises(BusUnavailableError):
        await appending
    await bring_back(proxy, fault)


@in_every_absence
async def test_a_start_says_where_it_found_nobody(
    proxy: TcpProxy, topic: Topic, fault: str
) -> None:
    await lose(proxy, fault)
    bus = KafkaBus(f"127.0.0.1:{proxy.port}", topics={topic.name: topic}, limits=IMPATIENT)
    with pytest.raises(BusUnavailableError, match=f"Kafka at 127.0.0.1:{proxy.port}"):
        await bus.start()
    await bring_back(proxy, fault)


async def test_a_restart_of_the_broker_interrupts_nothing_for_ever(
    kafka: Broker, topic: Topic
) -> None:
    bus = KafkaBus(kafka.bootstrap, topics={topic.name: topic}, limits=IMPATIENT)
    await bus.start()
    await bus.append(entries(topic, 3))
    follower = await sought(bus, topic)
    member = Member(await bus.share(topic.name, group=topic.name))
    await settle(member)
    await asyncio.to_thread(kafka.stop)
    await asyncio.gather(follower.poll(limit=1, wait_seconds=1), member.poll())
    await asyncio.to_thread(kafka.start)
    await append_until_taken(bus, entries(topic, 3))
    assert numbers(await read(follower, 6))[:3] == [0, 1, 2]
    async with asyncio.timeout(SECONDS_MAX):
        while len(member.heard) < 6:
            await member.poll()
    await bus.stop()


async def test_a_deaf_consumer_is_replaced(
    kafka: Broker, proxy: TcpProxy, topic: Topic, caplog: pytest.LogCaptureFixture
) -> None:
    bus = KafkaBus(kafka.bootstrap, topics={topic.name: topic})
    await bus.start()
    patient = KafkaLimits(answer_seconds=SECONDS_MAX, stop_seconds=1, quiet_seconds=0.5)
    source = Source(f"127.0.0.1:{proxy.port}", patient, bus.end_position)
    subscription = KafkaSubscription(source, topic.name, group=None, partitions=(0,))
    subscription.seek(0, 0)
    await bus.append(entries(topic, 1))
    await read(subscription, 1)
    proxy.freeze()
    await bus.append(entries(topic, 2))
    async with asyncio.timeout(SECONDS_MAX):
        while "nothing came while entries were due" not in caplog.text:
            await subscription.poll(limit=1, wait_seconds=0.1)
    proxy.thaw()
    assert numbers(await read(subscription, 2)) == [0, 1]
    await subscription.close()
    await bus.stop()


async def test_a_follower_behind_the_retention_restarts_at_the_earliest(
    kafka: Broker, topic: Topic, caplog: pytest.LogCaptureFixture
) -> None:
    bus = KafkaBus(kafka.bootstrap, topics={topic.name: topic})
    await bus.start()
    await bus.append(entries(topic, 5))
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap, request_timeout_ms=5000)
    await admin.start()
    await admin.delete_records({TopicPartition(topic.name, 0): RecordsToDelete(2)})
    await admin.close()
    with caplog.at_level(logging.WARNING):
        assert numbers(await read(await sought(bus, topic), 3)) == [2, 3, 4]
    assert f"{topic.name}[0]: position 0 is not kept; reading goes on at 2" in caplog.text
    await bus.stop()


async def test_a_topic_divided_otherwise_is_refused(kafka: Broker, topic: Topic) -> None:
    for partitions, refusal in ((PARTITIONS, None), (PARTITIONS + 1, "has 4 partitions")):
        divided = Topic(topic.name, partitions, "k", "tests", retention_seconds=3600)
        bus = KafkaBus(kafka.bootstrap, topics={topic.name: divided})
        if refusal is None:
            await bus.start()
        else:
            with pytest.raises(BusUnavailableError, match=refusal):
                await bus.start()
        await bus.stop()
