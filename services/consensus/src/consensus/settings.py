"""What consensus reads from the environment, each as `ARGOSY_` and its name in capitals."""

import re

from pydantic import Field, field_validator

from shared.engine.settings import ServiceSettings


class Settings(ServiceSettings):
    """The settings of every service; consensus listens on a port of its own."""

    http_port: int = Field(default=8082, ge=0, le=65535)
    """0 takes any free port."""
    page_origins: str = ""
    """Where the page is served when elsewhere, as http(s)://HOST:PORT, separated by commas."""
    consensus_key_file: str = ".argosy/consensus.key"
    """The service's private key, made at its first start, which signs what people vote; one file
    for all replicas. Keep it: with another key, open proposals take no more votes of people."""

    @field_validator("page_origins")
    @classmethod
    def _origins_are_addresses(cls, origins: str) -> str:
        for origin in _listed(origins):
            if not re.fullmatch(r"https?://[A-Za-z0-9.\[\]:-]+", origin):
                raise ValueError(f"{origin!r} is no origin; write http://HOST:PORT, by commas")
        return origins

    def allowed_origins(self) -> tuple[str, ...]:
        """Return the places whose pages may call consensus from a browser."""
        return _listed(self.page_origins)


def _listed(entries: str) -> tuple[str, ...]:
    return tuple(entry.strip() for entry in entries.split(",")) if entries.strip() else ()
