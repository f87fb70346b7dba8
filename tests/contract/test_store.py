"""The store's suites over its two databases, and what is promised of one of them alone."""

import asyncio
import sqlite3
from functools import partial
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, make_url

from shared.adapters.store import SqlStore
from shared.adapters.store_databases import open_database
from shared.adapters.store_migrations import migrate
from shared.adapters.store_tables import METADATA
from shared.ports.store import Store, StoreUnavailableError
from tests.contract.store_listing_suite import StoreListingSuite
from tests.contract.store_suite import EVERYTHING, TASK, NewStore, StoreSuite
from tests.contract.store_survival_suite import StoreSurvivalSuite
from tests.support.postgres import free_port
from tests.support.tcp_proxy import proxied


def differences(connection: Connection) -> list[object]:
    """Return where the migrated tables are not what the code believes."""
    return list(compare_metadata(MigrationContext.configure(connection), METADATA))


class SqlStoreSuite(StoreSuite, StoreListingSuite, StoreSurvivalSuite):
    """All suites, and that the migrations build what the code uses."""

    @pytest.fixture
    def uri(self) -> str:
        """Return where the store is."""
        raise NotImplementedError

    @pytest.fixture
    def new_store(self, uri: str) -> NewStore:
        return partial(SqlStore, uri)

    async def test_migrations_build_the_tables_that_are_used(self, uri: str) -> None:
        database = open_database(uri, survives_power_loss=False)
        await database.write(migrate)
        assert await database.read(differences) == []
        await database.close()


class TestSqliteStore(SqlStoreSuite):
    """SQLite."""

    @pytest.fixture
    def uri(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path}/new/folder/store.db"

    async def test_a_lock_held_by_others_is_waited_for(self, uri: str, store: Store) -> None:
        claim = (await store.claim("planner", 3)).claim
        other = sqlite3.connect(str(make_url(uri).database), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        commit = asyncio.create_task(store.commit(claim, EVERYTHING))
        assert await store.get("planner", "task", "task-1") is None
        other.execute("COMMIT")
        other.close()
        assert len(await commit) == 2

    async def test_a_lock_that_is_never_released_meets_a_deadline(self, uri: str) -> None:
        store = SqlStore(uri, operation_seconds_max=0.2)
        await store.start()
        claim = (await store.claim("planner", 3)).claim
        other = sqlite3.connect(str(make_url(uri).database), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailableError, match=r"within 0.2 s.*store\.db"):
            await store.commit(claim, EVERYTHING)
        other.close()
        assert len((await store.claim("planner", 3)).records) in {0, 1}
        await store.stop()

    async def test_power_loss_can_be_survived_too(self, uri: str) -> None:
        store = SqlStore(uri, survives_power_loss=True)
        await store.start()
        await store.commit((await store.claim("planner", 3)).claim, EVERYTHING)
        assert await store.get("planner", "task", "task-1") == TASK.body
        await store.stop()

    async def test_a_file_that_is_no_database_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "store.db").write_text("These are not the tables you are looking for." * 50)
        store = SqlStore(f"sqlite:///{tmp_path}/store.db")
        with pytest.raises(StoreUnavailableError, match=r"not a database.*store\.db"):
            await store.start()
        await store.stop()


class TestPostgresStore(SqlStoreSuite):
    """PostgreSQL."""

    @pytest.fixture
    def uri(self, postgres_uri: str) -> str:
        return postgres_uri

    async def test_a_server_that_dies_and_returns_is_used_again(self, uri: str) -> None:
        server = make_url(uri)
        async with proxied(str(server.host), server.port or 5432) as proxy:
            store = SqlStore(through(uri, proxy.port))
            await store.start()
            claim = (await store.claim("planner", 3)).claim
            await proxy.cut()
            with pytest.raises(StoreUnavailableError, match="commit to shard 3 of planner"):
                await store.commit(claim, EVERYTHING)
            await proxy.open()
            assert (await store.claim("planner", 3)).records == ()
            await store.stop()

    async def test_a_silent_server_meets_a_deadline(self, uri: str) -> None:
        server = make_url(uri)
        async with proxied(str(server.host), server.port or 5432) as proxy:
            store = SqlStore(through(uri, proxy.port), operation_seconds_max=0.5)
            await store.start()
            claim = (await store.claim("planner", 3)).claim
            proxy.freeze()
            with pytest.raises(StoreUnavailableError, match=r"within 0.5 s"):
                await store.commit(claim, EVERYTHING)
            proxy.thaw()
            assert len((await store.claim("planner", 3)).records) in {0, 1}
            await store.stop()

    async def test_a_store_of_a_silent_server_can_be_stopped(self, uri: str) -> None:
        server = make_url(uri)
        async with proxied(str(server.host), server.port or 5432) as proxy:
            store = SqlStore(through(uri, proxy.port))
            await store.start()
            proxy.freeze()
            await store.stop()

    async def test_the_usual_name_of_the_tls_setting_is_understood(self, uri: str) -> None:
        store = SqlStore(f"{uri}?sslmode=disable")
        await store.start()
        await store.stop()

    async def test_a_database_that_is_not_there_is_named(self, uri: str) -> None:
        missing = make_url(uri).set(database="nowhere")
        store = SqlStore(missing.render_as_string(hide_password=False))
        with pytest.raises(StoreUnavailableError, match=r"start.*nowhere"):
            await store.start()
        await store.stop()


def through(uri: str, port: int) -> str:
    """Return the URI of the same database behind a local proxy."""
    behind = make_url(uri).set(host="127.0.0.1", port=port)
    return behind.render_as_string(hide_password=False)


async def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    port = free_port()
    store = SqlStore(f"postgresql://captain:secret@127.0.0.1:{port}/argosy")
    with pytest.raises(StoreUnavailableError, match=f"captain:.*127.0.0.1:{port}") as caught:
        await store.start()
    assert "secret" not in str(caught.value)
    await store.stop()


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "store.db",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://captain:secret@db/argosy",
        "postgresql://captain:secret@db",
        "postgresql://captain:secret@db:port/argosy",
    ],
)
def test_a_uri_of_another_form_is_refused(uri: str) -> None:
    with pytest.raises(ValueError, match="sqlite:///path/to/file nor postgresql://") as caught:
        SqlStore(uri)
    assert "secret" not in str(caught.value)
