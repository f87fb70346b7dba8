"""The store on SQLite or PostgreSQL: one implementation, two dialects.

On SQLite a commit that returned survives the death of the process at any moment. Whether it also
survives a power cut is a choice: by default it may be lost, never torn, because waiting for the
disk at every commit costs most of the speed.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, SQLAlchemyError

from shared.adapters.store_databases import Database, open_database
from shared.adapters.store_listing import read_body, read_page
from shared.adapters.store_migrations import migrate
from shared.adapters.store_queries import (
    claim_shard,
    forget_published,
    read_unpublished,
    store_commit,
)
from shared.ports.store import (
    Claim,
    Commit,
    OutboxEntry,
    Page,
    Query,
    Shard,
    StoreUnavailableError,
)

OPERATION_SECONDS_MAX = 10.0
"""One transaction, from waiting for a connection to the answer; usually milliseconds."""

START_SECONDS_MAX = 60.0
"""Connecting and migrating, while other processes may be migrating first."""

BUGS = (IntegrityError, DataError, NotSupportedError)
"""Refusals that no waiting changes; they are ours, and stay what they are."""


class SqlStore:
    """Keeps the shards of all machines; several engines may use one at the same time.

    Args:
        uri: `sqlite:///relative/file`, `sqlite:////absolute/file` or
            `postgresql://user:password@host:port/database`.
        survives_power_loss: on SQLite, wait at every commit until the disk has it (`synchronous`
            FULL instead of NORMAL). A killed process loses nothing either way.
        operation_seconds_max: the deadline of each call but `start`.

    Raises:
        ValueError: the URI has neither of these forms.
    """

    def __init__(
        self,
        uri: str,
        *,
        survives_power_loss: bool = False,
        operation_seconds_max: float = OPERATION_SECONDS_MAX,
    ) -> None:
        self._database = open_database(uri, survives_power_loss=survives_power_loss)
        self._seconds_max = operation_seconds_max

    async def start(self) -> None:
        """Connect and bring the tables up to date.

        Raises:
            StoreUnavailableError: the store cannot be reached.
        """
        async with self._transaction("start", START_SECONDS_MAX) as database:
            await database.write(migrate)

    async def stop(self) -> None:
        """Disconnect."""
        await self._database.close()

    async def claim(self, machine: str, shard: int) -> Shard:
        """Become the shard's owner and return its content; the owner before is fenced."""
        async with self._transaction(f"claim shard {shard} of {machine}") as database:
            return await database.write(partial(claim_shard, machine=machine, shard=shard))

    async def commit(self, claim: Claim, commit: Commit) -> tuple[OutboxEntry, ...]:
        """Store all of it in one transaction and return its outbox entries, numbered.

        Raises:
            FencedError: the claim or a position is out of date; nothing was stored.
            StoreUnavailableError: it is not known whether it was stored.
        """
        async with self._transaction(
            f"commit to shard {claim.shard} of {claim.machine}"
        ) as database:
            return await database.write(partial(store_commit, claim=claim, commit=commit))

    async def unpublished(self, claim: Claim, limit: int) -> tuple[OutboxEntry, ...]:
        """Return the oldest outbox entries that are not marked as published, in order."""
        async with self._transaction(f"read the outbox of {claim.machine}") as database:
            return await database.read(partial(read_unpublished, claim=claim, limit=limit))

    async def mark_published(self, claim: Claim, up_to_sequence: int) -> None:
        """Forget the shard's outbox entries up to this one."""
        marking = partial(forget_published, claim=claim, up_to_sequence=up_to_sequence)
        async with self._transaction(f"mark the outbox of {claim.machine}") as database:
            await database.write(marking)

    async def get(self, machine: str, kind: str, key: str) -> bytes | None:
        """Return a record's body, or None."""
        async with self._transaction(f"get {kind} {key} of {machine}") as database:
            return await database.read(partial(read_body, machine=machine, kind=kind, key=key))

    async def select(self, query: Query) -> Page:
        """Return the records that the query asks for, in order of rank, then key.

        Raises:
            ValueError: the query's limit or page token cannot be used.
        """
        async with self._transaction(f"list {query.kind} of {query.machine}") as database:
            return await database.read(partial(read_page, query=query))

    @asynccontextmanager
    async def _transaction(
        self, purpose: str, seconds_max: float | None = None
    ) -> AsyncGenerator[Database]:
        """Lend the database for one transaction; whatever fails it has one name outside."""
        limit_seconds = self._seconds_max if seconds_max is None else seconds_max
        try:
            async with asyncio.timeout(limit_seconds):
                yield self._database
        except BUGS:
            raise
        except TimeoutError as error:
            raise StoreUnavailableError(
                f"the store did not {purpose} within {limit_seconds:g} s: "
                f"check that {self._database.place} is up, in reach and not overloaded"
            ) from error
        except (SQLAlchemyError, OSError) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            raise StoreUnavailableError(
                f"the store could not {purpose}: {cause}; check that {self._database.place} is up, "
                "in reach, and that its user may create and change tables"
            ) from error
