"""Readiness comes from progress, and judgement waits until everybody can be heard."""

from datetime import UTC, datetime, timedelta

from shared.engine.engine import SETTLE_SECONDS, Watermark

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
INBOX = ("argosy.inbox", 3)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def stuck_seconds(watermark: Watermark, seconds: float) -> float:
    return watermark.stuck_for(at(seconds)).total_seconds()


def test_an_idle_engine_is_not_stuck() -> None:
    watermark = Watermark()
    for seconds in (0, 60):
        watermark.note({INBOX: 7}, has_lag=False, now=at(seconds))
    assert stuck_seconds(watermark, 60) == 0


def test_waiting_messages_that_nobody_takes_count_from_the_last_progress() -> None:
    watermark = Watermark()
    watermark.note({INBOX: 7}, has_lag=True, now=at(0))
    watermark.note({INBOX: 7}, has_lag=True, now=at(30))
    assert stuck_seconds(watermark, 40) == 40


def test_any_progress_ends_the_count() -> None:
    watermark = Watermark()
    watermark.note({INBOX: 7}, has_lag=True, now=at(0))
    watermark.note({INBOX: 8}, has_lag=True, now=at(30))
    assert stuck_seconds(watermark, 40) == 10


def test_a_bus_that_is_away_settles_nothing() -> None:
    watermark = Watermark()
    watermark.is_bus_away = True
    assert not watermark.is_settled(at(1_000))


def test_a_bus_that_came_back_settles_after_a_while() -> None:
    watermark = Watermark()
    watermark.is_bus_away = True
    watermark.note({}, has_lag=False, now=at(0))
    assert not watermark.is_settled(at(SETTLE_SECONDS - 1))
    assert watermark.is_settled(at(SETTLE_SECONDS))
