"""Which topics a goal may read and write: those that settings list, and no others."""

from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from typing import cast

from agent_worker.domain.failures import ActionFailedError
from shared.contracts.feeds import TopicPlace
from shared.ports.topic_reader import OpenTopics, TopicReader, TopicUnreadableError
from shared.ports.topic_writer import OpenTopicWriter, TopicUnwritableError, TopicWriter


class Brokers:
    """The brokers whose topics agents may read, and the topics that they may write to.

    Without any, they read or write none.
    """

    def __init__(
        self,
        allowed: Sequence[str],
        open_topics: str,
        sinks: Sequence[str] = (),
        open_topic_writer: str = "",
    ) -> None:
        self._allowed = tuple(allowed)
        self._open_topics = open_topics
        self._sinks = tuple(sinks)
        self._open_topic_writer = open_topic_writer

    @contextmanager
    def reader(self, place: TopicPlace) -> Generator[TopicReader]:
        """Connect to the topic's broker for as long as the context lasts.

        Raises:
            ActionFailedError: it is not listed; or what happens in the context says that the
                topic cannot be read.
        """
        if place.broker not in self._allowed:
            raise ActionFailedError(
                "broker_not_allowed",
                f"{place.broker} is no broker whose topics agents may read",
                remedy="Add it to ARGOSY_STREAM_BROKERS, as HOST:PORT, and restart the services.",
            )
        try:
            with self._opened(place.broker) as reader:
                yield reader
        except TopicUnreadableError as error:
            raise ActionFailedError(
                "topic_unreadable",
                f"topic {place.topic}: {error}",
                remedy="See that broker and topic are there and can be reached from the agents.",
                retryable=error.passes,
            ) from error

    @contextmanager
    def writer(self, place: TopicPlace, export: str) -> Generator[TopicWriter]:
        """Open the topic for an export, for as long as the context lasts.

        Raises:
            ActionFailedError: it is not listed; or what happens in the context says that the
                topic cannot be written to.
        """
        if f"{place.broker}/{place.topic}" not in self._sinks:
            raise ActionFailedError(
                "topic_not_allowed",
                f"{place.topic} at {place.broker} is no topic that agents may write to",
                remedy="Add it to ARGOSY_TOPIC_SINKS, as HOST:PORT/TOPIC, and restart services.",
            )
        opener = cast("OpenTopicWriter", _loaded(self._open_topic_writer))
        try:
            with opener(place, export) as writer:
                yield writer
        except TopicUnwritableError as error:
            raise ActionFailedError(
                "topic_unwritable",
                f"topic {place.topic}: {error}",
                remedy="See that broker and topic are there and let the agents write.",
                retryable=error.passes,
            ) from error

    def _opened(self, broker: str) -> AbstractContextManager[TopicReader]:
        return cast("OpenTopics", _loaded(self._open_topics))(broker)


def _loaded(function: str) -> object:
    """Return a function by the name of its module and its own; a child loads what it needs."""
    module, _, name = function.partition(":")
    return getattr(import_module(module), name)
