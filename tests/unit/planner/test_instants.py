"""When cron expressions mean: over both changes of the clocks, at the ends of months, for ever."""

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.schedules.instants import (
    EXPRESSION_CHARACTERS_MAX,
    cron_failure,
    instants_after,
    newest_instants,
    zone_of,
)
from shared.contracts.schedules import CronCause

ZURICH = "Europe/Zurich"

EXPRESSIONS = st.sampled_from(
    """* * * * *|*/7 * * * *|30 2 * * *|0 */2 * * *|30 1,2 * * *|15 0 * * MON-FRI
0 0 L * *|0 12 29 2 *|*/20 1-3 * * *|59 23 31 * *|0 3 * * 5L""".replace("\n", "|").split("|")
)
ZONES = st.sampled_from(["UTC", ZURICH, "America/New_York", "Asia/Kolkata", "Asia/Beirut"])
TIMES = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- hypothesis adds the zone
CAUSES = st.builds(CronCause, expression=EXPRESSIONS, zone=ZONES)


def shown(expression: str, zone: str, after: str, count: int) -> list[str]:
    """Return the next instants as the zone's clocks show them, with their distance from UTC."""
    cause = CronCause(expression=expression, zone=zone)
    start = datetime.fromisoformat(after)
    found = islice(instants_after(cause, start), count)
    return [f"{instant.astimezone(zone_of(zone)):%m-%d %H:%M%z}" for instant in found]


@pytest.mark.parametrize(
    ("expression", "after", "expected"),
    [
        ("30 2 * * *", "2026-03-28T12:00Z", ["03-29 03:00+0200", "03-30 02:30+0200"]),
        ("30 2 * * *", "2026-10-24T12:00Z", ["10-25 02:30+0200", "10-26 02:30+0100"]),
        ("30 2 * * *", "2026-10-25T01:10Z", ["10-26 02:30+0100"]),
        (
            "*/30 2 * * *",
            "2026-10-24T23:59Z",
            ["10-25 02:00+0200", "10-25 02:30+0200", "10-25 02:00+0100", "10-25 02:30+0100"],
        ),
        ("*/30 2 * * *", "2026-03-28T12:00Z", ["03-30 02:00+0200"]),
        ("0 3 * * *", "2026-03-28T02:30Z", ["03-29 03:00+0200", "03-30 03:00+0200"]),
    ],
)
def test_a_change_of_the_clocks_neither_loses_nor_doubles_a_fixed_time(
    expression: str, after: str, expected: list[str]
) -> None:
    assert shown(expression, ZURICH, after, len(expected)) == expected


@pytest.mark.parametrize(
    ("expression", "after", "expected"),
    [
        ("0 0 31 * *", "2026-01-31T12:00Z", ["03-31 00:00+0000", "05-31 00:00+0000"]),
        ("0 0 L * *", "2026-01-31T12:00Z", ["02-28 00:00+0000", "03-31 00:00+0000"]),
        ("0 0 L * *", "2028-02-01T00:00Z", ["02-29 00:00+0000"]),
        ("0 0 29 2 *", "2026-01-01T00:00Z", ["02-29 00:00+0000", "02-29 00:00+0000"]),
        ("0 9 * * MON#1", "2026-01-01T00:00Z", ["01-05 09:00+0000", "02-02 09:00+0000"]),
    ],
)
def test_days_that_not_every_month_has_come_when_they_are_there(
    expression: str, after: str, expected: list[str]
) -> None:
    assert shown(expression, "UTC", after, len(expected)) == expected


def test_the_29th_of_february_comes_every_four_years() -> None:
    cause = CronCause(expression="0 0 29 2 *")
    found = islice(instants_after(cause, datetime(2026, 1, 1, tzinfo=UTC)), 3)
    assert [instant.year for instant in found] == [2028, 2032, 2036]


