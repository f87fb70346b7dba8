"""Reading for an engine: subscriptions pumped into the session's one bounded queue."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from shared.contracts.topics import Topic
from shared.ports.bus import BusUnavailableError, Polled, Subscription

logger = logging.getLogger("argosy.engine")

POLL_LIMIT = 500
"""Deliveries a poll: a batch of some 500 kB, stored in one transaction of some 20 ms."""

POLL_WAIT_SECONDS = 0.5
"""How long a poll waits for the first delivery; bounds how late a stop is noticed."""

RETRY_SECONDS = 1.0
"""Pause after a poll that the bus refused; a broker's restart takes several of them."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What an engine reads."""

    shared: Topic | None = None
    """Read as one of a group: who owns a partition owns the shard of the same number."""
    followed: tuple[Topic, ...] = ()
    """Read whole by whoever owns shard 0; with nothing shared, the engine owns shard 0 alone."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A poll that brought something, and whose it is."""

    subscription: Subscription
    topic: str
    polled: Polled
    is_shared: bool
    is_handled: asyncio.Event
    """Set when the session has seen to it."""


class Pump:
    """Polls subscriptions, each in a task of its own, and hands on what they bring."""

    def __init__(self, arrived: Callable[[Arrival], Awaitable[None]]) -> None:
        self._arrived = arrived
        self._wanted: dict[Subscription, bool] = {}
        self._tasks: dict[asyncio.Task[None], Subscription] = {}

    def add(self, subscription: Subscription, topic: str, *, is_shared: bool) -> None:
        """Poll this subscription from now on."""
        self._wanted[subscription] = is_shared
        task = asyncio.create_task(self._poll(subscription, topic, is_shared=is_shared))
        self._tasks[task] = subscription

    def wants(self, arrival: Arrival) -> bool:
        """Tell whether the arrival's subscription has not been dropped."""
        return arrival.subscription in self._wanted

    def drop_followed(self) -> None:
        """Give up every subscription that is not shared; what it still brings is not wanted."""
        self._wanted = {each: True for each, is_shared in self._wanted.items() if is_shared}

    def raise_failure(self) -> None:
        """Raise what ended a poll for ever, if anything did."""
        for task in [task for task in self._tasks if task.done()]:
            del self._tasks[task]
            task.result()

    async def stop(self) -> None:
        """Let every poll end in its own time, never cancelling one; give the partitions up."""
        self._wanted.clear()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _poll(self, subscription: Subscription, topic: str, *, is_shared: bool) -> None:
        try:
            while subscription in self._wanted:
                polled = await self._poll_once(subscription, topic)
                if polled == Polled() or subscription not in self._wanted:
                    continue
                arrival = Arrival(subscription, topic, polled, is_shared, asyncio.Event())
                await self._arrived(arrival)
                if polled.assigned or polled.revoked:
                    # A seek must meet the very assignment that it answers: if the partition went
                    # away and came back meanwhile, another owner may have moved its position.
                    await arrival.is_handled.wait()
        finally:
            await subscription.close()

    @staticmethod
    async def _poll_once(subscription: Subscription, topic: str) -> Polled:
        try:
            return await subscription.poll(limit=POLL_LIMIT, wait_seconds=POLL_WAIT_SECONDS)
        except BusUnavailableError as error:
            logger.warning("cannot read %s: %s", topic, error)
            await asyncio.sleep(RETRY_SECONDS)
            return Polled()
