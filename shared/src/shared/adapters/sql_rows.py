"""Rows of any database that SQLAlchemy knows a driver for, read through a cursor of the server.

Nothing is written: PostgreSQL is asked for a read-only transaction of one moment, and other
databases for a transaction that is rolled back at the end.
"""

import asyncio
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager

from asyncpg import InterfaceError, PostgresError
from sqlalchemy import URL, TextClause, create_engine, make_url, quoted_name, text
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncResult, create_async_engine

from shared.adapters.store_databases import asyncpg_url
from shared.ports.row_reader import Rows, RowsUnreadableError, Selection

BATCH_ROWS = 1_000
"""Rows that are in memory at a time; a batch of wide ones is a few megabytes."""

CONNECT_SECONDS_MAX = 30
"""How long a database may take to answer at all."""


@contextmanager
def open_rows(uri: str, selection: Selection) -> Generator[Rows]:
    """Open a table or a query; its rows can be read as long as the context lasts.

    Raises:
        RowsUnreadableError: there is no driver, no database, no such table, or no leave to read.
    """
    try:
        url = make_url(uri)
        opener = _open_postgres if url.get_backend_name() == "postgresql" else _open_others
        with opener(url, selection) as rows:
            yield rows
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise RowsUnreadableError(
            f"its URI is not understood, or its driver is not installed ({type(error).__name__})",
            passes=False,
        ) from None
    except (SQLAlchemyError, PostgresError, InterfaceError, OSError, TimeoutError) as error:
        raise _unreadable(error) from None


@contextmanager
def _open_postgres(url: URL, selection: Selection) -> Generator[Rows]:
    engine = create_async_engine(
        asyncpg_url(url),
        connect_args={"timeout": CONNECT_SECONDS_MAX},
        isolation_level="REPEATABLE READ",
        execution_options={"postgresql_readonly": True},
    )
    with asyncio.Runner() as runner:
        connection = runner.run(_connected(engine.connect()))
        try:
            statement = _statement(selection, engine.dialect)
            found = runner.run(_streamed(connection, statement))
            yield Rows(tuple(found.keys()), _batches(runner, found))
        finally:
            runner.run(connection.close())
            runner.run(engine.dispose())


async def _connected(connection: AsyncConnection) -> AsyncConnection:
    return await connection.start()


async def _streamed(
    connection: AsyncConnection, statement: TextClause
) -> AsyncResult[tuple[object, ...]]:
    return await connection.stream(statement)


def _batches(
    runner: asyncio.Runner, found: AsyncResult[tuple[object, ...]]
) -> Iterator[Sequence[Sequence[object]]]:
    while batch := runner.run(_next(found)):
        yield [tuple(row) for row in batch]


async def _next(found: AsyncResult[tuple[object, ...]]) -> Sequence[Sequence[object]]:
    return await found.fetchmany(BATCH_ROWS)


@contextmanager
def _open_others(url: URL, selection: Selection) -> Generator[Rows]:
    engine = create_engine(url)
    try:
        with engine.connect().execution_options(stream_results=True) as connection:
            found = connection.execute(_statement(selection, engine.dialect))
            yield Rows(
                tuple(found.keys()),
                ([tuple(row) for row in batch] for batch in found.partitions(BATCH_ROWS)),
            )
    finally:
        engine.dispose()


def _statement(selection: Selection, dialect: Dialect) -> TextClause:
    if selection.query:
        # A colon means a parameter to SQLAlchemy, and never one to who wrote the query.
        return text(selection.query.replace(":", r"\:"))
    quote = dialect.identifier_preparer.quote
    names = (quote(quoted_name(part, quote=True)) for part in selection.table.split("."))
    return text(f"select * from {'.'.join(names)}".replace(":", r"\:"))  # noqa: S608 - quoted


def _unreadable(error: Exception) -> RowsUnreadableError:
    # What the driver says may repeat the URI's password; the first line of the cause does not.
    cause = getattr(error, "orig", None) or error
    said = (str(cause).splitlines() or [type(cause).__name__])[0][:300]
    passes = isinstance(error, (OperationalError, OSError, TimeoutError))
    return RowsUnreadableError(said, passes=passes)
