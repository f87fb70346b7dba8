"""How the store reaches its database: connections, transactions and their deadlines.

PostgreSQL is reached through asyncpg. SQLite answers in microseconds, so what would cost most is
handing every statement to another thread and back, as aiosqlite does: more than the commit itself.
Here a whole transaction goes to a thread at once: one thread writes, so that commits of this
process queue in order instead of waiting for locks, and a few others read.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy import URL, Connection, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import QueuePool

Answer = TypeVar("Answer")

CONNECT_SECONDS_MAX = 5
"""A database in reach accepts at once; a silent one is gone."""

CLOSE_SECONDS_MAX = 1
"""Farewell to one PostgreSQL connection; a server that is gone would never answer it."""

LOCK_SECONDS_MAX = 5
"""Wait for another process's SQLite transaction: a thousand times what ours take."""

IDLE_TRANSACTION_SECONDS_MAX = 15
"""After which PostgreSQL frees a shard that a vanished owner's open transaction still locks."""

POOL_SIZE = 8
"""Connections per process: ten processes stay below PostgreSQL's own limit of 100."""

READERS = 2
"""SQLite's reading threads: one lists pages while another looks up a record."""


class Database(Protocol):
    """Runs functions in transactions."""

    @property
    def place(self) -> str:
        """Where the database is, fit for messages: no password."""
        ...

    async def write(self, change: Callable[[Connection], Answer]) -> Answer:
        """Run the function in a transaction that is kept unless it raises."""
        ...

    async def read(self, question: Callable[[Connection], Answer]) -> Answer:
        """Run a function that changes nothing."""
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...


def open_database(uri: str, *, survives_power_loss: bool) -> Database:
    """Return the database at the URI; nothing connects yet.

    Raises:
        ValueError: the URI is not one of the two forms.
    """
    try:
        url = make_url(uri)
    except (ArgumentError, ValueError):
        url = None
    match url:
        case URL(drivername="sqlite", database=str(path)) if path not in {"", ":memory:"}:
            return SqliteDatabase(Path(path), survives_power_loss=survives_power_loss)
        case URL(drivername="postgresql" | "postgres", database=str(path)) if path:
            return PostgresDatabase(url)
        case _:
            # What cannot be parsed may still hold a password, so only its beginning is shown.
            raise ValueError(
                f"store URI '{uri.partition('//')[0]}…' is neither sqlite:///path/to/file "
                "nor postgresql://user:password@host:port/database: use one of these forms"
            )


class PostgresDatabase:
    """PostgreSQL, through a pool of asyncpg connections."""

    def __init__(self, url: URL) -> None:
        settings = {
            "application_name": "argosy",
            "idle_in_transaction_session_timeout": str(IDLE_TRANSACTION_SECONDS_MAX * 1000),
        }
        self._engine = create_async_engine(
            asyncpg_url(url),
            pool_size=POOL_SIZE,
            max_overflow=0,
            connect_args={"timeout": CONNECT_SECONDS_MAX, "server_settings": settings},
        )
        self.place = url.render_as_string(hide_password=True)

    async def write(self, change: Callable[[Connection], Answer]) -> Answer:
        """Run the function in a transaction that is kept unless it raises."""
        async with self._engine.begin() as connection:
            return await connection.run_sync(change)

    async def read(self, question: Callable[[Connection], Answer]) -> Answer:
        """Run a function that changes nothing."""
        async with self._engine.connect() as connection:
            return await connection.run_sync(question)

    async def close(self) -> None:
        """Close all connections, waiting a little for each."""
        for _ in range(POOL_SIZE + 1):
            # A deadline that passes drops the connection that is being closed; go on with the rest.
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS_MAX):
                    await self._engine.dispose()
                    return


def asyncpg_url(url: URL) -> URL:
    """Return the URL as asyncpg wants it, which calls libpq's `sslmode` `ssl`."""
    query = {"ssl" if name == "sslmode" else name: chosen for name, chosen in url.query.items()}
    return url.set(drivername="postgresql+asyncpg", query=query)


class SqliteDatabase:
    """A SQLite file in WAL mode, through one writing thread and a few reading ones."""

    def __init__(self, path: Path, *, survives_power_loss: bool) -> None:
        self._path = path
        self.place = f"the file {path}"
        self._synchronous = "FULL" if survives_power_loss else "NORMAL"
        self._writer = create_engine("sqlite://", creator=self._connect, poolclass=QueuePool)
        self._reader = create_engine("sqlite://", creator=self._connect, poolclass=QueuePool)
        event.listen(self._writer, "begin", _begin_immediate)
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="store-writer")
        self._reading = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")

    def _connect(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            self._path, timeout=LOCK_SECONDS_MAX, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA synchronous = {self._synchronous}")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    async def write(self, change: Callable[[Connection], Answer]) -> Answer:
        """Run the function in a transaction that is kept unless it raises."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._writing, self._write, change)

    def _write(self, change: Callable[[Connection], Answer]) -> Answer:
        with self._writer.begin() as connection:
            return change(connection)

    async def read(self, question: Callable[[Connection], Answer]) -> Answer:
        """Run a function that changes nothing."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._reading, self._read, question)

    def _read(self, question: Callable[[Connection], Answer]) -> Answer:
        with self._reader.connect() as connection:
            return question(connection)

    async def close(self) -> None:
        """Close all connections."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._writing, self._writer.dispose)
        await loop.run_in_executor(self._reading, self._reader.dispose)
        self._writing.shutdown(wait=False)
        self._reading.shutdown(wait=False)


def _begin_immediate(connection: Connection) -> None:
    # A transaction that only later wants to write fails at once when another process has written
    # meanwhile, and no waiting helps it. One that takes the lock first waits its turn.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
