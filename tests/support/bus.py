"""What tests of a bus need: a topic of their own, numbered entries, readers, members of a group."""

import asyncio
import secrets
from collections.abc import Sequence

import pytest

from shared.contracts.topics import Topic
from shared.ports.bus import Bus, Delivery, Entry, Polled, Subscription

PARTITIONS = 4
SECONDS_MAX = 30
LIMIT = 500


@pytest.fixture
def topic() -> Topic:
    """A topic that no other test uses."""
    name = f"test.{secrets.token_hex(8)}"
    return Topic(name, PARTITIONS, "k", "tests", retention_seconds=3600)


def entries(topic: Topic, count: int, *, partition: int | None = 0, key: str = "k") -> list[Entry]:
    """Return entries whose bodies number them."""
    return [
        Entry(topic.name, key, str(number).encode(), partition=partition) for number in range(count)
    ]


def numbers(deliveries: Sequence[Delivery]) -> list[int]:
    """Return the numbers that the bodies hold."""
    return [int(delivery.body) for delivery in deliveries]


async def read(subscription: Subscription, count: int, *, limit: int = LIMIT) -> list[Delivery]:
    """Return the next deliveries, at least so many."""
    deliveries: list[Delivery] = []
    async with asyncio.timeout(SECONDS_MAX):
        while len(deliveries) < count:
            polled = await subscription.poll(limit=limit, wait_seconds=0.5)
            deliveries.extend(polled.deliveries)
    return deliveries


async def rest(subscription: Subscription) -> list[Delivery]:
    """Return what is delivered in two polls more; for what must not come."""
    polls = [await subscription.poll(limit=LIMIT, wait_seconds=0.3) for _ in range(2)]
    return [delivery for polled in polls for delivery in polled.deliveries]


class Member:
    """A member of a group that seeks whatever it is assigned, to its beginning."""

    def __init__(self, subscription: Subscription) -> None:
        self.subscription = subscription
        self.owned: set[int] = set()
        self.heard: list[Delivery] = []

    async def poll(self) -> Polled:
        """Poll once and keep account."""
        polled = await self.subscription.poll(limit=LIMIT, wait_seconds=0.1)
        self.owned = (self.owned - set(polled.revoked)) | set(polled.assigned)
        for partition in polled.assigned:
            self.subscription.seek(partition, 0)
        self.heard.extend(polled.deliveries)
        return polled


async def settle(*members: Member) -> None:
    """Poll until the members own all partitions, each by one of them and none of them idle."""
    async with asyncio.timeout(SECONDS_MAX):
        while True:
            await asyncio.gather(*(member.poll() for member in members))
            owned = sorted(partition for member in members for partition in member.owned)
            if owned == list(range(PARTITIONS)) and all(member.owned for member in members):
                return


async def sought(bus: Bus, topic: Topic, position: int = 0) -> Subscription:
    """Return a subscription that follows partition 0 from the position on."""
    subscription = await bus.follow(topic.name, (0,))
    subscription.seek(0, position)
    return subscription
