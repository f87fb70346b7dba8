"""How a topic that goals may read is named: as a URI, like every other source."""

import re
from dataclasses import dataclass

SCHEME = "kafka://"

_BROKER = r"(?P<broker>[A-Za-z0-9._-]{1,253}:[0-9]{1,5})"
_TOPIC_URI = re.compile(rf"{SCHEME}{_BROKER}/(?P<topic>[A-Za-z0-9._-]{{1,249}})")
"""Hosts and topics as Kafka has them: 253 and 249 characters are their limits."""

_BROKER_ALONE = re.compile(_BROKER)


@dataclass(frozen=True, slots=True)
class TopicPlace:
    """Where a topic is: a broker of its cluster, and its name there."""

    broker: str
    """As host:port."""
    topic: str


def topic_place(uri: str) -> TopicPlace | None:
    """Return the topic that a URI names, or None when it is no URI of a topic."""
    found = _TOPIC_URI.fullmatch(uri)
    return None if found is None else TopicPlace(found["broker"], found["topic"])


def is_broker(text: str) -> bool:
    """Tell whether the text names a broker, as host:port."""
    return _BROKER_ALONE.fullmatch(text) is not None
