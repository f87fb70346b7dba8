"""Brings the store's tables up to date, whoever else does so at the same time."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, func, select

MIGRATION_LOCK = 4_722_653_001
"""PostgreSQL's name for our advisory lock: any number that nobody else in the database uses."""


def migrate(connection: Connection) -> None:
    """Run the migrations that are missing, in the connection's transaction.

    Processes that start together take turns: SQLite's transactions have the lock from their
    beginning, PostgreSQL's take one here.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
    config = Config()
    scripts = Path(__file__).with_name("migrations")
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
