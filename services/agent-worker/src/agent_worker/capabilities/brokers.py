"""Which topics a goal may read: those of the brokers that a setting lists, and no others."""

from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from typing import cast

from agent_worker.domain.failures import ActionFailedError
from shared.contracts.feeds import TopicPlace
from shared.ports.topic_reader import OpenTopics, TopicReader, TopicUnreadableError


class Brokers:
    """The brokers whose topics agents may read; without any, they read none."""

    def __init__(self, allowed: Sequence[str], open_topics: str) -> None:
        self._allowed = tuple(allowed)
        self._open_topics = open_topics

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

    def _opened(self, broker: str) -> AbstractContextManager[TopicReader]:
        module, _, name = self._open_topics.partition(":")
        opener = cast("OpenTopics", getattr(import_module(module), name))
        return opener(broker)
