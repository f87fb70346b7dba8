"""How many messages a second each bus appends and reads, and how soon a reader hears of one.

`python -m benchmarks.bus_messages [sqlite|kafka]`: both unless one is named. Kafka is a real broker
of its own on this machine, so it shares the machine with what is measured.
"""

import asyncio
import secrets
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from shared.adapters.clock import SystemClock
from shared.adapters.kafka_bus import KafkaBus
from shared.adapters.sqlite_bus import SqliteBus
from shared.contracts.topics import Topic
from shared.ports.bus import Bus, Entry
from tests.support.kafka import start_broker

TOPIC = Topic(f"benchmark.{secrets.token_hex(4)}", 12, "pipeline id", "nobody", 3600)
PIPELINES = 40
HEADERS = {f"ce_header{number}": "x" * 24 for number in range(8)}
BODY = b"x" * 500
APPENDS = ((1, 1_000), (100, 300), (500, 100))
"""Messages in one append, and how many appends in a row."""

READ_LIMIT = 500
ECHOES = 200


def batch(count: int) -> list[Entry]:
    """Return messages as an engine publishes them: some pipelines, all headers."""
    return [
        Entry(TOPIC.name, f"pipeline-{number % PIPELINES:027}", BODY, HEADERS)
        for number in range(count)
    ]


async def measure_appends(bus: Bus) -> None:
    """Print the rates of appends, one after the other."""
    for count, appends in APPENDS:
        messages = batch(count)
        started = time.perf_counter()
        for _ in range(appends):
            await bus.append(messages)
        rate = count * appends / (time.perf_counter() - started)
        print(f"  append, {count:3} messages each: {rate:9,.0f} messages/s")


async def measure_reads(bus: Bus) -> None:
    """Print the rate of reading all that was appended."""
    total = sum(count * appends for count, appends in APPENDS)
    subscription = await bus.follow(TOPIC.name, range(TOPIC.partitions))
    for partition in range(TOPIC.partitions):
        subscription.seek(partition, 0)
    started, heard = time.perf_counter(), 0
    while heard < total:
        polled = await subscription.poll(limit=READ_LIMIT, wait_seconds=1)
        heard += len(polled.deliveries)
    rate = total / (time.perf_counter() - started)
    print(f"  read, {READ_LIMIT} at most a poll:  {rate:9,.0f} messages/s")
    await subscription.close()


async def measure_echoes(bus: Bus) -> None:
    """Print how long one message takes from its append to a waiting reader."""
    subscription = await bus.follow(TOPIC.name, (0,))
    subscription.seek(0, await bus.end_position(TOPIC.name, 0))
    await subscription.poll(limit=1, wait_seconds=0)
    waits: list[float] = []
    for _ in range(ECHOES):
        started = time.perf_counter()
        await bus.append([Entry(TOPIC.name, "k", BODY, HEADERS, partition=0)])
        while not (await subscription.poll(limit=1, wait_seconds=1)).deliveries:
            pass
        waits.append(time.perf_counter() - started)
    print(f"  append and hear of it:  {median(waits) * 1000:9.2f} ms, median")


async def measure(name: str, bus: Bus) -> None:
    """Print all figures of a bus."""
    print(name)
    await bus.start()
    await measure_appends(bus)
    await measure_reads(bus)
    await measure_echoes(bus)
    await bus.stop()


def main() -> None:
    """Measure the buses named, or both."""
    wanted = sys.argv[1:] or ["sqlite", "kafka"]
    topics = {TOPIC.name: TOPIC}
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        if "sqlite" in wanted:
            bus = SqliteBus(folder / "bus.db", clock=SystemClock(), topics=topics)
            asyncio.run(measure("SQLite", bus))
        if "kafka" in wanted:
            broker = start_broker(folder)
            asyncio.run(measure("Kafka", KafkaBus(broker.bootstrap, topics=topics)))
            broker.stop()


if __name__ == "__main__":
    main()
