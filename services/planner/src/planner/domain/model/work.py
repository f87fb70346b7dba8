"""What carrying out a primitive task asks for."""

from dataclasses import dataclass, field
from enum import StrEnum


class Executor(StrEnum):
    """Who carries a primitive task out."""

    AGENT = "agent"
    CONSENSUS = "consensus"


@dataclass(frozen=True, slots=True)
class Duration:
    """What one run is expected to take: a fixed part, and one that grows with what it reads."""

    seconds: float = 1.0
    seconds_per_mebibyte: float = 0.0
    size: str = ""
    """The path of the bytes that it reads, such as `partition.bytes`; empty when nothing grows."""


@dataclass(frozen=True, slots=True)
class Retry:
    """When a failed attempt is followed by another one."""

    attempts_max: int = 3
    """Three tell a fault that passes from one that stays."""
    backoff_seconds: float = 1.0
    """The wait after the first failure."""
    backoff_factor: float = 4.0
    """By what the wait grows with each further failure."""
    codes: tuple[str, ...] = ()
    """Codes of failures that are worth another attempt even if the agent calls them final."""


@dataclass(frozen=True, slots=True)
class Work:
    """What an executor must offer, and what may be expected of it."""

    capability: str
    """What is asked of an agent."""
    executor: Executor = Executor.AGENT
    duration: Duration = field(default_factory=Duration)
    timeout_seconds: float = 600.0
    """What one attempt may take."""
    retry: Retry = field(default_factory=Retry)
    memory_mebibytes: int = 0
    """What an attempt may need; 0 when nobody said."""
    compensation: str = ""
    """The capability that undoes it, asked with the task's own arguments and outputs."""
    tells_rejection: bool = False
    """Whether a vote against it is a fact to plan with, and no failure."""
