"""A data set in a topic: each row once, whichever attempt wrote it."""

import json
from collections.abc import Generator, Sequence
from pathlib import Path

import pytest

from agent_worker.capabilities.operators.export_topic import ROWS_PER_TRANSACTION
from agent_worker.domain.actions import ActionOutcome
from shared.adapters.kafka_ranges import open_topics
from shared.contracts.vocabulary import Artifact, Parameters
from tests.support.foreign_topic import ForeignTopic
from tests.support.kafka import Broker
from tests.unit.agent_worker.workbench import Workbench

ROWS = 30
LINES = [f"{number},Ørsted {number},2024-02-{number % 28 + 1:02}" for number in range(ROWS)]


@pytest.fixture
def topic(kafka: Broker) -> ForeignTopic:
    foreign = ForeignTopic(kafka.bootstrap)
    foreign.append(1, [b"older"])
    return foreign


@pytest.fixture
def bench(tmp_path: Path, topic: ForeignTopic) -> Generator[Workbench]:
    bench = Workbench(tmp_path, sinks=(f"{topic.broker}/{topic.name}",))
    yield bench
    bench.workshop.connection.close()


def dataset(bench: Workbench, file_format: str, more: Sequence[str] = ()) -> Artifact:
    """Clean two files and export them; the first one has these rows more."""
    bench.write("a.csv", "id,name,day", *LINES[:20], *more, "broken")
    bench.write("b.csv", "id,name,day", *LINES[20:])
    contract, _ = bench.propose(key=("id",))
    parameters: Parameters = {"dataset": "trips", "format": file_format}
    outcome = bench.attempt("export_dataset", parameters, (*bench.clean(contract), contract))
    (artifact,) = outcome.artifacts
    return artifact


def deliver(bench: Workbench, source: Artifact, uri: str, attempt: int = 1) -> ActionOutcome:
    parameters: Parameters = {"dataset": "trips", "topic": uri, "report": {"version": "v"}}
    return bench.attempt("export_topic", parameters, (source,), attempt=attempt)


def rows_in(topic: ForeignTopic) -> list[dict[str, object]]:
    """Return the rows that are in the topic, by their id."""
    with open_topics(topic.broker) as reader:
        found = [
            json.loads(message.content)
            for wanted in reader.bounds(topic.name).values()
            for message in reader.messages(topic.name, wanted)
            if message.content and message.headers
        ]
    return sorted(found, key=lambda row: row["id"])


@pytest.mark.parametrize("file_format", ["csv", "parquet"])
def test_each_clean_row_is_in_the_topic_once(
    bench: Workbench, topic: ForeignTopic, file_format: str
) -> None:
    source = dataset(bench, file_format)
    outcome = deliver(bench, source, topic.uri)
    assert outcome.facts["report"] == {"version": "v", "topic": topic.uri, "messages": ROWS}
    assert deliver(bench, source, topic.uri, attempt=2).failure is None
    found = rows_in(topic)
    assert [row["id"] for row in found] == [*range(ROWS)]
    assert found[3]["name"] == "Ørsted 3"
    assert found[3]["day"] == "2024-02-04"


def test_an_attempt_goes_on_where_an_earlier_one_was_killed(
    bench: Workbench, topic: ForeignTopic
) -> None:
    more = [f"{number},Oslo,2024-03-01" for number in range(ROWS, ROWS + ROWS_PER_TRANSACTION)]
    source = dataset(bench, "csv", more)
    (second,) = Path(bench.store).rglob("part-0001.csv")
    kept = second.read_bytes()
    second.unlink()  # so that the attempt dies after one transaction, within the first file
    assert deliver(bench, source, topic.uri).failure is not None
    assert len(rows_in(topic)) == ROWS_PER_TRANSACTION
    second.write_bytes(kept)
    assert deliver(bench, source, topic.uri, attempt=2).failure is None
    assert bench.trace[0].observation["reached"] == ROWS_PER_TRANSACTION
    assert [row["id"] for row in rows_in(topic)] == [*range(ROWS + ROWS_PER_TRANSACTION)]


def test_only_topics_that_are_listed_are_written_to(bench: Workbench, topic: ForeignTopic) -> None:
    source = dataset(bench, "csv")
    failure = deliver(bench, source, f"kafka://{topic.broker}/elsewhere").failure
    assert failure is not None
    assert failure.code == "topic_not_allowed"
    assert "ARGOSY_TOPIC_SINKS" in failure.remedy
