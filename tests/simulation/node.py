"""A simulated process: it can be killed or frozen at every touch of the outside, and restarted."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from tests.simulation.faults import Faults

Outcome = TypeVar("Outcome")

FROZEN_SECONDS = (5.0, 60.0)
"""How long a frozen process stands still: up to twice what makes its leases expire."""

DOWN_SECONDS = (0.1, 30.0)
"""How long a killed process stays away before it is started again."""


class KilledError(BaseException):
    """The process is gone; like SIGKILL, nothing in it may catch this."""


@dataclass(slots=True)
class Node:
    """One process: everything it does to the outside passes through `touch`."""

    name: str
    faults: Faults
    is_alive: bool = True
    lives: int = 0
    _thawed: asyncio.Event = field(default_factory=asyncio.Event)

    async def touch(self, kind: str, operation: Callable[[], Awaitable[Outcome]]) -> Outcome:
        """Carry an operation out, unless the process dies or freezes before or after it."""
        self._die_perhaps(f"killed before {kind}")
        if self.faults.strikes("frozen"):
            await asyncio.sleep(self.faults.chance.uniform(*FROZEN_SECONDS))
        outcome = await operation()
        self._die_perhaps(f"killed after {kind}")
        return outcome

    def _die_perhaps(self, fault: str) -> None:
        if self.is_alive and self.faults.strikes(fault):
            self.is_alive = False
        if not self.is_alive:
            raise KilledError(self.name)

    async def live(self, process: Callable[[str], Awaitable[None]]) -> None:
        """Run the process, and start it again each time it is killed, until it returns."""
        while True:
            self.lives += 1
            self.is_alive = True
            try:
                await process(f"{self.name}#{self.lives}")
            except KilledError:
                await asyncio.sleep(self.faults.chance.uniform(*DOWN_SECONDS))
            else:
                return
