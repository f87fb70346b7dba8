"""What consensus reads from the environment, each as `ARGOSY_` and its name in capitals."""

from pydantic import Field

from shared.engine.settings import ServiceSettings


class Settings(ServiceSettings):
    """The settings of every service; consensus listens on a port of its own."""

    http_port: int = Field(default=8082, ge=0, le=65535)
    """0 takes any free port."""
    consensus_key_file: str = ".argosy/consensus.key"
    """The service's private key, made at its first start, which signs what people vote; one file
    for all replicas. Keep it: with another key, open proposals take no more votes of people."""
