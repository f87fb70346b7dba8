"""When a cron expression means a goal to begin: instants in UTC, each later than the one before.

The same expression gives the same instants whatever one of them the look begins at, so an instant
names a goal (ADR 0020). Where clocks are set forward, what would fall into the gap comes at its
end; where they are set back, a fixed time comes once, the first time, and `*/15` goes on through
both hours. The zones' own rules come from the machine's time zone database.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from shared.contracts.schedules import CronCause
from shared.contracts.vocabulary import Failure

EXPRESSION_CHARACTERS_MAX = 256

FIELDS = (
    ("minute", "0 to 59"),
    ("hour", "0 to 23"),
    ("day-of-month", "1 to 31, L for the last one, and at least one of the months must have it"),
    ("month", "1 to 12 or JAN to DEC"),
    ("day-of-week", "0 to 7 or SUN to SAT, MON#1 for the first Monday, 5L for the last Friday"),
)
"""The fields of a cron expression and what each may hold, besides `*`, lists, ranges, steps."""

EXAMPLE = "such as '0 3 * * MON-FRI' for 03:00 on working days"

ZONE_NAME = re.compile(r"[A-Z][A-Za-z0-9]*([/_+-][A-Za-z0-9]+)*")


def cron_failure(cause: CronCause) -> Failure | None:
    """Return what is wrong with the expression or the zone; None when nothing is."""
    if zone_of(cause.zone) is None:
        return Failure(
            code="zone_unknown",
            detail=f"cause.zone: there is no time zone {cause.zone!r}",
            remedy="name one of the IANA time zones, such as Europe/Zurich or UTC",
        )
    fields = cause.expression.split()
    if len(fields) != len(FIELDS) or len(cause.expression) > EXPRESSION_CHARACTERS_MAX:
        return _cron_invalid(
            f"{cause.expression[:EXPRESSION_CHARACTERS_MAX]!r} has {len(fields)} fields",
            f"write five fields, {', '.join(name for name, _ in FIELDS)}",
        )
    try:
        instant = next(CronSim(cause.expression, datetime(2000, 1, 1, tzinfo=UTC)), None)
    except CronSimError as error:
        return _field_failure(fields, str(error))
    if instant is None:
        return _cron_invalid(f"{cause.expression!r} never comes", "choose a day that there is")
    return None


def zone_of(name: str) -> ZoneInfo | None:
    """Return the IANA time zone of this name, or None where there is none."""
    if not ZONE_NAME.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def instants_after(cause: CronCause, after: datetime) -> Iterator[datetime]:
    """Yield the instants later than this one, in order; the cause has no failure."""
    zone = zone_of(cause.zone)
    assert zone is not None, f"zone {cause.zone} was there when the schedule was accepted"
    last = after
    for local in CronSim(cause.expression, after.astimezone(zone)):
        instant = local.astimezone(UTC)
        if instant > last:
            yield instant
            last = instant


def newest_instants(
    cause: CronCause, first: datetime, until: datetime, most: int
) -> tuple[datetime, ...]:
    """Return the instants from the first one until this time, only the newest when many."""
    span = timedelta(minutes=most)
    while True:
        begin = max(first - timedelta(seconds=1), until - span)
        found = _between(cause, begin, until)
        if len(found) >= most or begin < first:
            return found[-most:]
        span *= 2


def _between(cause: CronCause, after: datetime, until: datetime) -> tuple[datetime, ...]:
    found: list[datetime] = []
    for instant in instants_after(cause, after):
        if instant > until:
            break
        found.append(instant)
    return tuple(found)


def _field_failure(fields: list[str], complaint: str) -> Failure:
    wrong = complaint.removeprefix("Bad ")
    for field, (name, allowed) in zip(fields, FIELDS, strict=True):
        if name == wrong:
            return _cron_invalid(f"{field!r} is no {name}", f"write as {name} {allowed}")
    return _cron_invalid(complaint, f"write {', '.join(name for name, _ in FIELDS)}")


def _cron_invalid(what: str, remedy: str) -> Failure:
    return Failure(
        code="cron_invalid", detail=f"cause.expression: {what}", remedy=f"{remedy}; {EXAMPLE}"
    )
