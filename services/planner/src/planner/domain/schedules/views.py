"""What people are shown of schedules."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from pydantic import BaseModel, Field

from planner.domain.schedules.instants import instants_after, zone_of
from planner.domain.schedules.records import Observation, ScheduleRecord, ScheduleState
from shared.contracts.schedules import CatchUp, Cause, CronCause, GoalTemplate, Overlap, Schedule
from shared.contracts.vocabulary import Failure

INSTANTS_SHOWN = 5


class ScheduleView(BaseModel):
    """A schedule and how far it has come."""

    schedule_id: str
    name: str
    owner: str
    goal: GoalTemplate
    cause: Cause
    overlap: Overlap
    catch_up: CatchUp
    state: ScheduleState
    created_at: datetime
    next_at: datetime | None = Field(
        description="The next instant or check; none while it is paused or a check is under way."
    )
    goals_begun: int
    goals_waiting: int = Field(description="They begin when those before them have ended.")
    goals_skipped: int = Field(description="Its last goal had not ended.")
    last_goal_id: str = Field(description="Empty while it has begun none.")
    last_goal_due: datetime | None = Field(description="When its last goal was to begin.")
    checked_at: datetime | None = Field(description="When the last check of its source began.")
    observation: Observation | None = Field(
        description="The mark of a trigger: what its source is compared with."
    )
    check_failure: Failure | None = Field(description="Why the last check saw nothing.")


class ScheduleDetails(ScheduleView):
    """A schedule with the instants to come."""

    next_instants: tuple[datetime, ...] = Field(
        description="In the time of its zone; none for a trigger, or while it is paused."
    )


class ScheduleList(BaseModel):
    """One page of schedules, the newest first."""

    schedules: tuple[ScheduleView, ...]
    next_page_token: str = Field(description="Empty on the last page.")


class SchedulePreview(BaseModel):
    """A schedule that nobody has ordered yet."""

    name: str
    owner: str
    goal: GoalTemplate = Field(description="With all defaults filled in.")
    cause: Cause
    overlap: Overlap
    catch_up: CatchUp
    next_instants: tuple[datetime, ...] = Field(
        description="In the time of its zone; none for a trigger."
    )


def schedule_view(record: ScheduleRecord) -> ScheduleView:
    """Return the schedule as a listing shows it."""
    is_active = record.state is ScheduleState.ACTIVE
    return ScheduleView(
        **dict(record.schedule),
        state=record.state,
        created_at=record.created_at,
        next_at=record.next_at if is_active else None,
        goals_begun=record.begun,
        goals_waiting=len(record.waiting),
        goals_skipped=record.skipped,
        last_goal_id=record.last_goal_id,
        last_goal_due=record.last_due,
        checked_at=record.checked_at,
        observation=record.observation,
        check_failure=record.check_failure,
    )


def schedule_details(record: ScheduleRecord, now: datetime) -> ScheduleDetails:
    """Return everything about the schedule."""
    is_active = record.state is ScheduleState.ACTIVE
    coming = next_instants(record.schedule.cause, now) if is_active else ()
    return ScheduleDetails(**dict(schedule_view(record)), next_instants=tuple(coming))


def schedule_preview(schedule: Schedule, now: datetime) -> SchedulePreview:
    """Return what the schedule would do."""
    told = dict(schedule)
    del told["schedule_id"]
    return SchedulePreview(**told, next_instants=tuple(next_instants(schedule.cause, now)))


def next_instants(cause: Cause, now: datetime) -> Sequence[datetime]:
    """Return the next few instants of a cron expression, as the clocks of its zone show them."""
    if not isinstance(cause, CronCause):
        return ()
    zone = zone_of(cause.zone)
    coming = islice(instants_after(cause, now), INSTANTS_SHOWN)
    return [instant.astimezone(zone) for instant in coming]
