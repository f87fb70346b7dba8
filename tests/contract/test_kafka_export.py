"""What an export into a foreign topic promises, on a real broker."""

from collections.abc import Sequence

import pytest

from shared.adapters.kafka_client import KafkaLimits
from shared.adapters.kafka_export import open_topic_writer
from shared.adapters.kafka_ranges import open_topics
from shared.contracts.feeds import TopicPlace
from shared.ports.topic_reader import Message
from shared.ports.topic_writer import NumberedMessage, TopicUnwritableError
from tests.support.foreign_topic import ForeignTopic
from tests.support.kafka import Broker, free_ports

IMPATIENT = KafkaLimits(answer_seconds=1, stop_seconds=1)


@pytest.fixture
def foreign(kafka: Broker) -> ForeignTopic:
    topic = ForeignTopic(kafka.bootstrap)
    topic.append(0, [b"somebody else's"])
    return topic


def place_of(topic: ForeignTopic) -> TopicPlace:
    return TopicPlace(topic.broker, topic.name)


def rows(first: int, last: int) -> list[NumberedMessage]:
    return [
        NumberedMessage(number, str(number).encode(), f"row {number}".encode())
        for number in range(first, last)
    ]


def contents(topic: ForeignTopic) -> list[bytes]:
    """Return what readers of committed messages find, without what others wrote."""
    found: list[Message] = []
    with open_topics(topic.broker) as reader:
        for wanted in reader.bounds(topic.name).values():
            found += reader.messages(topic.name, wanted)
    return sorted(each.content for each in found if each.content and each.headers)


def expected(messages: Sequence[NumberedMessage]) -> list[bytes]:
    return sorted(message.content for message in messages)


def test_an_export_goes_on_behind_what_was_committed(foreign: ForeignTopic) -> None:
    with open_topic_writer(place_of(foreign), "first") as writer:
        since = writer.ends()
        assert writer.reached(since) == 0
        writer.append(rows(0, 40))
    with open_topic_writer(place_of(foreign), "first") as writer:
        assert writer.reached(since) == 40
        writer.append(rows(40, 60))
        assert writer.reached(since) == 60
    assert contents(foreign) == expected(rows(0, 60))


def test_who_opens_an_export_shuts_out_who_had_it_open(foreign: ForeignTopic) -> None:
    with open_topic_writer(place_of(foreign), "same") as older:
        since = older.ends()
        older.append(rows(0, 5))
        with open_topic_writer(place_of(foreign), "same") as newer:
            with pytest.raises(TopicUnwritableError):
                older.append(rows(5, 9))
            assert newer.reached(since) == 5
            newer.append(rows(5, 9))
    assert contents(foreign) == expected(rows(0, 9))


def test_exports_do_not_count_for_one_another(foreign: ForeignTopic) -> None:
    with open_topic_writer(place_of(foreign), "one") as writer:
        since = writer.ends()
        writer.append(rows(0, 5))
    with open_topic_writer(place_of(foreign), "other") as writer:
        assert writer.reached(since) == 0


def test_a_topic_that_is_not_there_is_a_clear_error(kafka: Broker) -> None:
    place = TopicPlace(kafka.bootstrap, "nowhere")
    with open_topic_writer(place, "x") as writer, pytest.raises(TopicUnwritableError) as caught:
        writer.ends()
    assert "has no topic nowhere" in str(caught.value)
    assert not caught.value.passes


def test_a_broker_that_does_not_answer_is_an_error_that_passes() -> None:
    (port,) = free_ports(1)
    place = TopicPlace(f"127.0.0.1:{port}", "t")
    with pytest.raises(TopicUnwritableError) as caught, open_topic_writer(place, "x", IMPATIENT):
        pass
    assert caught.value.passes
