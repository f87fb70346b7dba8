"""The limits of a search, and what is said when one is reached."""

from collections.abc import Callable
from dataclasses import dataclass

NODES_BETWEEN_LOOKS = 256
"""Nodes between two looks at the clock: some milliseconds, and the look costs next to nothing."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a search may take."""

    seconds_max: float = 5.0
    nodes_max: int = 20_000_000
    """Nodes in all searches together: some minutes, and a gigabyte of marks."""
    depth_max: int = 1_000_000
    """Choice points on the way to a plan: about a kilobyte each."""


class ExhaustedError(Exception):
    """A limit was reached before there was a plan or a proof that there is none."""

    def __init__(self, detail: str, remedy: str) -> None:
        super().__init__(detail)
        self.remedy = remedy


class Meter:
    """Counts what searches take; `elapsed` tells the seconds so far."""

    def __init__(self, limits: Limits, elapsed: Callable[[], float]) -> None:
        self._limits = limits
        self._elapsed = elapsed
        self.nodes = 0

    def count(self, depth: int) -> None:
        """Count one node.

        Raises:
            ExhaustedError: it is one too many, or too deep, or too late.
        """
        self.nodes += 1
        if self.nodes % NODES_BETWEEN_LOOKS == 0:
            self._look()
        if depth > self._limits.depth_max:
            raise ExhaustedError(
                f"no plan within {self._limits.depth_max} choices on one way",
                "look for a method that leads back to its own task without progress",
            )

    def _look(self) -> None:
        if self._elapsed() > self._limits.seconds_max:
            raise ExhaustedError(
                f"no plan within {self._limits.seconds_max:g} seconds ({self.nodes} nodes)",
                "allow more seconds, or order the methods so that the likeliest comes first",
            )
        if self.nodes > self._limits.nodes_max:
            raise ExhaustedError(
                f"no plan within {self._limits.nodes_max} nodes",
                "allow more nodes, or order the methods so that the likeliest comes first",
            )
