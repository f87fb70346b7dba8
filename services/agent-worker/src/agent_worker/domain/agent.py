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
class ModelTerms:
    """A language model that may be asked what to do next, and on which terms."""

    name: str
    timeout_seconds: float = 20
    """Beyond it the rules decide: a person who watches waits no longer."""
    tokens_out_max: int = 600
    """Of one answer: a reason in three sentences and an action with its input are some 200."""
    tokens_per_attempt_max: int = 20_000
    """Read and written; a loop of ten questions of two thousand tokens."""
    price_in: float = 0
    """Of a million tokens read, in any currency."""
    price_out: float = 0
    """Of a million tokens written, in the same currency."""


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
    model: ModelTerms | None = None
    """Who is asked where there is a choice; None leaves every step to the policy."""

    @property
    def heartbeat_interval(self) -> timedelta:
        """The time between two heartbeats, and until an unanswered registration is repeated."""
        return timedelta(seconds=self.heartbeat_interval_seconds)
