"""Activities: work outside a machine that a machine asked for, run at least once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from shared.contracts.machine import ActivityEnded, Perform
from shared.contracts.vocabulary import Contract

logger = logging.getLogger("argosy.engine")


class ActivityRunner(Protocol):
    """Carries activities out; each request may be run again after a crash."""

    async def run(self, request: Contract) -> Contract:
        """Return the outcome; an expected failure is an outcome, not an exception."""
        ...


class NoActivities:
    """The runner of a machine that performs nothing."""

    async def run(self, request: Contract) -> Contract:
        """Refuse: a machine that performs activities needs a runner of its own."""
        raise NotImplementedError(f"no runner was given for {type(request).__name__}")


@dataclass(frozen=True, slots=True)
class Ended:
    """An activity of a shard has ended."""

    shard: int
    ended: ActivityEnded


class Activities:
    """The activities of an engine that are under way."""

    def __init__(self, runner: ActivityRunner, ended: Callable[[Ended], Awaitable[None]]) -> None:
        self._runner = runner
        self._ended = ended
        self._running: dict[tuple[int, str], asyncio.Task[None]] = {}

    def __len__(self) -> int:
        return len(self._running)

    def perform(self, shard: int, activity: Perform) -> None:
        """Begin the activity, unless it is under way already."""
        name = (shard, activity.activity_id)
        if name not in self._running:
            self._running[name] = asyncio.create_task(self._run(shard, activity))

    def abandon(self, shard: int, activity_id: str) -> None:
        """Stop the activity if it is under way; nothing more is heard of it."""
        task = self._running.pop((shard, activity_id), None)
        if task is not None:
            task.cancel()

    def abandon_shard(self, shard: int) -> None:
        """Stop all that the shard has under way: it belongs to another owner now."""
        for name in [name for name in self._running if name[0] == shard]:
            self.abandon(*name)

    async def abandon_all(self) -> None:
        """Stop everything and wait until it has stopped."""
        tasks = tuple(self._running.values())
        for name in tuple(self._running):
            self.abandon(*name)
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, shard: int, activity: Perform) -> None:
        try:
            outcome = await self._runner.run(activity.request)
        except Exception:
            logger.exception("activity %s failed in its runner", activity.activity_id)
            raise
        else:
            await self._ended(Ended(shard, ActivityEnded(activity.activity_id, outcome)))
        finally:
            name = (shard, activity.activity_id)
            if self._running.get(name) is asyncio.current_task():
                del self._running[name]
