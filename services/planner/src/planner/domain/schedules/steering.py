"""What people tell schedules: create, replace, pause, resume, run, delete.

Whatever comes late or twice changes nothing, and what is not acceptable is not stored.
"""

from planner.domain.goals.accepting import GoalRefusedError
from planner.domain.planning import Planning
from planner.domain.schedules.accepting import accepted_schedule, has_room
from planner.domain.schedules.checking import call_off, check
from planner.domain.schedules.firing import (
    SCHEDULE_TIMER,
    await_next,
    begin,
    begin_waiting,
    fire_due,
)
from planner.domain.schedules.instants import instants_after
from planner.domain.schedules.records import Occasion, ScheduleRecord, ScheduleState
from shared.contracts.machine import Decision
from shared.contracts.schedules import (
    CronCause,
    FilesCause,
    Schedule,
    ScheduleCommand,
    ScheduleSubmission,
    ScheduleVerb,
    TableCause,
)


def take_schedule(decision: Decision, planning: Planning, submission: ScheduleSubmission) -> None:
    """Take a schedule on, or put it in the place of the one of its name."""
    try:
        schedule = accepted_schedule(planning, submission.schedule)
    except GoalRefusedError:
        return
    record = decision.draft.get(ScheduleRecord, schedule.schedule_id)
    if record is not None:
        if submission.is_replacement:
            _replace(decision, record, schedule)
        return
    if has_room(decision.draft, schedule.owner):
        _start(decision, ScheduleRecord(schedule=schedule, created_at=decision.now))


def take_schedule_command(decision: Decision, planning: Planning, command: ScheduleCommand) -> None:
    """Do as the person says, where it means something."""
    record = decision.draft.get(ScheduleRecord, command.schedule_id)
    if record is None:
        return
    counted = record.model_copy(update={"revisions": record.revisions + 1})
    match command.command:
        case ScheduleVerb.PAUSE if record.state is ScheduleState.ACTIVE:
            _pause(decision, counted)
        case ScheduleVerb.RESUME if record.state is ScheduleState.PAUSED:
            _resume(decision, planning, counted)
        case ScheduleVerb.RUN:
            occasion = Occasion(goal_id=command.goal_id, due=decision.now)
            decision.draft.put(begin(decision, planning, counted, occasion))
        case ScheduleVerb.DELETE:
            decision.cancel_timer(f"{SCHEDULE_TIMER}{record.key}")
            decision.draft.delete(call_off(decision, record))
        case _:
            pass


def wake(decision: Decision, planning: Planning, schedule_id: str) -> None:
    """Do what the time has come for: begin goals, or look at the source."""
    record = decision.draft.get(ScheduleRecord, schedule_id)
    if record is not None and record.state is ScheduleState.ACTIVE:
        _go_on(decision, planning, record)


def _start(decision: Decision, record: ScheduleRecord) -> None:
    """Set the timer for the first instant, or look at the source for the first time."""
    cause = record.schedule.cause
    if isinstance(cause, CronCause):
        await_next(decision, record, next(instants_after(cause, decision.now), None))
    else:
        check(decision, record)


def _go_on(decision: Decision, planning: Planning, record: ScheduleRecord) -> None:
    if isinstance(record.schedule.cause, CronCause):
        fire_due(decision, planning, record)
    elif not record.check_id:
        check(decision, record)


def _replace(decision: Decision, record: ScheduleRecord, schedule: Schedule) -> None:
    decision.cancel_timer(f"{SCHEDULE_TIMER}{record.key}")
    is_same_source = _source_of(record.schedule) == _source_of(schedule)
    replaced = call_off(decision, record).model_copy(
        update={
            "schedule": schedule,
            "revisions": record.revisions + 1,
            "next_at": decision.now,
            "observation": record.observation if is_same_source else None,
            "check_failure": None,
        }
    )
    if replaced.state is ScheduleState.ACTIVE:
        _start(decision, replaced)
    else:
        decision.draft.put(replaced)


def _pause(decision: Decision, record: ScheduleRecord) -> None:
    decision.cancel_timer(f"{SCHEDULE_TIMER}{record.key}")
    paused = call_off(decision, record)
    decision.draft.put(paused.model_copy(update={"state": ScheduleState.PAUSED}))


def _resume(decision: Decision, planning: Planning, record: ScheduleRecord) -> None:
    active = record.model_copy(update={"state": ScheduleState.ACTIVE})
    _go_on(decision, planning, begin_waiting(decision, planning, active))


def _source_of(schedule: Schedule) -> str:
    match schedule.cause:
        case FilesCause(pattern=pattern):
            return f"files {pattern}"
        case TableCause(table=table):
            return f"table {table}"
        case CronCause():
            return ""
