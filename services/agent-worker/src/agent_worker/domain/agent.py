"""Who an agent is: what it tells the hub of itself, and how it decides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from agent_worker.domain.actions import ActionDecision
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ReActStep

Policy = Callable[[DataRequest, Sequence[ReActStep]], ActionDecision]
"""Decides the next action from the request and the trace so far; pure and total."""


@dataclass(frozen=True, slots=True)
class Agent:
    """What stays the same of an agent while its process runs."""

    agent_id: str
    public_key: str
    """Ed25519, base64; its votes are signed by it."""
    capabilities: tuple[str, ...]
    streams_max: int
    """Attempts side by side; the hub gives no more, and more are ignored."""
    heartbeat_interval_seconds: float
    policy: Policy

    @property
    def heartbeat_interval(self) -> timedelta:
        """The time between two heartbeats, and until an unanswered registration is repeated."""
        return timedelta(seconds=self.heartbeat_interval_seconds)
