"""Rows of a real PostgreSQL, read batch by batch and never written."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from shared.adapters.sql_rows import BATCH_ROWS, open_rows
from shared.ports.row_reader import RowsUnreadableError, Selection

ROWS = 2 * BATCH_ROWS + 1


@pytest.fixture
def shop(postgres_uri: str) -> str:
    """A database with one table in a schema whose name needs quotes."""
    asyncio.run(fill(postgres_uri))
    return postgres_uri.replace("postgresql+asyncpg", "postgresql")


async def fill(uri: str) -> None:
    engine = create_async_engine(uri.replace("postgresql://", "postgresql+asyncpg://"))
    async with engine.begin() as connection:
        await connection.execute(text('create schema "the shop"'))
        await connection.execute(
            text(
                'create table "the shop".sales as select number as id, number / 4.0 as price, '
                f"date '2024-01-05' as day from generate_series(1, {ROWS}) as number"
            )
        )
    await engine.dispose()


def test_a_table_comes_in_batches_with_its_columns(shop: str) -> None:
    with open_rows(shop, Selection(table="the shop.sales")) as rows:
        sizes = [len(batch) for batch in rows.batches]
    assert rows.columns == ("id", "price", "day")
    assert sizes == [BATCH_ROWS, BATCH_ROWS, 1]


def test_a_query_may_cast_and_cannot_write(shop: str) -> None:
    query = 'select count(*)::text as n from "the shop".sales'
    with open_rows(shop, Selection(query=query)) as rows:
        assert [*rows.batches] == [[(str(ROWS),)]]
    removal = 'delete from "the shop".sales returning id'
    with (
        pytest.raises(RowsUnreadableError, match="read-only"),
        open_rows(shop, Selection(query=removal)) as rows,
    ):
        assert [*rows.batches]
