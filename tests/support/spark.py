"""A real Spark cluster for tests: a master and two workers, each a process of its own."""

# pyright: reportMissingModuleSource=false
# Spark is an extra; its stubs in typings/ are all that the checks need.

import os
import subprocess
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import cast

import httpx
import pytest

from agent_worker.capabilities.engines.port import TableEngine
from agent_worker.capabilities.workshop import Workshop
from tests.support.kafka import KafkaAbsentError, check_java, free_ports

WORKERS = 2
START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 20
EXTRA = "make spark"

SITE = """spark.executor.memory 512m
spark.sql.shuffle.partitions 3
spark.sql.adaptive.coalescePartitions.enabled false
"""
"""What a site would write: small executors, and three files of even the smallest table."""


class SparkAbsentError(Exception):
    """No cluster can be had here; says why."""


@contextmanager
def spark_running(folder: Path) -> Generator[str]:
    """Run a cluster for as long as the context lasts, and yield its master's address.

    Raises:
        SparkAbsentError: Spark or Java cannot be had, or a process does not start.
    """
    home = _spark_home()
    port, page = free_ports(2)
    master = f"spark://127.0.0.1:{port}"
    (folder / "spark-defaults.conf").write_text(SITE)
    environment = os.environ | {
        "SPARK_CONF_DIR": str(folder),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_DAEMON_MEMORY": "128m",
        "SPARK_DAEMON_JAVA_OPTS": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
    }
    listening = ("--host", "127.0.0.1", "--port", str(port), "--webui-port", str(page))
    working = ("--host", "127.0.0.1", "--cores", "1", "--memory", "1g", "--webui-port", "0")
    commands = [("master.Master", *listening)] + [
        ("worker.Worker", *working, "--work-dir", str(folder / f"worker-{number}"), master)
        for number in range(WORKERS)
    ]
    output = folder / "cluster.out"
    with ExitStack() as stack, output.open("ab") as written:
        processes = [
            subprocess.Popen(
                [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}", *arguments],
                env=environment,
                stdout=written,
                stderr=subprocess.STDOUT,
            )
            for name, *arguments in commands
        ]
        for process in processes:
            stack.callback(_end, process)
        if not _is_complete(f"http://127.0.0.1:{page}/json/", processes):
            words = output.read_text(errors="replace")[-2000:]
            raise SparkAbsentError(f"the cluster did not start:\n{words}")
        yield master


def _spark_home() -> Path:
    found = find_spec("pyspark")
    if found is None or found.origin is None:
        raise SparkAbsentError(f"pyspark is not installed; `{EXTRA}` installs it (456 MB)")
    try:
        check_java()
    except KafkaAbsentError as error:
        raise SparkAbsentError(str(error)) from error
    return Path(found.origin).parent


def _is_complete(page: str, processes: Sequence[subprocess.Popen[bytes]]) -> bool:
    """Wait until the master knows its workers; tell whether it came to know them."""
    deadline = time.monotonic() + START_SECONDS_MAX
    while _workers_at(page) < WORKERS:
        with suppress(subprocess.TimeoutExpired):
            processes[0].wait(0.2)
        if time.monotonic() > deadline or any(each.poll() is not None for each in processes):
            return False
    return True


def _workers_at(page: str) -> int:
    try:
        told = cast("dict[str, object]", httpx.get(page).json())
    except (httpx.TransportError, ValueError):
        return 0
    return cast("int", told["aliveworkers"])


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def spark_engine(workshop: Workshop, master: str) -> TableEngine:
    """Return Spark as a table engine; its module needs Spark, and most tests do without."""
    from agent_worker.capabilities.engines.spark_engine import SparkEngine  # noqa: PLC0415

    return SparkEngine(workshop, master)


def kill_driver() -> None:
    """Kill the driver of this process, as a machine without memory would."""
    from pyspark import SparkContext  # noqa: PLC0415

    gateway = SparkContext._gateway
    assert gateway is not None
    gateway.proc.kill()
    gateway.proc.wait()


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """The address of the test session's master; drivers that this process starts know the site."""
    folder = tmp_path_factory.mktemp("spark")
    with ExitStack() as stack:
        try:
            master = stack.enter_context(spark_running(folder))
        except SparkAbsentError as error:
            pytest.skip(f"Spark: {error}")
        environment = stack.enter_context(pytest.MonkeyPatch.context())
        environment.setenv("SPARK_CONF_DIR", str(folder))
        environment.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        yield master
        _end_driver()


def _end_driver() -> None:
    from agent_worker.capabilities.engines.spark_engine import end_session  # noqa: PLC0415

    end_session()
