"""A schedule begins its goals, in the same way as a person would: by a submission.

A goal's id is derived from the schedule and what caused it. So it does not matter when a timer
really fires, or how often: one instant, one change, one goal.
"""

from datetime import datetime, timedelta

from planner.domain.placement import first_pipeline_id
from planner.domain.planning import Planning
from planner.domain.records import ENDED_PIPELINE, GoalRecord, PipelineRecord
from planner.domain.schedules.instants import instants_after, newest_instants
from planner.domain.schedules.records import Occasion, ScheduleRecord, ScheduleState
from planner.domain.submission import submit
from shared.contracts.machine import Decision
from shared.contracts.payloads import GoalSubmission
from shared.contracts.schedules import CatchUp, CronCause, Overlap
from shared.kernel.ids import derive_id
from shared.kernel.records import Draft

SCHEDULE_TIMER = "schedule:"
"""With the schedule's id: when its next instant or check comes."""

CATCH_UP_MAX = 100
"""Instants that are made up for; of more only the newest. Four days of hourly goals."""

WAITING_MAX = 100
"""Goals of one schedule that wait for the one before; what comes on top is skipped."""

ON_TIME = timedelta(minutes=1)
"""How late an instant is still on time: the finest step of a cron expression."""


def fire_due(decision: Decision, planning: Planning, record: ScheduleRecord) -> None:
    """Begin goals for the instants that have come, and set the timer for the next one."""
    cause = record.schedule.cause
    assert isinstance(cause, CronCause), "only a cron expression has instants"
    first = record.next_at or record.created_at
    for instant in _made_up_for(record.schedule.catch_up, cause, first, decision.now):
        goal_id = goal_id_of(record, instant)
        record = begin(decision, planning, record, Occasion(goal_id=goal_id, due=instant))
    await_next(decision, record, next(instants_after(cause, decision.now), None))


def await_next(decision: Decision, record: ScheduleRecord, next_at: datetime | None) -> None:
    """Store the schedule, and wake it at this time."""
    decision.draft.put(record.model_copy(update={"next_at": next_at}))
    if next_at is not None:
        decision.set_timer(f"{SCHEDULE_TIMER}{record.key}", next_at)


def goal_id_of(record: ScheduleRecord, instant: datetime) -> str:
    """Return the id of the goal that the schedule begins at this instant."""
    return derive_id("instant", record.key, instant.isoformat())


def begin(
    decision: Decision, planning: Planning, record: ScheduleRecord, occasion: Occasion
) -> ScheduleRecord:
    """Begin the goal, or let it wait or pass while another one of the schedule runs."""
    if decision.draft.get(GoalRecord, occasion.goal_id) is not None or occasion in record.waiting:
        return record
    if not is_busy(decision.draft, record):
        return _submit(decision, planning, record, occasion)
    if record.schedule.overlap is Overlap.QUEUE and len(record.waiting) < WAITING_MAX:
        return record.model_copy(update={"waiting": (*record.waiting, occasion)})
    return record.model_copy(update={"skipped": record.skipped + 1})


def is_busy(draft: Draft, record: ScheduleRecord) -> bool:
    """Tell whether the schedule's last goal has not ended, or others wait for that."""
    return bool(record.waiting) or _is_open(draft, record.last_goal_id)


def begin_waiting(decision: Decision, planning: Planning, record: ScheduleRecord) -> ScheduleRecord:
    """Begin what waits, as far as nothing runs; return the schedule as it is then."""
    while record.waiting and not _is_open(decision.draft, record.last_goal_id):
        first, *others = record.waiting
        rest = record.model_copy(update={"waiting": tuple(others)})
        record = _submit(decision, planning, rest, first)
    return record


def follow_ends(decision: Decision, planning: Planning) -> None:
    """Begin the goals of schedules that waited for what has ended in this step."""
    while waiters := _waiters(decision.draft):
        for record in waiters:
            decision.draft.put(begin_waiting(decision, planning, record))


def _waiters(draft: Draft) -> list[ScheduleRecord]:
    """Return the active schedules whose waiting goals wait for nothing any more."""
    ended = [
        change.record.goal_id
        for change in draft.changes()
        if isinstance(change.record, PipelineRecord) and change.record.state in ENDED_PIPELINE
    ]
    return [
        record
        for goal_id in ended
        for record in draft.select(ScheduleRecord, "waits_for", goal_id)
        if record.state is ScheduleState.ACTIVE and not _is_open(draft, goal_id)
    ]


def _made_up_for(
    catch_up: CatchUp, cause: CronCause, first: datetime, now: datetime
) -> tuple[datetime, ...]:
    due = newest_instants(cause, first, now, CATCH_UP_MAX)
    if catch_up is CatchUp.ALL:
        return due
    on_time = tuple(instant for instant in due if now - instant < ON_TIME)
    return on_time if on_time or catch_up is CatchUp.NONE else due[-1:]


def _is_open(draft: Draft, goal_id: str) -> bool:
    goal = draft.get(GoalRecord, goal_id)
    pipeline = None if goal is None else draft.get(PipelineRecord, goal.pipeline_id)
    return pipeline is not None and pipeline.state not in ENDED_PIPELINE


def _submit(
    decision: Decision, planning: Planning, record: ScheduleRecord, occasion: Occasion
) -> ScheduleRecord:
    schedule = record.schedule
    submission = GoalSubmission(
        goal_id=occasion.goal_id,
        pipeline_id=first_pipeline_id(schedule.owner, occasion.goal_id),
        owner=schedule.owner,
        schedule_id=schedule.schedule_id,
        **dict(schedule.goal),
    )
    submit(decision, planning, submission)
    return record.model_copy(
        update={
            "begun": record.begun + 1,
            "last_goal_id": occasion.goal_id,
            "last_due": occasion.due,
        }
    )
