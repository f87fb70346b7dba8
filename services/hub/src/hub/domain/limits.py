"""The numbers that bound the fleet and its work, in one place."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """How many, how often and how long; the defaults are the specification's."""

    agents_max: int = 50
    """Slots, one inbox partition each."""
    heartbeat_interval_seconds: float = 10
    missed_heartbeats_max: int = 3
    """Two may be lost to a pause or a rebalance; the third means that nobody is there."""
    attempts_max: int = 5
    """Attempts at one task before the hub gives it up: what kills five agents kills them all."""
    departed_kept_seconds: float = 24 * 3600
    """How long an agent without a slot is remembered: a day, so that people can still see it."""

    @property
    def heartbeat_interval(self) -> timedelta:
        """The time between two heartbeats of an agent."""
        return timedelta(seconds=self.heartbeat_interval_seconds)

    @property
    def grace(self) -> timedelta:
        """The silence after which an agent is lost and an unlisted attempt's lease is over."""
        return self.heartbeat_interval * self.missed_heartbeats_max

    @property
    def departed_kept(self) -> timedelta:
        """How long an agent without a slot is remembered."""
        return timedelta(seconds=self.departed_kept_seconds)
