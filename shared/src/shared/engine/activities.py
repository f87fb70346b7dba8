"""Activities: work outside a machine that a machine asked for, run at least once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
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


class Activities:
    """The activities of one shard that are under way."""

    def __init__(
        self, runner: ActivityRunner, ended: Callable[[ActivityEnded], Awaitable[None]]
    ) -> None:
        self._runner = runner
        self._ended = ended
        self._running: dict[str, asyncio.Task[None]] = {}

    def __len__(self) -> int:
        return len(self._running)

    def perform(self, activity: Perform) -> None:
        """Begin the activity, unless it is under way already."""
        if activity.activity_id not in self._running:
            task = asyncio.create_task(self._run(activity), name=activity.activity_id)
            self._running[activity.activity_id] = task

    def abandon(self, activity_id: str) -> None:
        """Stop the activity if it is under way; nothing more is heard of it."""
        task = self._running.pop(activity_id, None)
        if task is not None:
            task.cancel()

    async def abandon_all(self) -> None:
        """Stop everything and wait until it has stopped."""
        tasks = tuple(self._running.values())
        for activity_id in tuple(self._running):
            self.abandon(activity_id)
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, activity: Perform) -> None:
        try:
            outcome = await self._runner.run(activity.request)
        except Exception:
            logger.exception("activity %s failed in its runner", activity.activity_id)
            raise
        else:
            await self._ended(ActivityEnded(activity.activity_id, outcome))
        finally:
            if self._running.get(activity.activity_id) is asyncio.current_task():
                del self._running[activity.activity_id]
