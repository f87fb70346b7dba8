"""Writing an export into a topic that is not ours: each message once, however often it is begun.

An export is a fixed list of numbered messages. Whoever opens it again shuts out whoever had it
open, sees how far it came, and goes on from there.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from shared.contracts.feeds import TopicPlace


@dataclass(frozen=True, slots=True)
class NumberedMessage:
    """One message of an export."""

    number: int
    """Its place in the export, from 0."""
    key: bytes | None
    content: bytes


class TopicUnwritableError(Exception):
    """The topic cannot be written to; says why."""

    def __init__(self, detail: str, *, passes: bool) -> None:
        super().__init__(detail)
        self.passes = passes
        """Whether it may be otherwise in a moment, without anybody changing anything."""


class TopicWriter(Protocol):
    """Writes one export into one topic; every call raises TopicUnwritableError where it cannot."""

    def ends(self) -> Mapping[int, int]:
        """Return for each partition the offset of the next message."""
        ...

    def reached(self, since: Mapping[int, int]) -> int:
        """Return how many messages of the export, from its first on, lie behind these offsets."""
        ...

    def append(self, messages: Sequence[NumberedMessage]) -> None:
        """Append the next messages of the export, all or none."""
        ...


OpenTopicWriter = Callable[[TopicPlace, str], AbstractContextManager[TopicWriter]]
"""Opens a topic for the export of this name, and shuts out whoever had that open before."""
