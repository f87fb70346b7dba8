"""What the hub reads from the environment, each as `ARGOSY_` and its name in capitals."""

from pydantic import Field

from hub.domain.limits import Limits
from shared.engine.settings import ServiceSettings


class Settings(ServiceSettings):
    """The settings of every service; the hub adds when it gives a task up."""

    http_port: int = Field(default=8080, ge=0, le=65535)
    """0 takes any free port."""
    attempts_max: int = Field(default=5, ge=1, le=100)
    """Attempts at one task before the hub gives it up."""

    def limits(self) -> Limits:
        """Return the numbers that bound the fleet and its work."""
        return Limits(
            agents_max=self.max_data_agents,
            heartbeat_interval_seconds=self.data_health_check_interval,
            attempts_max=self.attempts_max,
        )
