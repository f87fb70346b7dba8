"""The load-bearing protections, each with a switch that only tests reach.

Production wiring cannot turn one off: it takes `Safeguards()` as it is. The simulation builds
others, to prove that it notices when a protection is missing (docs/invariants.md).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Safeguards:
    """Which protections are on; all of them, everywhere but in ablation tests."""

    deduplication: bool = True
    """An engine ignores a message id that it has taken before."""
    position_fencing: bool = True
    """A commit by an owner that lost its shard is refused."""
    attempt_fencing: bool = True
    """The hub ignores the outcome of an attempt that is not the current one."""
    outbox: bool = True
    """Messages are stored with the changes that cause them before they are published."""
