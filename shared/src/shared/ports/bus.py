"""The bus: topics of ordered partitions, durable, read by position.

What every adapter promises (tests/contract/bus_suite.py holds them to it): entries of one
partition keep their order; an append that returned is durable; one that raised may have happened
or not, so whoever repeats it makes duplicates and readers ignore what they know; a subscription
delivers a partition only after `seek`, from exactly that position on; a broker that goes away
and comes back interrupts nothing for ever.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


class BusUnavailableError(Exception):
    """The bus did not confirm within its deadline; the entries may be there or not."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is appended."""

    topic: str
    key: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    partition: int | None = None
    """By the key when not given."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is read: an entry and where it stands."""

    topic: str
    partition: int
    position: int
    key: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Polled:
    """What one poll brought."""

    assigned: tuple[int, ...] = ()
    """Partitions that are this subscription's from now on; nothing is read of them until `seek`."""
    revoked: tuple[int, ...] = ()
    """Partitions that are no longer this subscription's."""
    deliveries: tuple[Delivery, ...] = ()


class Subscription(Protocol):
    """Reads partitions of one topic."""

    async def poll(self, *, limit: int, wait_seconds: float) -> Polled:
        """Return what there is, at most `limit` deliveries, after at most the wait."""
        ...

    def seek(self, partition: int, position: int) -> None:
        """Deliver the partition from this position on; it must be assigned."""
        ...

    async def close(self) -> None:
        """Give the partitions up, within the adapter's deadline."""
        ...


class Bus(Protocol):
    """Appends and subscriptions."""

    async def start(self) -> None:
        """Connect and make sure that all topics exist.

        Raises:
            BusUnavailableError: the bus cannot be reached within its deadline.
        """
        ...

    async def stop(self) -> None:
        """Disconnect, within the adapter's deadline, whatever the bus does."""
        ...

    async def append(self, entries: Sequence[Entry]) -> None:
        """Make the entries durable, in order within each partition.

        Raises:
            BusUnavailableError: they are not known to be durable.
        """
        ...

    async def share(self, topic: str, *, group: str) -> Subscription:
        """Subscribe as one of a group: each partition belongs to one member at a time."""
        ...

    async def follow(self, topic: str, partitions: Sequence[int]) -> Subscription:
        """Subscribe to these partitions by hand, whoever else reads them."""
        ...

    async def end_position(self, topic: str, partition: int) -> int:
        """Return the position that the next entry of the partition will have.

        Raises:
            BusUnavailableError: the bus does not answer within its deadline.
        """
        ...
