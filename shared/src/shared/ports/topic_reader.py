"""Reading a topic that is not ours: what it holds now, range by range, and nothing remembered.

The calls are no coroutines: who reads is a child process that has nothing else to do meanwhile.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a topic's partition."""

    offset: int
    content: bytes | None
    """None where there is only a key: what a compacted topic says of something that is gone."""
    headers: Mapping[str, bytes] = field(default_factory=dict[str, bytes])


@dataclass(frozen=True, slots=True)
class Range:
    """Some offsets of one partition, from the first to before the last."""

    partition: int
    begin: int
    end: int


class TopicUnreadableError(Exception):
    """The topic does not exist, or its broker does not answer; says which, and what to do."""

    def __init__(self, detail: str, *, passes: bool) -> None:
        super().__init__(detail)
        self.passes = passes
        """Whether it may be otherwise in a moment, without anybody changing anything."""


class TopicReader(Protocol):
    """Reads the topics of one broker's cluster."""

    def bounds(self, topic: str) -> Mapping[int, Range]:
        """Return for each partition the offsets that can be read now.

        Raises:
            TopicUnreadableError: there is no such topic, or nobody answers.
        """
        ...

    def messages(self, topic: str, wanted: Range) -> Iterator[Message]:
        """Yield the messages of the range in order; offsets without a message are passed over.

        Raises:
            TopicUnreadableError: nobody answers, or the range is not kept any more.
        """
        ...


OpenTopics = Callable[[str], AbstractContextManager[TopicReader]]
"""Connects to the broker at host:port for as long as the context lasts."""
