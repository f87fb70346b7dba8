"""The engine: it drives a machine, and is the only thing that acts.

Read a batch from the bus, verify and decode, step each input, store the changed records, the
outgoing messages and the positions read to in one transaction, publish the outbox, mark it
published. A timer that comes due and an activity that ends are inputs like any message.

Whatever fails between two of these steps, the engine gives its shards up and claims them again,
as if the process had crashed: there is one way to recover, and it is always in use.
"""

import asyncio
import logging
from datetime import datetime, timedelta
from enum import StrEnum

from shared.contracts.machine import Machine
from shared.engine import metrics
from shared.engine.activities import ActivityRunner, NoActivities
from shared.engine.intake import Intake
from shared.engine.session import Drive, Session
from shared.engine.shard import Identity
from shared.kernel.safeguards import Safeguards
from shared.ports.bus import BusUnavailableError
from shared.ports.ports import Ports
from shared.ports.store import FencedError, StoreUnavailableError, TopicPartition

logger = logging.getLogger("argosy.engine")

RECOVERABLE = (BusUnavailableError, FencedError, StoreUnavailableError)
"""What ends a session but not the engine: the next session finds out what is stored."""

RESTART_SECONDS = 1.0
"""Pause before the next session: a store or a broker that restarts needs a few of them."""

LAG_CHECK_SECONDS = 5.0
"""How often the positions are compared with the ends of the partitions."""

STALE_SECONDS = 15.0
"""No progress for this long makes an engine not ready: the bound of invariant I11."""

DEAF_SECONDS = 60.0
"""No progress in spite of waiting messages for this long ends the session (aiokafka#1154)."""

SETTLE_SECONDS = 10.0
"""After the bus came back, timers that judge others wait this long for what the others had to say:
twice the longest pause of their publishers."""

DRAIN_SECONDS_MAX = 20.0
"""How long a stop waits for activities; what still runs then is done again by somebody else."""


class Health(StrEnum):
    """Whether an engine makes progress; every name but `ready` says what it waits for."""

    READY = "ready"
    STARTING = "starting"
    STALE = "stale"
    BUS_AWAY = "bus_away"


class Watermark:
    """Tells progress from standing still: what was read, what waits, since when the bus is here."""

    def __init__(self) -> None:
        self._positions: dict[TopicPartition, int] = {}
        self._moved_at: datetime | None = None
        self._returned_at: datetime | None = None
        self.is_bus_away = False

    def note(self, positions: dict[TopicPartition, int], *, has_lag: bool, now: datetime) -> None:
        """Take a look: what was read so far, and whether anything waits to be read."""
        if positions != self._positions or not has_lag or self._moved_at is None:
            self._positions, self._moved_at = positions, now
        if self.is_bus_away:
            self.is_bus_away, self._returned_at = False, now

    def stuck_for(self, now: datetime) -> timedelta:
        """Return for how long messages have waited without any being taken."""
        return now - self._moved_at if self._moved_at is not None else timedelta()

    def is_settled(self, now: datetime) -> bool:
        """Tell whether the bus is here, and has been for long enough to hear what was kept."""
        if self.is_bus_away:
            return False
        settled = timedelta(seconds=SETTLE_SECONDS)
        return self._returned_at is None or now - self._returned_at >= settled


class Engine:
    """Drives one machine until it is stopped."""

    def __init__(  # noqa: PLR0913 -- one argument for each thing an engine is made of
        self,
        machine: Machine,
        *,
        ports: Ports,
        intake: Intake,
        identity: Identity,
        runner: ActivityRunner | None = None,
        safeguards: Safeguards | None = None,
    ) -> None:
        self._drive = Drive(
            machine, ports, intake, identity, runner or NoActivities(), safeguards or Safeguards()
        )
        self.name = identity.sender_id
        self._clock = ports.clock
        self._session: Session | None = None
        self._turned_at: datetime | None = None
        self._watermark = Watermark()
        self._is_draining = False
        self._drain_deadline: datetime | None = None

    def request_drain(self) -> None:
        """Ask for an orderly end: take nothing new, finish what runs, then return from `run`."""
        self._is_draining = True

    def health(self) -> Health:
        """Tell whether the engine makes progress."""
        now = self._clock.now()
        if self._session is None or self._turned_at is None:
            return Health.STARTING
        if self._watermark.is_bus_away or self._session.publisher.is_blocked:
            return Health.BUS_AWAY
        stale = timedelta(seconds=STALE_SECONDS)
        if now - self._turned_at > stale or self._watermark.stuck_for(now) > stale:
            return Health.STALE
        return Health.READY

    async def run(self) -> None:
        """Drive the machine until a drain is requested and done, whatever fails meanwhile."""
        while not self._is_over():
            try:
                await self._run_session()
            except RECOVERABLE as error:
                reason = type(error).__name__
                logger.warning("%s starts over: %s: %s", self.name, reason, error)
                metrics.SESSIONS_RESTARTED.labels(self._drive.machine.name, reason).inc()
                await asyncio.sleep(RESTART_SECONDS)

    async def _run_session(self) -> None:
        session = Session(self._drive)
        watch = asyncio.create_task(self._watch(session))
        try:
            await session.open()
            self._session = session
            while not self._is_over():
                await session.turn(fires_timers=self._may_fire_timers())
                self._turned_at = self._clock.now()
                if watch.done():
                    watch.result()
                await self._begin_drain_once(session)
        finally:
            self._session = None
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
            await session.close()

    async def _begin_drain_once(self, session: Session) -> None:
        if self._is_draining and self._drain_deadline is None:
            self._drain_deadline = self._clock.now() + timedelta(seconds=DRAIN_SECONDS_MAX)
            await session.drain()

    def _may_fire_timers(self) -> bool:
        # Silence says nothing while nobody can be heard: a hub whose broker was away would declare
        # every agent lost. Who reads alone, an agent, judges nobody, and has to be heard itself.
        is_alone = self._drive.intake.shared is None
        return is_alone or self._watermark.is_settled(self._clock.now())

    def _is_over(self) -> bool:
        if not self._is_draining:
            return False
        if self._session is None:
            return True
        if self._drain_deadline is None:
            return False
        return not self._session.is_busy or self._clock.now() >= self._drain_deadline

    async def _watch(self, session: Session) -> None:
        while True:
            await asyncio.sleep(LAG_CHECK_SECONDS)
            positions = session.positions
            try:
                has_lag = await self._has_lag(positions)
            except BusUnavailableError:
                self._watermark.is_bus_away = True
                continue
            now = self._clock.now()
            self._watermark.note(positions, has_lag=has_lag, now=now)
            stuck_seconds = self._watermark.stuck_for(now).total_seconds()
            if stuck_seconds > DEAF_SECONDS:
                raise BusUnavailableError(
                    f"messages wait for {stuck_seconds:.0f} s and none is delivered"
                )

    async def _has_lag(self, positions: dict[TopicPartition, int]) -> bool:
        ends = [
            (position, await self._drive.ports.bus.end_position(topic, partition))
            for (topic, partition), position in positions.items()
        ]
        return any(end > position for position, end in ends)
