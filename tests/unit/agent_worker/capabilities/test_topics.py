"""Topics into tables: what a run takes of a real broker, and what becomes of odd messages."""

import json
from collections.abc import Generator, Sequence
from pathlib import Path

import pytest

from agent_worker.capabilities.topic_batches import new_windows
from agent_worker.domain.failures import ActionFailedError
from shared.contracts.feeds import TopicPlace
from shared.contracts.vocabulary import Artifact, Failure
from shared.ports.topic_reader import Range
from tests.support.foreign_topic import ForeignTopic
from tests.support.kafka import Broker
from tests.unit.agent_worker.monitor import Monitor
from tests.unit.agent_worker.workbench import Workbench

QUOTES = "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"


@pytest.fixture
def topic(kafka: Broker) -> ForeignTopic:
    return ForeignTopic(kafka.bootstrap)


@pytest.fixture
def monitor(tmp_path: Path, topic: ForeignTopic) -> Generator[Monitor]:
    """A goal that takes the topic."""
    bench = Workbench(tmp_path, brokers=(topic.broker,))
    yield Monitor(bench, topic.uri)
    bench.workshop.connection.close()


def orders(first: int, last: int) -> list[bytes]:
    """Return messages whose numbers are odd ones, to tell whether they are kept as they are."""
    return [f'{{"id": {number}, "price": {number}.50}}'.encode() for number in range(first, last)]


def failure_of(monitor: Monitor) -> Failure:
    failure = monitor.discover("refused").failure
    assert failure is not None
    return failure


def quarantined(monitor: Monitor, parts: Sequence[Artifact]) -> list[tuple[object, ...]]:
    return [row[2:] for row in monitor.bench.rows(parts, "quarantine:")]


def test_what_is_new_in_each_partition_is_taken_once(monitor: Monitor, topic: ForeignTopic) -> None:
    topic.append(0, orders(0, 5))
    topic.append(1, orders(5, 8))
    assert monitor.run("first")["rows_out"] == 8
    topic.append(1, orders(8, 10))
    report = monitor.run("second")
    assert (report["rows_out"], report["batches"]) == (2, 1)
    assert monitor.run("third")["batches"] == 0
    assert monitor.column("id") == [*range(10)]
    assert monitor.column("_offset") == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


def test_batches_are_windows_of_offsets_that_name_them(
    monitor: Monitor, topic: ForeignTopic
) -> None:
    topic.append(1, orders(0, 5))
    monitor.options = {"batch_rows": 2, "batches_max": 2}
    report = monitor.run("first")
    assert (report["rows_out"], report["is_caught_up"]) == (4, False)
    report = monitor.run("second")
    assert (report["rows_out"], report["is_caught_up"]) == (1, True)
    sources = {str(name) for name in monitor.column("_source_file")}
    assert f"{topic.name}-001-000000000002-000000000004.csv" in sources


def test_a_message_that_is_no_row_goes_to_the_quarantine_with_its_offset(
    monitor: Monitor, topic: ForeignTopic
) -> None:
    topic.append(0, [*orders(0, 3), b"{oops", b"[1]", b"\xff", b'{"id": 3, "price": 1}'])
    prepared = monitor.prepare("first")
    assert quarantined(monitor, prepared[1]) == [
        ("message_undecodable", f"partition 0, offset 3: it is not JSON: {QUOTES}: {{oops"),
        ("message_undecodable", "partition 0, offset 4: it is JSON, but no object: [1]"),
        ("message_undecodable", "partition 0, offset 5: it is not in UTF-8: �"),
    ]
    monitor.commit("first", prepared)
    assert monitor.column("_offset") == [0, 1, 2, 6]


def test_messages_of_one_batch_may_name_different_columns(
    monitor: Monitor, topic: ForeignTopic
) -> None:
    told = [{"id": 1, "name": "a\nb"}, {"id": 2, "tags": ["x", 1.10]}, {"name": None, "id": 3}]
    topic.append(0, [json.dumps(each).encode() for each in told])
    assert monitor.run("first")["rows_quarantined"] == 0
    assert monitor.column("name") == ["a\nb", None, None]
    assert monitor.column("tags") == ['["x", 1.1]', None, None]


def test_delimited_messages_take_their_columns_from_the_goal(
    monitor: Monitor, topic: ForeignTopic
) -> None:
    topic.append(0, [b"1,a", b"2;b", b'3,"c,d"', b"4"])
    monitor.options = {"format": "csv", "columns": ["id", "name"]}
    report = monitor.run("first")
    assert report["quarantine_reasons"] == {"message_undecodable": 1}
    assert monitor.column("name") == ["a", "b", "c,d"]


def test_delimited_messages_without_columns_are_refused(
    monitor: Monitor, topic: ForeignTopic
) -> None:
    topic.append(0, [b"1,a"])
    monitor.options = {"format": "csv"}
    assert failure_of(monitor).code == "columns_missing"


def test_a_topic_of_another_format_is_refused_before_there_is_a_table(
    monitor: Monitor, topic: ForeignTopic
) -> None:
    topic.append(0, [b"1,a"] * 3)
    failure = failure_of(monitor)
    assert failure.code == "messages_undecodable"
    assert "offset 0" in failure.detail


def test_a_broker_that_is_not_listed_is_refused(tmp_path: Path, topic: ForeignTopic) -> None:
    bench = Workbench(tmp_path, brokers=("elsewhere:9092",))
    assert failure_of(Monitor(bench, topic.uri)).code == "broker_not_allowed"
    bench.workshop.connection.close()


def test_a_topic_that_is_not_there_is_told(monitor: Monitor) -> None:
    failure = failure_of(monitor)
    assert (failure.code, failure.retryable) == ("topic_unreadable", False)


def test_a_topic_that_begins_anew_is_refused() -> None:
    windows = new_windows(TopicPlace("b:1", "orders"), "strand", Range(0, 0, 2), 5, 10)
    with pytest.raises(ActionFailedError) as caught:
        next(windows)
    assert caught.value.failure.code == "topic_recreated"


def test_messages_that_were_deleted_before_their_time_are_told(
    monitor: Monitor, topic: ForeignTopic
) -> None:
    topic.append(0, orders(0, 2))
    monitor.run("first")
    topic.append(0, orders(2, 10))
    topic.delete_before(0, 6)
    report = monitor.run("second")
    assert (report["rows_out"], report["messages_missed"]) == (4, 4)
    assert monitor.run("third")["messages_missed"] == 0
