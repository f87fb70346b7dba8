"""What the hub reads from the environment, each as `ARGOSY_` and its name in capitals."""

import re

from pydantic import Field, field_validator

from hub.domain.limits import Limits
from shared.engine.settings import ServiceSettings


class Settings(ServiceSettings):
    """The settings of every service; the hub adds when it gives a task up."""

    http_port: int = Field(default=8080, ge=0, le=65535)
    """0 takes any free port."""
    attempts_max: int = Field(default=5, ge=1, le=100)
    """Attempts at one task before the hub gives it up."""

    consensus_url: str = ""
    """Where a browser reaches consensus, as http(s)://HOST:PORT; empty where the page itself is."""

    @field_validator("consensus_url")
    @classmethod
    def _consensus_has_an_address(cls, url: str) -> str:
        if url and not re.fullmatch(r"https?://[A-Za-z0-9.\[\]:-]+", url):
            raise ValueError(f"{url!r} is no address; write http://HOST:PORT, without a path")
        return url

    def limits(self) -> Limits:
        """Return the numbers that bound the fleet and its work."""
        return Limits(
            agents_max=self.max_data_agents,
            heartbeat_interval_seconds=self.data_health_check_interval,
            attempts_max=self.attempts_max,
        )
