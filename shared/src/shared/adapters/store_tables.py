"""The tables of the store, the same on SQLite and PostgreSQL.

Every row belongs to a shard of a machine, and whoever writes locks that shard's row first. So a
shard numbers its outbox entries and counts its taken ids itself, without gaps and in commit order,
and reading or trimming them is a range of a primary key. The migrations build these tables; a test
fails when the two disagree.
"""

from functools import cache

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

BYTE_ORDERED_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Text compared by its bytes, so that both databases sort as Python does."""

METADATA = MetaData()

SHARDS = Table(
    "shards",
    METADATA,
    Column("machine", BYTE_ORDERED_TEXT, primary_key=True),
    Column("shard", Integer, primary_key=True, autoincrement=False),
    Column("epoch", BigInteger, nullable=False),
    Column("outbox_end", BigInteger, nullable=False),
    Column("taken_end", BigInteger, nullable=False),
)
"""Who owns a shard, and how many outbox entries and taken ids it has ever had."""

POSITIONS = Table(
    "positions",
    METADATA,
    Column("machine", BYTE_ORDERED_TEXT, primary_key=True),
    Column("shard", Integer, primary_key=True, autoincrement=False),
    Column("topic", BYTE_ORDERED_TEXT, primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
)
"""The next position that a shard reads of each partition."""

RECORDS = Table(
    "records",
    METADATA,
    Column("machine", BYTE_ORDERED_TEXT, primary_key=True),
    Column("kind", BYTE_ORDERED_TEXT, primary_key=True),
    Column("key", BYTE_ORDERED_TEXT, primary_key=True),
    Column("shard", Integer, primary_key=True, autoincrement=False),
    Column("parent", BYTE_ORDERED_TEXT, nullable=False),
    Column("rank", BYTE_ORDERED_TEXT, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("records_of_shard", "machine", "shard"),
    Index("records_by_parent", "machine", "kind", "parent", "rank", "key", "shard"),
    Index("records_by_rank", "machine", "kind", "rank", "key", "shard"),
)
"""The machines' records; two shards may use one key without touching each other's record."""

TAKEN_IDS = Table(
    "taken_ids",
    METADATA,
    Column("machine", BYTE_ORDERED_TEXT, primary_key=True),
    Column("shard", Integer, primary_key=True, autoincrement=False),
    Column("taken_end", BigInteger, primary_key=True, autoincrement=False),
    Column("message_ids", BYTE_ORDERED_TEXT, nullable=False),
)
"""The newest message ids that a shard has taken: one row for each commit, a JSON list."""

OUTBOX = Table(
    "outbox",
    METADATA,
    Column("machine", BYTE_ORDERED_TEXT, primary_key=True),
    Column("shard", Integer, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("topic", BYTE_ORDERED_TEXT, nullable=False),
    Column("key", BYTE_ORDERED_TEXT, nullable=False),
    Column("partition", Integer, nullable=True),
    Column("headers", BYTE_ORDERED_TEXT, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""Entries that are not known to be published."""

INSERTS = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
"""The insert that knows ON CONFLICT, of each dialect."""


@cache
def upsert(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return the statement that inserts rows and overwrites those that are there already."""
    statement = INSERTS[dialect](table)
    overwritten = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if not column.primary_key
    }
    return statement.on_conflict_do_update(index_elements=table.primary_key, set_=overwritten)


@cache
def claim_of_shard(dialect: str) -> ReturningInsert[int, int]:
    """Return the statement that gives a shard its first or next epoch."""
    first = INSERTS[dialect](SHARDS).values(epoch=1, outbox_end=0, taken_end=0)
    next_epoch = {"epoch": SHARDS.c.epoch + 1}
    claiming = first.on_conflict_do_update(index_elements=SHARDS.primary_key, set_=next_epoch)
    return claiming.returning(SHARDS.c.epoch, SHARDS.c.taken_end)
