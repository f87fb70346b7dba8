"""The first tables: shards, positions, records, taken ids, outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create all tables."""
    op.create_table(
        "shards",
        sa.Column("machine", TEXT, primary_key=True),
        sa.Column("shard", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("epoch", sa.BigInteger, nullable=False),
        sa.Column("outbox_end", sa.BigInteger, nullable=False),
        sa.Column("taken_end", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "positions",
        sa.Column("machine", TEXT, primary_key=True),
        sa.Column("shard", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("topic", TEXT, primary_key=True),
        sa.Column("partition", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("position", sa.BigInteger, nullable=False),
    )
    create_records()
    create_logs()


def create_records() -> None:
    """Create the records and the indexes by which queries and claims find them."""
    op.create_table(
        "records",
        sa.Column("machine", TEXT, primary_key=True),
        sa.Column("kind", TEXT, primary_key=True),
        sa.Column("key", TEXT, primary_key=True),
        sa.Column("shard", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("parent", TEXT, nullable=False),
        sa.Column("rank", TEXT, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    by_rank = ["rank", "key", "shard"]
    op.create_index("records_of_shard", "records", ["machine", "shard"])
    op.create_index("records_by_parent", "records", ["machine", "kind", "parent", *by_rank])
    op.create_index("records_by_rank", "records", ["machine", "kind", *by_rank])


def create_logs() -> None:
    """Create the two tables that a shard numbers: taken ids and outbox."""
    op.create_table(
        "taken_ids",
        sa.Column("machine", TEXT, primary_key=True),
        sa.Column("shard", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("taken_end", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("message_ids", TEXT, nullable=False),
    )
    op.create_table(
        "outbox",
        sa.Column("machine", TEXT, primary_key=True),
        sa.Column("shard", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("topic", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("partition", sa.Integer, nullable=True),
        sa.Column("headers", TEXT, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
