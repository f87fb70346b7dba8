"""What people tell schedules: each word is a message to the machine; repeating it does no harm."""

import asyncio
import secrets
from typing import Annotated

from fastapi import APIRouter, Header, Response

from planner.api.reading import LOOK_SECONDS, LOOKS_MAX, find
from planner.api.schedules import known_schedule
from planner.api.submission import KEY_CHARACTERS_MAX, GoalAccepted, accepted_as
from planner.domain.placement import first_pipeline_id
from planner.domain.planning import PLANNER_ID
from planner.domain.records import ENDED_PIPELINE, GoalRecord, PipelineRecord
from planner.domain.schedules.records import ScheduleRecord, ScheduleState
from planner.domain.schedules.views import ScheduleDetails, schedule_details
from shared.contracts.machine import Send
from shared.contracts.payloads import PipelineState
from shared.contracts.schedules import Overlap, ScheduleCommand, ScheduleVerb
from shared.contracts.topics import PLANNER
from shared.engine.http import Problem
from shared.engine.posting import post
from shared.kernel.ids import derive_id
from shared.ports import store
from shared.ports.ports import Ports

RunKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=KEY_CHARACTERS_MAX,
        description="Repeat a request with the same key as often as you like: one goal.",
    ),
]


def serve_schedule_steering(routes: APIRouter, ports: Ports) -> None:
    """Add the calls that pause, resume and delete schedules."""

    @routes.post("/{schedule_id}/pause", status_code=202)
    async def pause_schedule(schedule_id: str) -> ScheduleDetails:
        """Begin nothing until it is resumed; goals that have begun go on."""
        return await _steer(ports, schedule_id, ScheduleVerb.PAUSE, ScheduleState.PAUSED)

    @routes.post("/{schedule_id}/resume", status_code=202)
    async def resume_schedule(schedule_id: str) -> ScheduleDetails:
        """Go on; instants that passed are made up for as `catch_up` says."""
        return await _steer(ports, schedule_id, ScheduleVerb.RESUME, ScheduleState.ACTIVE)

    @routes.delete(
        "/{schedule_id}",
        status_code=204,
        responses={202: {"description": "Durable, not carried out yet"}},
    )
    async def delete_schedule(schedule_id: str, response: Response) -> None:
        """Begin nothing ever again; goals that have begun go on."""
        record = await known_schedule(ports.store, schedule_id)
        await _tell(ports, record, ScheduleVerb.DELETE)
        if await _moved(ports.store, record) is not None:
            response.status_code = 202


def serve_schedule_runs(routes: APIRouter, ports: Ports) -> None:
    """Add the call that begins a schedule's goal now."""

    @routes.post("/{schedule_id}/run", status_code=202)
    async def run_schedule(
        schedule_id: str, response: Response, idempotency_key: RunKey = None
    ) -> GoalAccepted:
        """Begin the goal now, besides its times; it counts as the schedule's last one."""
        record = await known_schedule(ports.store, schedule_id)
        goal_id = derive_id("run", schedule_id, idempotency_key or secrets.token_hex(16))
        if await find(ports.store, GoalRecord, goal_id) is None:
            await _check_free(ports.store, record)
            await _tell(ports, record, ScheduleVerb.RUN, goal_id)
            moved = await _moved(ports.store, record)
            if moved is not None and await find(ports.store, GoalRecord, goal_id) is None:
                await _check_free(ports.store, moved)
        accepted = await _accepted(ports.store, record, goal_id)
        response.headers["Location"] = accepted.links.goal
        return accepted


async def _steer(
    ports: Ports, schedule_id: str, verb: ScheduleVerb, wanted: ScheduleState
) -> ScheduleDetails:
    record = await known_schedule(ports.store, schedule_id)
    if record.state is not wanted:
        await _tell(ports, record, verb)
        await _moved(ports.store, record)
        record = await known_schedule(ports.store, schedule_id)
    return schedule_details(record, ports.clock.now())


async def _tell(
    ports: Ports, record: ScheduleRecord, verb: ScheduleVerb, goal_id: str = ""
) -> None:
    told = ScheduleCommand(schedule_id=record.key, command=verb, goal_id=goal_id)
    life = record.created_at.isoformat()
    cause = derive_id("schedule command", record.key, life, record.revisions, verb, goal_id)
    send = Send(PLANNER, told, PLANNER_ID, record.key, key=record.schedule.owner)
    await post(ports, send, sender_id=PLANNER_ID, cause=cause)


async def _moved(source: store.Store, before: ScheduleRecord) -> ScheduleRecord | None:
    """Return the schedule once it has moved, None once it is gone; after a while as it still is."""
    now: ScheduleRecord | None = before
    for _ in range(LOOKS_MAX):
        now = await find(source, ScheduleRecord, before.key)
        if now is None or now.revisions != before.revisions:
            break
        await asyncio.sleep(LOOK_SECONDS)
    return now


async def _accepted(source: store.Store, record: ScheduleRecord, goal_id: str) -> GoalAccepted:
    pipeline_id = first_pipeline_id(record.schedule.owner, goal_id)
    goal = await find(source, GoalRecord, goal_id)
    pipeline = None if goal is None else await find(source, PipelineRecord, goal.pipeline_id)
    if pipeline is None:
        return accepted_as(goal_id, pipeline_id, PipelineState.QUEUED)
    return accepted_as(goal_id, pipeline.key, pipeline.state)


async def _check_free(source: store.Store, record: ScheduleRecord) -> None:
    if record.schedule.overlap is Overlap.QUEUE:
        return
    goal = await find(source, GoalRecord, record.last_goal_id)
    pipeline = None if goal is None else await find(source, PipelineRecord, goal.pipeline_id)
    if pipeline is not None and pipeline.state not in ENDED_PIPELINE:
        raise Problem(
            409,
            code="goal_not_ended",
            title="The schedule's last goal has not ended",
            detail=f"goal {pipeline.goal_id} is {pipeline.state}, and overlap is skip",
            remedy="Wait for its end, cancel it, or replace the schedule with overlap queue.",
        )
