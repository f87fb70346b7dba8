"""From the outbox to the bus: in order, until it is confirmed."""

import asyncio
import logging
from collections.abc import Sequence

from shared.engine import metrics
from shared.ports.bus import BusUnavailableError
from shared.ports.ports import Ports
from shared.ports.store import Claim, OutboxEntry

logger = logging.getLogger("argosy.engine")

PUBLISH_LIMIT = 500
"""Outbox entries published at a time: as many as one batch usually makes."""

BACKOFF_SECONDS_MIN = 0.2
BACKOFF_SECONDS_MAX = 5.0
"""Between tries while the bus is away: soon at first, then often enough to notice its return."""


class Publisher:
    """Publishes what one machine has stored for sending."""

    def __init__(self, machine: str, ports: Ports) -> None:
        self._machine = machine
        self._ports = ports
        self.is_blocked = False
        """Whether the bus refused the last try."""

    async def publish_leftovers(self, claim: Claim) -> None:
        """Publish what the shard's former owner stored and perhaps did not send."""
        while leftovers := await self._ports.store.unpublished(claim, PUBLISH_LIMIT):
            await self.publish(claim, leftovers)

    async def publish(self, claim: Claim, outgoing: Sequence[OutboxEntry]) -> None:
        """Publish the stored entries and forget them; tries until the bus confirms."""
        if not outgoing:
            return
        backoff_seconds = BACKOFF_SECONDS_MIN
        with metrics.PUBLISH_SECONDS.labels(self._machine).time():
            while not await self._try_to_append(outgoing):
                await asyncio.sleep(backoff_seconds)
                backoff_seconds = min(2 * backoff_seconds, BACKOFF_SECONDS_MAX)
        await self._ports.store.mark_published(claim, outgoing[-1].sequence)
        for stored in outgoing:
            metrics.MESSAGES_SENT.labels(self._machine, stored.entry.topic).inc()

    async def _try_to_append(self, outgoing: Sequence[OutboxEntry]) -> bool:
        try:
            await self._ports.bus.append([stored.entry for stored in outgoing])
        except BusUnavailableError as error:
            self.is_blocked = True
            logger.warning("%s keeps %d messages: %s", self._machine, len(outgoing), error)
            return False
        self.is_blocked = False
        return True
