"""What the embedded bus promises alone: one owner, a kill loses nothing, the old is forgotten."""

import asyncio
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.adapters.sqlite_bus import SqliteBus
from shared.contracts.topics import Topic
from shared.ports.bus import BusUnavailableError, Entry
from tests.support.bus import entries, numbers, read, sought


class SetClock:
    """A clock that stands where it was set."""

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        """Return the time set."""
        return self.time


@asynccontextmanager
async def opened(
    file: Path, topic: Topic, clock: SetClock | None = None
) -> AsyncGenerator[SqliteBus]:
    """Open an embedded bus and close it again."""
    bus = SqliteBus(file, clock=clock or SetClock(), topics={topic.name: topic})
    await bus.start()
    try:
        yield bus
    finally:
        await bus.stop()


KILLED = """
import asyncio, os, signal
from pathlib import Path
from shared.adapters.clock import SystemClock
from shared.adapters.sqlite_bus import SqliteBus
from shared.ports.bus import Entry

async def main():
    bus = SqliteBus(Path({file!r}), clock=SystemClock())
    await bus.start()
    await bus.append([Entry("argosy.hub", "k", str(number).encode()) for number in range(100)])
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def test_what_was_appended_survives_sigkill(tmp_path: Path) -> None:
    file = tmp_path / "bus.db"
    script = KILLED.format(file=str(file))
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", script)
    assert await killed.wait() == -signal.SIGKILL
    bus = SqliteBus(file, clock=SetClock())
    await bus.start()
    subscription = await bus.follow("argosy.hub", (0,))
    subscription.seek(0, 0)
    assert numbers(await read(subscription, 100)) == list(range(100))
    await bus.stop()


async def test_a_reopened_file_goes_on_where_it_was(tmp_path: Path, topic: Topic) -> None:
    for _ in range(2):
        async with opened(tmp_path / "bus.db", topic) as bus:
            await bus.append(entries(topic, 3))
    async with opened(tmp_path / "bus.db", topic) as bus:
        assert numbers(await read(await sought(bus, topic), 6)) == [0, 1, 2, 0, 1, 2]


async def test_a_file_has_one_owner(tmp_path: Path, topic: Topic) -> None:
    async with opened(tmp_path / "bus.db", topic):
        second = SqliteBus(tmp_path / "bus.db", clock=SetClock())
        with pytest.raises(BusUnavailableError, match=r"bus\.db belongs to a running process"):
            await second.start()


async def test_a_file_that_is_no_bus_is_named(tmp_path: Path) -> None:
    (tmp_path / "bus.db").write_text("not a database, and long enough to look like one" * 100)
    bus = SqliteBus(tmp_path / "bus.db", clock=SetClock())
    with pytest.raises(BusUnavailableError, match=r"bus\.db cannot be used as a bus"):
        await bus.start()


async def test_a_stopped_bus_takes_nothing(tmp_path: Path, topic: Topic) -> None:
    async with opened(tmp_path / "bus.db", topic) as bus:
        pass
    with pytest.raises(BusUnavailableError, match="is not started"):
        await bus.append(entries(topic, 1))


@pytest.mark.parametrize(("compacted", "kept"), [(False, ["a"]), (True, ["b", "a"])])
async def test_a_start_forgets_what_is_too_old(
    tmp_path: Path, topic: Topic, *, compacted: bool, kept: list[str]
) -> None:
    topic = Topic(topic.name, 1, "k", "tests", retention_seconds=60, compacted=compacted)
    clock = SetClock()
    async with opened(tmp_path / "bus.db", topic, clock) as bus:
        await bus.append([Entry(topic.name, key, b"") for key in "aba"])
    clock.time += timedelta(seconds=61)
    async with opened(tmp_path / "bus.db", topic, clock) as bus:
        deliveries = await read(await sought(bus, topic), len(kept))
        assert [each.key for each in deliveries] == kept
        assert await bus.end_position(topic.name, 0) == 3
