"""The system's clock, the only place where the product reads the time."""

from datetime import UTC, datetime


class SystemClock:
    """Tells the time of the machine it runs on."""

    def now(self) -> datetime:
        """Return the current time, in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - this is the one source of time
