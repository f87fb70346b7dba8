"""The log file behind the embedded bus: one table in one SQLite file, owned by one process.

The functions here block; the bus calls those that write on its writing thread and those that
read on its reading thread, each with a connection of its own, so that a reader never waits for a
commit (WAL).
"""

import fcntl
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, TextIO

from shared.contracts.topics import Topic
from shared.ports.bus import BusUnavailableError, Delivery, Entry

Place = tuple[str, int]
"""A topic's name and a partition."""

Synchronous = Literal["NORMAL", "FULL"]
"""NORMAL survives the death of the process, FULL the loss of power too, at an fsync a commit."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    topic TEXT NOT NULL,
    partition INTEGER NOT NULL,
    position INTEGER NOT NULL,
    key TEXT NOT NULL,
    body BLOB NOT NULL,
    headers TEXT NOT NULL,
    appended_at TEXT NOT NULL,
    PRIMARY KEY (topic, partition, position)
) WITHOUT ROWID
"""

_INSERT = "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)"

_SELECT = """
SELECT position, key, body, headers FROM entries
WHERE topic = ? AND partition = ? AND position >= ? ORDER BY position LIMIT ?
"""

_SPANS = "SELECT topic, partition, MIN(position), MAX(position) + 1 FROM entries GROUP BY 1, 2"

_EXPIRE = """
DELETE FROM entries WHERE topic = :topic AND appended_at < :before
AND position < (
    SELECT MAX(position) FROM entries AS newest
    WHERE newest.topic = entries.topic AND newest.partition = entries.partition
)
"""
# The newest entry of a partition stays whatever its age: it remembers where positions go on.

_ONLY_SUPERSEDED = """
AND EXISTS (
    SELECT 1 FROM entries AS newer
    WHERE newer.topic = entries.topic AND newer.partition = entries.partition
    AND newer.key = entries.key AND newer.position > entries.position
)
"""


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry with the partition that it goes to."""

    entry: Entry
    partition: int


class FileLock:
    """Keeps a second process away from the file; falls with the process that holds it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None

    def acquire(self) -> None:
        """Take the lock.

        Raises:
            BusUnavailableError: somebody else holds it.
        """
        file = self._path.open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.close()
            raise BusUnavailableError(
                f"the bus {self._path.with_suffix('')} belongs to a running process; stop that "
                "process, or give this one a file of its own, or put both on Kafka"
            ) from error
        self._file = file

    def release(self) -> None:
        """Give the lock up, if it is held."""
        if self._file is not None:
            self._file.close()
            self._file = None


def connect(path: Path, synchronous: Synchronous) -> sqlite3.Connection:
    """Open the file, making it if need be."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute(_SCHEMA)
    return connection


def expire(connection: sqlite3.Connection, topics: Mapping[str, Topic], now: datetime) -> None:
    """Delete what is older than its topic remembers; positions never restart."""
    for topic in topics.values():
        before = now - timedelta(seconds=topic.retention_seconds)
        statement = _EXPIRE + (_ONLY_SUPERSEDED if topic.compacted else "")
        connection.execute(statement, {"topic": topic.name, "before": before.isoformat()})


def spans(connection: sqlite3.Connection) -> dict[Place, range]:
    """Return the positions that each partition holds, from its first to its end."""
    return {
        (topic, partition): range(first, end)
        for topic, partition, first, end in connection.execute(_SPANS)
    }


def write(
    connection: sqlite3.Connection,
    placed: Sequence[Placed],
    ends: Mapping[Place, int],
    now: datetime,
) -> dict[Place, int]:
    """Append all in one transaction and return where the partitions end now."""
    next_positions: dict[Place, int] = {}
    appended_at = now.isoformat()
    rows: list[tuple[str, int, int, str, bytes, str, str]] = []
    for each in placed:
        entry = each.entry
        where = (entry.topic, each.partition)
        position = next_positions.get(where, ends.get(where, 0))
        next_positions[where] = position + 1
        headers = json.dumps(dict(entry.headers))
        rows.append((*where, position, entry.key, entry.body, headers, appended_at))
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(_INSERT, rows)
    return next_positions


def read(
    connection: sqlite3.Connection, wanted: Sequence[tuple[Place, int]], limit: int
) -> list[Delivery]:
    """Return what stands at the wanted positions and after them, at most `limit` in all."""
    deliveries: list[Delivery] = []
    for (topic, partition), start in wanted:
        room = limit - len(deliveries)
        if room == 0:
            break
        deliveries.extend(
            Delivery(topic, partition, position, key, body, json.loads(headers))
            for position, key, body, headers in connection.execute(
                _SELECT, (topic, partition, start, room)
            )
        )
    return deliveries
