"""The embedded bus: a durable log in one SQLite file, for the parts that share one process.

One process owns the file, so where the partitions end is known without asking it, readers are
woken by the append itself, and a group is nothing but the subscriptions of this process that name
it. Appends that wait at the same time share one transaction (group commit).
"""

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from shared.adapters import sqlite_log
from shared.adapters.placement import place, topic_named
from shared.adapters.sqlite_log import FileLock, Place, Placed, Synchronous
from shared.adapters.sqlite_subscription import SqliteSubscription
from shared.contracts.topics import TOPICS, Topic
from shared.ports.bus import BusUnavailableError, Delivery, Entry, Subscription
from shared.ports.clock import Clock


@dataclass(frozen=True, slots=True)
class _Append:
    """One caller's entries and what it waits for."""

    placed: list[Placed]
    done: asyncio.Future[None]


class _Lane:
    """One thread with one connection: everything asked of it happens in turn."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self.connection = connection
        self.thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    async def close(self) -> None:
        """Close the connection after the action under way."""
        await asyncio.get_running_loop().run_in_executor(self.thread, self.connection.close)
        self.thread.shutdown()


class SqliteBus:
    """A `Bus` in one file that one process owns; the clock dates entries for their retention."""

    def __init__(
        self,
        path: Path,
        *,
        clock: Clock,
        topics: Mapping[str, Topic] = TOPICS,
        synchronous: Synchronous = "NORMAL",
    ) -> None:
        self._path = path
        self._clock = clock
        self._topics = topics
        self._synchronous: Synchronous = synchronous
        self._lock = FileLock(path.with_name(f"{path.name}.lock"))
        self._writing: _Lane | None = None
        self._reading: _Lane | None = None
        self._pending: list[_Append] = []
        self._writer: asyncio.Task[None] | None = None
        self._firsts: dict[Place, int] = {}
        self._ends: dict[Place, int] = {}
        self._subscriptions: list[SqliteSubscription] = []

    async def start(self) -> None:
        """Own the file and forget what is too old.

        Raises:
            BusUnavailableError: another process owns the file, or it is no bus.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._lock.acquire()
        try:
            connection = sqlite_log.connect(self._path, self._synchronous)
            sqlite_log.expire(connection, self._topics, self._clock.now())
            spans = sqlite_log.spans(connection)
            self._writing = _Lane(connection, "bus-writer")
            reader = sqlite_log.connect(self._path, self._synchronous)
            self._reading = _Lane(reader, "bus-reader")
        except sqlite3.Error as error:
            self._lock.release()
            raise BusUnavailableError(f"{self._path} cannot be used as a bus: {error}") from error
        self._firsts = {where: span.start for where, span in spans.items()}
        self._ends = {where: span.stop for where, span in spans.items()}

    async def stop(self) -> None:
        """Finish the appends under way and give the file up."""
        for subscription in tuple(self._subscriptions):
            await subscription.close()
        if self._writer is not None:
            await asyncio.wait({self._writer})
        for lane in (self._reading, self._writing):
            if lane is not None:
                await lane.close()
        self._reading = self._writing = None
        self._lock.release()

    async def append(self, entries: Sequence[Entry]) -> None:
        """Make the entries durable in one transaction, shared with others that wait.

        Raises:
            BusUnavailableError: the file did not take them.
            ValueError: an entry fits no topic.
        """
        if self._writing is None:
            raise BusUnavailableError(f"the bus {self._path} is not started")
        placed = [Placed(entry, place(entry, self._topics)) for entry in entries]
        done = asyncio.get_running_loop().create_future()
        self._pending.append(_Append(placed, done))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_pending(self._writing))
        await done

    async def share(self, topic: str, *, group: str) -> Subscription:
        """Subscribe as one of the subscriptions of this process that share the group."""
        subscription = SqliteSubscription(self, topic_named(topic, self._topics), group)
        self._subscriptions.append(subscription)
        self._divide(topic, group)
        return subscription

    async def follow(self, topic: str, partitions: Sequence[int]) -> Subscription:
        """Subscribe to these partitions by hand."""
        subscription = SqliteSubscription(self, topic_named(topic, self._topics), None)
        self._subscriptions.append(subscription)
        subscription.assign(set(partitions))
        return subscription

    async def end_position(self, topic: str, partition: int) -> int:
        """Return the position that the next entry of the partition will have."""
        topic_named(topic, self._topics)
        return self._ends.get((topic, partition), 0)

    def span(self, topic: str, partition: int) -> range:
        """Return the positions that can be read, from the first one kept to the end."""
        where = (topic, partition)
        return range(self._firsts.get(where, 0), self._ends.get(where, 0))

    async def read(self, wanted: Sequence[tuple[Place, int]], limit: int) -> list[Delivery]:
        """Return what stands at the wanted positions and after them, at most `limit` in all.

        Raises:
            BusUnavailableError: the bus is stopped.
        """
        if self._reading is None:
            raise BusUnavailableError(f"the bus {self._path} is not started")
        return await asyncio.get_running_loop().run_in_executor(
            self._reading.thread, sqlite_log.read, self._reading.connection, wanted, limit
        )

    def leave(self, subscription: SqliteSubscription) -> None:
        """Forget the subscription; others of its group take over its partitions."""
        if subscription in self._subscriptions:
            self._subscriptions.remove(subscription)
            if subscription.group is not None:
                self._divide(subscription.topic.name, subscription.group)

    def _divide(self, topic: str, group: str) -> None:
        members = [
            each for each in self._subscriptions if each.group == group and each.topic.name == topic
        ]
        for index, member in enumerate(members):
            member.assign(set(range(index, self._topics[topic].partitions, len(members))))

    async def _write_pending(self, lane: _Lane) -> None:
        # What waits is limited by the callers: each has at most one append under way.
        loop = asyncio.get_running_loop()
        while self._pending:
            appends, self._pending = self._pending, []
            placed = [each for append in appends for each in append.placed]
            try:
                ends = await loop.run_in_executor(
                    lane.thread,
                    sqlite_log.write,
                    lane.connection,
                    placed,
                    self._ends,
                    self._clock.now(),
                )
            except (sqlite3.Error, UnicodeError) as error:
                _fail(appends, f"the bus {self._path} did not take {len(placed)} entries: {error}")
                continue
            self._ends.update(ends)
            for subscription in self._subscriptions:
                subscription.wake(ends.keys())
            for append in appends:
                if not append.done.done():
                    append.done.set_result(None)
        self._writer = None


def _fail(appends: Sequence[_Append], reason: str) -> None:
    for append in appends:
        if not append.done.done():
            append.done.set_exception(BusUnavailableError(reason))
