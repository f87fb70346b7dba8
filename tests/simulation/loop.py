"""An event loop whose time is virtual: when nothing is ready, the clock jumps to the next timer.

Everything else is asyncio as it is. With no real I/O and one thread, the order of callbacks is
the order in which they were scheduled, so a run is a function of its seed.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import TypeVar

Outcome = TypeVar("Outcome")

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""The simulated time at which every run begins."""


class DeadlockError(RuntimeError):
    """Nothing is ready and nothing will ever be."""


class _JumpingSelector(selectors.SelectSelector):
    """Never waits: moves the loop's time instead."""

    def __init__(self) -> None:
        super().__init__()
        self.now_seconds = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Jump over the time that a real selector would wait."""
        if timeout is None:
            raise DeadlockError("every task waits and no timer is set")
        self.now_seconds += max(0.0, timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop in virtual time."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Return the virtual seconds since the loop began."""
        return self._jumping.now_seconds


class VirtualClock:
    """The clock port on the running loop's virtual time."""

    def now(self) -> datetime:
        """Return the simulated time."""
        return EPOCH + timedelta(seconds=asyncio.get_running_loop().time())


def run_virtually(main: Coroutine[None, None, Outcome]) -> Outcome:
    """Run the coroutine to its end on a virtual loop, and return what it returns."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)
