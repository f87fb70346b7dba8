"""Where an entry goes: the same rule for every bus, so that all of them order alike."""

from collections.abc import Mapping
from functools import lru_cache

from shared.contracts.topics import MESSAGE_BYTES_MAX, Topic
from shared.kernel.partitioning import partition_of
from shared.ports.bus import Entry

_partition_of_cached = lru_cache(maxsize=4096)(partition_of)
# A key comes again and again (a pipeline's id on each of its messages); hashing costs more than
# half of placing. Some thousand pipelines under way at once is far above what one hub holds.


def topic_named(name: str, topics: Mapping[str, Topic]) -> Topic:
    """Return the topic with this name.

    Raises:
        ValueError: there is none.
    """
    topic = topics.get(name)
    if topic is None:
        raise ValueError(f"no topic {name!r}; the bus has {', '.join(sorted(topics))}")
    return topic


def place(entry: Entry, topics: Mapping[str, Topic]) -> int:
    """Return the entry's partition: the one it names, else that of its key.

    Raises:
        ValueError: the topic or the partition does not exist, or the body is too large.
    """
    topic = topic_named(entry.topic, topics)
    if len(entry.body) > MESSAGE_BYTES_MAX:
        raise ValueError(
            f"entry {entry.key!r} for {topic.name} has {len(entry.body)} bytes; "
            f"a topic takes {MESSAGE_BYTES_MAX}: put the bulk into the object store"
        )
    if entry.partition is None:
        return _partition_of_cached(entry.key, topic.partitions)
    if not 0 <= entry.partition < topic.partitions:
        raise ValueError(
            f"{topic.name} has no partition {entry.partition}; it has 0 to {topic.partitions - 1}"
        )
    return entry.partition
