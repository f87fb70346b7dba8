"""A real Kafka broker for tests and benchmarks, or the reason why there is none.

In this order: the broker that `KAFKA_BOOTSTRAP` names; a broker of our own from its Maven jars on
the local Java, which is the only one that tests may stop and cut off; a container.
"""

import asyncio
import os
import random
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Generator
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from testcontainers.community.kafka import KafkaContainer

from tests.support.docker import docker_answers

RECIPE = Path(__file__).parent / "kafka_broker"
CACHE = Path(__file__).parents[2] / ".cache" / "kafka"
CLUSTER_ID = "MkU3OEVBNTcwNTJENDM2Qk"
IMAGE = "confluentinc/cp-kafka:8.0.0"

JAVA_VERSION_MIN = 17
DOWNLOAD_SECONDS_MAX = 600
START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 20
ANSWER_SECONDS_MAX = 2


class KafkaAbsentError(Exception):
    """No broker can be had here; says why."""


class Broker:
    """A running broker that tests connect to; stopping it is for those that own it."""

    def __init__(self, bootstrap: str) -> None:
        self.bootstrap = bootstrap

    def start(self) -> None:
        """Bring it back; returns when it answers."""
        pytest.skip(f"Kafka at {self.bootstrap} is not ours to start and stop")

    def stop(self) -> None:
        """Take it away."""
        pytest.skip(f"Kafka at {self.bootstrap} is not ours to start and stop")

    def proxy_places(self) -> tuple[int, int]:
        """Return the port that a proxy has to listen on and the port that it has to forward to."""
        pytest.skip(f"Kafka at {self.bootstrap} cannot be put behind a proxy")


class LocalBroker(Broker):
    """A broker of our own: one Java process with its data in one folder."""

    def __init__(self, libraries: Path, folder: Path) -> None:
        direct, proxied, controller, self._proxy_port = free_ports(4)
        super().__init__(f"127.0.0.1:{direct}")
        self._proxied_port = proxied
        self._libraries = libraries
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        template = (RECIPE / "server.properties").read_text()
        self._settings = folder / "server.properties"
        self._settings.write_text(
            template.format(
                folder=folder,
                direct_port=direct,
                proxied_port=proxied,
                controller_port=controller,
                proxy_port=self._proxy_port,
            )
        )

    def format(self) -> None:
        """Prepare the folder for the first start."""
        arguments = ("format", "-t", CLUSTER_ID, "-c", str(self._settings))
        run(self._java("kafka.tools.StorageTool", *arguments), START_SECONDS_MAX)

    def start(self) -> None:
        """Start the process; returns when it answers."""
        with (self._folder / "broker.out").open("ab") as output:
            self._process = subprocess.Popen(
                self._java("kafka.Kafka", str(self._settings)),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START_SECONDS_MAX
        while not asyncio.run(answers(self.bootstrap)):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise KafkaAbsentError(f"the broker did not start:\n{self._last_words()}")

    def stop(self) -> None:
        """End the process, by force when it takes its time."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def proxy_places(self) -> tuple[int, int]:
        """Return the port that a proxy has to listen on and the port that it has to forward to."""
        return self._proxy_port, self._proxied_port

    def _java(self, main: str, *arguments: str) -> list[str]:
        memory = ("-Xms64m", "-Xmx256m", "-XX:+UseSerialGC")
        quick = ("-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Dlog4j2.level=WARN")
        return ["java", *memory, *quick, "-cp", f"{self._libraries}/*", main, *arguments]

    def _last_words(self) -> str:
        return (self._folder / "broker.out").read_text(errors="replace")[-2000:]


def start_broker(folder: Path) -> LocalBroker:
    """Start a broker of our own with its data in the folder; its owner has to stop it.

    Raises:
        KafkaAbsentError: Java, Maven or the jars cannot be had, or the broker does not start.
    """
    broker = LocalBroker(fetched_libraries(), folder)
    broker.format()
    broker.start()
    return broker


def fetched_libraries() -> Path:
    """Return the folder with the broker's jars, fetched on the first use."""
    check_java()
    recipe = RECIPE / "pom.xml"
    version = re.search(r"<kafka.version>(.+)</kafka.version>", recipe.read_text())
    assert version is not None
    libraries = CACHE / version[1]
    if libraries.exists():
        return libraries
    if shutil.which("mvn") is None:
        raise KafkaAbsentError(f"Maven is needed to fetch the broker's jars into {libraries}")
    # Fetched aside and moved in one step: a folder with the right name is always complete.
    aside = CACHE / f"fetching-{os.getpid()}"
    goal = ("dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={aside}")
    run(["mvn", "-q", "-B", "-f", str(recipe), *goal], DOWNLOAD_SECONDS_MAX)
    aside.rename(libraries)
    return libraries


def check_java() -> None:
    """Raise unless a Java that can run the broker is here."""
    if shutil.which("java") is None:
        raise KafkaAbsentError("Java is not installed")
    told = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False)
    version = re.search(r'version "(\d+)', told.stderr)
    if version is None or int(version[1]) < JAVA_VERSION_MIN:
        raise KafkaAbsentError(f"Java {JAVA_VERSION_MIN} or later is needed: {told.stderr.strip()}")


def run(command: list[str], seconds_max: int) -> None:
    """Run the command to its end; its last words are in the error when it fails."""
    try:
        subprocess.run(command, capture_output=True, text=True, timeout=seconds_max, check=True)
    except subprocess.CalledProcessError as error:
        words = f"{error.stdout}{error.stderr}"[-1000:]
        raise KafkaAbsentError(f"{command[0]} failed: {words}") from error
    except subprocess.TimeoutExpired as error:
        raise KafkaAbsentError(f"{command[0]} took longer than {seconds_max} s") from error


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on.

    Below the range from which the system takes the ports of outgoing connections: a client that
    keeps calling a broker that is away would one day be given the broker's own port.
    """
    ports: list[int] = []
    while len(ports) < count:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as probe:
            if port not in ports and probe.connect_ex(("127.0.0.1", port)) != 0:
                ports.append(port)
    return ports


async def answers(bootstrap: str) -> bool:
    """Tell whether the broker answers an administrator."""
    host, _, port = bootstrap.rpartition(":")
    with socket.socket() as probe:
        if probe.connect_ex((host, int(port))) != 0:
            await asyncio.sleep(0.1)
            return False
    admin = AIOKafkaAdminClient(
        bootstrap_servers=bootstrap, request_timeout_ms=ANSWER_SECONDS_MAX * 1000
    )
    try:
        await admin.start()
        await admin.describe_topics(())
    except (KafkaError, OSError, TimeoutError):
        await asyncio.sleep(0.1)
        return False
    else:
        return True
    finally:
        await admin.close()


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Generator[Broker]:
    """The broker of the test session."""
    named = os.environ.get("KAFKA_BOOTSTRAP")
    if named:
        yield Broker(named)
        return
    try:
        broker = start_broker(tmp_path_factory.mktemp("kafka"))
    except KafkaAbsentError as error:
        if not docker_answers():
            pytest.skip(f"Kafka: no KAFKA_BOOTSTRAP, no Docker engine, and {error}")
        with KafkaContainer(IMAGE).with_kraft() as container:
            yield Broker(container.get_bootstrap_server())
        return
    yield broker
    broker.stop()
