"""A trigger looks at its source: an agent does, for the planner never touches data.

A check is one task, handed to the hub like any other and known to the schedule alone: it is no
goal, has no plan, and leaves nothing behind but its observation. The next one begins when this one
has ended and the interval is over, so checks never pile up. Their ids go round, so that whoever
keeps traces of tasks keeps those of a few checks, however often a source is looked at.
"""

from datetime import datetime, timedelta

from pydantic import ValidationError

from planner.domain.dispatch import HUB_ID
from planner.domain.placement import first_pipeline_id
from planner.domain.planning import Planning
from planner.domain.schedules.firing import await_next, begin, is_busy
from planner.domain.schedules.records import Observation, Occasion, ScheduleRecord
from shared.contracts.machine import Decision, Send
from shared.contracts.payloads import DataRequest, DataResponse, TaskCancellation, TaskOutcome
from shared.contracts.schedules import FilesCause, Overlap, TableCause
from shared.contracts.topics import HUB
from shared.contracts.vocabulary import DataTask, DataTaskType, Failure, Parameters
from shared.kernel.ids import derive_id

OBSERVE = "observe_source"
"""The capability that a check asks for."""

OBSERVED_FACT = "observed"

CHECK_IDS = 16
"""Ids of the checks of one schedule: more than can be under way, fewer than anybody reads."""

SOURCE_MISSING = "source_missing"
"""The code of the failure that says that there is no such file or folder."""

NOTHING_THERE = Observation(fingerprint="nothing")
"""What a check sees where a source is yet to come: its arrival is a change."""

CHECK_SECONDS = 120
"""How long one attempt may look: listing a folder takes as long as `discover_sources` may."""


def check(decision: Decision, record: ScheduleRecord) -> None:
    """Ask an agent to look at the source."""
    number = record.checks % CHECK_IDS
    check_id = derive_id("check", record.key, record.created_at.isoformat(), number)
    task = DataTask(
        task_id=check_id,
        name=f"{OBSERVE}:{record.schedule.name}",
        task_type=DataTaskType.PRIMITIVE,
        processing_effects=(OBSERVED_FACT,),
        priority=record.schedule.goal.priority,
    )
    request = DataRequest(
        pipeline_id=_pipeline_id_of(record, check_id),
        task=task,
        operator=OBSERVE,
        parameters=_source_of(record),
        timeout_seconds=CHECK_SECONDS,
    )
    decision.effects.append(
        Send(HUB, request, HUB_ID, request.pipeline_id, key=request.pipeline_id)
    )
    under_way = {
        "checks": record.checks + 1,
        "check_id": check_id,
        "checked_at": decision.now,
        "next_at": None,
    }
    decision.draft.put(record.model_copy(update=under_way))


def call_off(decision: Decision, record: ScheduleRecord) -> ScheduleRecord:
    """Stop the check that is under way, if there is one, and return the schedule without it."""
    if not record.check_id:
        return record
    cancellation = TaskCancellation(
        pipeline_id=_pipeline_id_of(record, record.check_id), task_id=record.check_id
    )
    decision.effects.append(
        Send(HUB, cancellation, HUB_ID, cancellation.pipeline_id, key=cancellation.pipeline_id)
    )
    return record.model_copy(update={"check_id": "", "next_at": decision.now})


def is_check(decision: Decision, response: DataResponse) -> bool:
    """Tell whether the response is that of a check under way."""
    return any(decision.draft.select(ScheduleRecord, "check", response.task_id))


def take_observation(decision: Decision, planning: Planning, response: DataResponse) -> None:
    """Begin a goal if the source has changed, and set the timer for the next check."""
    for record in tuple(decision.draft.select(ScheduleRecord, "check", response.task_id)):
        ended = record.model_copy(update={"check_id": "", "check_failure": None})
        seen = _observation_of(response)
        if isinstance(seen, Failure):
            noted = ended.model_copy(update={"check_failure": seen})
        else:
            noted = _note(decision, planning, ended, seen)
        await_next(decision, noted, _next_check(noted, decision.now))


def _note(
    decision: Decision, planning: Planning, record: ScheduleRecord, seen: Observation
) -> ScheduleRecord:
    before, cause = record.observation, record.schedule.cause
    assert isinstance(cause, FilesCause | TableCause), "only a trigger has checks"
    marked = record.model_copy(update={"observation": seen})
    has_changed = cause.fire_at_first if before is None else before.fingerprint != seen.fingerprint
    if not has_changed:
        return marked
    if record.schedule.overlap is Overlap.SKIP and is_busy(decision.draft, record):
        return record
    goal_id = derive_id(
        "change", record.key, record.created_at.isoformat(), record.changes, seen.fingerprint
    )
    changed = marked.model_copy(update={"changes": record.changes + 1})
    return begin(decision, planning, changed, Occasion(goal_id=goal_id, due=decision.now))


def _next_check(record: ScheduleRecord, now: datetime) -> datetime:
    cause = record.schedule.cause
    assert isinstance(cause, FilesCause | TableCause), "only a trigger has checks"
    begun = record.checked_at or now
    return max(now, begun + timedelta(seconds=cause.interval_seconds))


def _observation_of(response: DataResponse) -> Observation | Failure:
    if response.failure is not None and response.failure.code == SOURCE_MISSING:
        return NOTHING_THERE
    if response.outcome is TaskOutcome.FAILED:
        return response.failure or _unclear(response, "it gave no reason")
    try:
        return Observation.model_validate(response.facts.get(OBSERVED_FACT))
    except ValidationError as error:
        return _unclear(response, str(error.errors(include_url=False)[0]["msg"]))


def _unclear(response: DataResponse, what: str) -> Failure:
    return Failure(
        code="observation_invalid",
        detail=f"{response.agent_id} told nothing of use about the source: {what}",
        remedy=f"correct the agents' capability {OBSERVE}",
    )


def _source_of(record: ScheduleRecord) -> Parameters:
    match record.schedule.cause:
        case FilesCause(pattern=pattern):
            return {"source": pattern}
        case TableCause(table=table):
            return {"table": table}
        case _:
            return {}


def _pipeline_id_of(record: ScheduleRecord, check_id: str) -> str:
    """Return where the answer goes: to the partition of the schedule's owner."""
    return first_pipeline_id(record.schedule.owner, check_id)
