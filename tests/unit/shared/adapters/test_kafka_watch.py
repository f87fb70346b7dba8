"""When a consumer counts as deaf."""

from shared.adapters.kafka_watch import Watch


def test_silence_is_looked_into_after_a_while() -> None:
    watch = Watch(quiet_seconds=10, now=100)
    assert not watch.is_time(110)
    assert watch.is_time(111)


def test_a_consumer_that_reached_the_end_is_not_deaf() -> None:
    watch = Watch(quiet_seconds=10, now=0)
    assert not watch.is_deaf({0: 5}, {0: 5}, now=11)
    assert not watch.is_deaf({0: 5}, {0: 5}, now=22)


def test_what_has_only_just_come_makes_nobody_deaf() -> None:
    watch = Watch(quiet_seconds=10, now=0)
    assert not watch.is_deaf({0: 5}, {0: 6}, now=11)
    assert not watch.is_time(21)


def test_what_does_not_come_between_two_looks_makes_deaf() -> None:
    watch = Watch(quiet_seconds=10, now=0)
    watch.is_deaf({0: 5}, {0: 6}, now=11)
    assert watch.is_deaf({0: 5}, {0: 6}, now=22)


def test_hearing_anything_begins_anew() -> None:
    watch = Watch(quiet_seconds=10, now=0)
    watch.is_deaf({0: 5, 1: 3}, {0: 6, 1: 3}, now=11)
    watch.hear(now=12)
    assert not watch.is_deaf({0: 5, 1: 4}, {0: 6, 1: 4}, now=23)
