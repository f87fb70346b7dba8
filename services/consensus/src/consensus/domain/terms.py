"""What consensus brings to every proposal that opens."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Terms:
    """The service's own settings, as far as they decide anything."""

    timeout_seconds: float
    """How long agents have when the proposal does not say."""
    public_key: str
    """Ed25519, base64: people's votes are signed by the service, with the key of this one."""
