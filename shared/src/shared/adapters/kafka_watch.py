"""Knowing a deaf consumer: alive, connected, and never told anything again.

It happens after a broker's restart (aiokafka issues 1154, 847, 344). Being alive proves nothing;
what proves deafness is an entry that was there some time ago and still has not come.
"""

import asyncio
from collections.abc import Mapping


class Watch:
    """Tells a consumer that has gone deaf from one that has nothing to hear."""

    def __init__(self, quiet_seconds: float) -> None:
        self._quiet_seconds = quiet_seconds
        self._due: Mapping[int, int] = {}
        self._looked_at = asyncio.get_running_loop().time()

    def hear(self) -> None:
        """Take note that the consumer works, or has only begun."""
        self._due = {}
        self._looked_at = asyncio.get_running_loop().time()

    def is_time(self) -> bool:
        """Tell whether nothing was heard, nor looked at, for long enough to look."""
        return asyncio.get_running_loop().time() - self._looked_at > self._quiet_seconds

    def is_deaf(self, reached: Mapping[int, int], ends: Mapping[int, int]) -> bool:
        """Tell whether something that was there at the last look has not been read by now."""
        is_overdue = any(
            position < self._due.get(partition, 0) for partition, position in reached.items()
        )
        self.hear()
        self._due = ends
        return is_overdue
