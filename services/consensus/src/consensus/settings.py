"""What consensus reads from the environment, each as `ARGOSY_` and its name in capitals."""

from pydantic import Field

from shared.engine.settings import ServiceSettings


class Settings(ServiceSettings):
    """The settings of every service; consensus listens on a port of its own."""

    http_port: int = Field(default=8082, ge=0, le=65535)
    """0 takes any free port."""
