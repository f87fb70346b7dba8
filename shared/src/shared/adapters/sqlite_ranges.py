"""Ranges of the embedded bus, read from its file while its process runs or after it has stopped.

The file is opened for reading alone: its owner is not disturbed, and nothing of it is changed.
"""

import sqlite3
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from shared.ports.topic_reader import Message, Range, TopicReader, TopicUnreadableError

BUSY_SECONDS_MAX = 5.0
"""How long a read waits for the file's owner; its longest transaction takes a part of one."""

_BOUNDS = """
SELECT partition, MIN(position), MAX(position) + 1 FROM entries WHERE topic = ? GROUP BY partition
"""

_MESSAGES = """
SELECT position, body FROM entries
WHERE topic = ? AND partition = ? AND position >= ? AND position < ? ORDER BY position
"""


@contextmanager
def open_log(path: Path) -> Generator[TopicReader]:
    """Open the file of an embedded bus for as long as the context lasts.

    Raises:
        TopicUnreadableError: there is no such file.
    """
    if not path.is_file():
        raise TopicUnreadableError(f"there is no bus {path}", passes=False)
    address = f"{path.resolve().as_uri()}?mode=ro"
    connection = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS_MAX)
    try:
        yield SqliteRanges(connection, path)
    except sqlite3.Error as error:
        raise TopicUnreadableError(f"{path} cannot be read as a bus: {error}", passes=False) from (
            error
        )
    finally:
        connection.close()


class SqliteRanges:
    """A `TopicReader` on the file of an embedded bus."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    def bounds(self, topic: str) -> Mapping[int, Range]:
        """Return for each partition that ever had a message the offsets that can be read now."""
        found = self._connection.execute(_BOUNDS, (topic,))
        return {partition: Range(partition, begin, end) for partition, begin, end in found}

    def messages(self, topic: str, wanted: Range) -> Iterator[Message]:
        """Yield the messages of the range in order."""
        place = (topic, wanted.partition, wanted.begin, wanted.end)
        for position, body in self._connection.execute(_MESSAGES, place):
            yield Message(position, body)
