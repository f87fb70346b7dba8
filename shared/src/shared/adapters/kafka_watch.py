"""Knowing a deaf consumer: alive, connected, and never told anything again.

It happens after a broker's restart (aiokafka issues 1154, 847, 344). Being alive proves nothing;
what proves deafness is an entry that was there some time ago and still has not come.
"""

from collections.abc import Mapping


class Watch:
    """Tells a consumer that has gone deaf from one that has nothing to hear.

    Args:
        quiet_seconds: silence after which to look; after twice as long a consumer can be deaf.
        now: the time, in seconds of any clock that only goes forward; so in the methods.
    """

    def __init__(self, quiet_seconds: float, now: float) -> None:
        self._quiet_seconds = quiet_seconds
        self._due: Mapping[int, int] = {}
        self._looked_at = now

    def hear(self, now: float) -> None:
        """Take note that the consumer works, or has only begun."""
        self._due = {}
        self._looked_at = now

    def is_time(self, now: float) -> bool:
        """Tell whether nothing was heard, nor looked at, for long enough to look."""
        return now - self._looked_at > self._quiet_seconds

    def is_deaf(self, reached: Mapping[int, int], ends: Mapping[int, int], now: float) -> bool:
        """Tell whether something that was there at the last look has not been read by now."""
        is_overdue = any(
            position < self._due.get(partition, 0) for partition, position in reached.items()
        )
        self._due = ends
        self._looked_at = now
        return is_overdue