@settings(deadline=None, max_examples=60)
@given(cause=CAUSES, after=TIMES)
def test_each_instant_is_later_than_the_one_before(cause: CronCause, after: datetime) -> None:
    found = [after, *islice(instants_after(cause, after), 12)]
    assert all(earlier < later for earlier, later in pairwise(found))


@settings(deadline=None, max_examples=60)
@given(cause=CAUSES, after=TIMES, share=st.floats(0, 0.99))
def test_instants_do_not_depend_on_when_one_looks(
    cause: CronCause, after: datetime, share: float
) -> None:
    first, second = islice(instants_after(cause, after), 2)
    looked_at = first + (second - first) * share
    assert next(instants_after(cause, looked_at)) == second


@settings(deadline=None, max_examples=60)
@given(cause=CAUSES, first=TIMES, hours=st.integers(0, 24 * 40), most=st.integers(1, 20))
def test_the_newest_instants_are_the_last_of_all(
    cause: CronCause, first: datetime, hours: int, most: int
) -> None:
    start = next(instants_after(cause, first))
    until = start + timedelta(hours=min(hours, 48) if cause.expression[0] == "*" else hours)
    everything = [start]
    for instant in instants_after(cause, start):
        if instant > until:
            break
        everything.append(instant)
    assert list(newest_instants(cause, start, until, most)) == everything[-most:]


def test_a_year_of_minutes_is_not_counted_one_by_one() -> None:
    cause = CronCause(expression="* * * * *")
    start = datetime(2026, 1, 1, tzinfo=UTC)
    found = newest_instants(cause, start, start + timedelta(days=3650), 100)
    assert len(found) == 100
    assert found[-1] == start + timedelta(days=3650)


@pytest.mark.parametrize(
    ("expression", "named"),
    [
        ("61 * * * *", "'61' is no minute"),
        ("* 24 * * *", "'24' is no hour"),
        ("* * 0 * *", "'0' is no day-of-month"),
        ("0 0 30 2 *", "'30' is no day-of-month"),
        ("* * * 13 *", "'13' is no month"),
        ("* * * * MOON", "'MOON' is no day-of-week"),
        ("*/0 * * * *", "'*/0' is no minute"),
        ("0 0 * * * *", "has 6 fields"),
        ("@daily", "has 1 fields"),
        ("", "has 0 fields"),
        ("0 0 */31 2 MON#5", "never comes"),
        ("9" * 5000 + " * * * *", "has 5 fields"),
    ],
)
def test_a_wrong_expression_is_told_the_field_and_an_example(expression: str, named: str) -> None:
    failure = cron_failure(CronCause(expression=expression))
    assert failure is not None
    assert failure.code == "cron_invalid"
    assert named in failure.detail
    assert "'0 3 * * MON-FRI'" in failure.remedy
    assert len(failure.detail) < 2 * EXPRESSION_CHARACTERS_MAX


@settings(deadline=None, max_examples=150)
@given(st.text("0123456789*/-,#L MONFRIJANW?", max_size=40))
def test_any_text_is_an_expression_or_told_why_not(expression: str) -> None:
    cause = CronCause(expression=expression)
    if cron_failure(cause) is None:
        next(instants_after(cause, datetime(2026, 1, 1, tzinfo=UTC)))


@pytest.mark.parametrize(
    "zone", ["", "Mars/Olympus", "europe/zurich", "Europe", "../etc/passwd", "/etc/localtime"]
)
def test_an_unknown_zone_is_refused(zone: str) -> None:
    failure = cron_failure(CronCause(expression="* * * * *", zone=zone))
    assert failure is not None
    assert failure.code == "zone_unknown"


@pytest.mark.parametrize("zone", ["UTC", ZURICH, "America/Port-au-Prince", "Etc/GMT+5", "EST5EDT"])
def test_every_zone_of_the_database_is_known(zone: str) -> None:
    assert cron_failure(CronCause(expression="* * * * *", zone=zone)) is None
