"""What reading ranges of a foreign topic promises, on a real broker."""

import pytest

from shared.adapters.kafka_client import KafkaLimits
from shared.adapters.kafka_ranges import FETCH_MESSAGES_MAX, open_topics
from shared.ports.topic_reader import Range, TopicUnreadableError
from tests.support.foreign_topic import ForeignTopic
from tests.support.kafka import Broker, free_ports

IMPATIENT = KafkaLimits(answer_seconds=1, stop_seconds=1)


@pytest.fixture
def foreign(kafka: Broker) -> ForeignTopic:
    return ForeignTopic(kafka.bootstrap)


def numbered(count: int) -> list[bytes]:
    return [str(number).encode() for number in range(count)]


def test_bounds_tell_what_each_partition_holds_now(foreign: ForeignTopic) -> None:
    foreign.append(1, numbered(2))
    with open_topics(foreign.broker) as reader:
        assert reader.bounds(foreign.name) == {0: Range(0, 0, 0), 1: Range(1, 0, 2)}


def test_a_range_is_read_in_order_and_no_further(foreign: ForeignTopic) -> None:
    count = 2 * FETCH_MESSAGES_MAX + 10
    foreign.append(0, numbered(count))
    with open_topics(foreign.broker) as reader:
        found = [*reader.messages(foreign.name, Range(0, 5, count - 3))]
    assert [message.offset for message in found] == [*range(5, count - 3)]
    assert found[0].content == b"5"


def test_ranges_may_be_read_in_any_order(foreign: ForeignTopic) -> None:
    foreign.append(0, numbered(10))
    foreign.append(1, numbered(4))
    with open_topics(foreign.broker) as reader:
        read = [
            [message.offset for message in reader.messages(foreign.name, wanted)]
            for wanted in (Range(0, 6, 9), Range(1, 0, 4), Range(0, 2, 4), Range(0, 3, 3))
        ]
    assert read == [[6, 7, 8], [0, 1, 2, 3], [2, 3], []]


def test_a_topic_that_does_not_exist_is_told(foreign: ForeignTopic) -> None:
    with open_topics(foreign.broker) as reader, pytest.raises(TopicUnreadableError) as caught:
        reader.bounds(foreign.name)
    assert not caught.value.passes
    assert foreign.name in str(caught.value)


def test_offsets_that_are_not_kept_any_more_are_told(foreign: ForeignTopic) -> None:
    foreign.append(0, numbered(10))
    foreign.delete_before(0, 6)
    with open_topics(foreign.broker) as reader:
        assert reader.bounds(foreign.name)[0] == Range(0, 6, 10)
        with pytest.raises(TopicUnreadableError):
            next(reader.messages(foreign.name, Range(0, 2, 10)))


def test_a_broker_that_is_away_is_told_within_the_deadline() -> None:
    (port,) = free_ports(1)
    broker = f"127.0.0.1:{port}"
    with pytest.raises(TopicUnreadableError) as caught, open_topics(broker, IMPATIENT):
        pass
    assert caught.value.passes
