"""What every Kafka client of ours has in common: its limits, and how it is let go of.

Facts about aiokafka 0.14 that shape these files, each read in its source or seen on a broker:
`stop()` can wait for requests to a broker that is gone; a `stop()` that is cancelled leaves
heartbeats running, and with them a ghost that keeps partitions; cancelling `getmany` breaks the
consumer for good. So nothing of it is ever cancelled: it runs in tasks of its own, and whoever
waits for one waits with a deadline.
"""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KafkaLimits:
    """Deadlines of the Kafka adapter; tests that make a broker vanish take shorter ones."""

    append_seconds: float = 15.0
    """Until an append gives up: longer than a broker takes to restart or a leader to be elected."""
    produce_seconds: float = 5.0
    """Until a produce request counts as lost; a few fit into one append of several batches."""
    answer_seconds: float = 10.0
    """Until a question (start, an end position, a fetch) counts as not answered."""
    stop_seconds: float = 5.0
    """What a stop may take; half of the 10 s that Docker leaves a process after SIGTERM."""
    session_seconds: float = 10.0
    """Silence after which the group gives a member's partitions to others: three heartbeats."""
    rebalance_seconds: float = 20.0
    """How long a rebalance waits for members: a lost one is out after its session, and nothing is
    drained when partitions go (whoever lost them is fenced by the store)."""
    quiet_seconds: float = 15.0
    """Silence after which a consumer is suspected; twice as long, with entries due, and it is
    replaced. Longer than a session, so that an ordinary rebalance is over before."""


LIMITS = KafkaLimits()
"""The limits in production."""


def milliseconds(seconds: float) -> int:
    """Return the same time as aiokafka wants it."""
    return int(seconds * 1000)


class Consumer(AIOKafkaConsumer):
    """A consumer that is closed when `stop` is over, however it went."""

    async def partitions_of(self, topic: str) -> tuple[int, ...]:
        """Return the numbers of the topic's partitions, none when there is no such topic."""
        # Asking for one topic would create it on a broker that is set up so.
        cluster = await self._client.fetch_all_metadata()
        return tuple(sorted(cluster.partitions_for_topic(topic) or ()))

    async def stop(self) -> None:
        """Leave the group, if any, and close every connection."""
        try:
            await super().stop()
        finally:
            # A fetch that is cancelled while it backs off cancels the stop that waits for it,
            # before that has closed the connections.
            await self._client.close()


_STOPPING: set[asyncio.Task[None]] = set()


async def let_go(stop: Coroutine[None, None, None], seconds: float, name: str) -> None:
    """Run a client's stop, waiting for it no longer than this; it goes on in the background."""
    task = asyncio.ensure_future(stop)
    _STOPPING.add(task)
    task.add_done_callback(_forget)
    if seconds > 0:
        await asyncio.wait({task}, timeout=seconds)
    if not task.done():
        _LOG.info("%s: not stopped within %.1f s; it stops in the background", name, seconds)


def _forget(task: asyncio.Task[None]) -> None:
    _STOPPING.discard(task)
    if not task.cancelled() and isinstance(task.exception(), KafkaError | OSError):
        _LOG.info("a client stopped with %r", task.exception())
