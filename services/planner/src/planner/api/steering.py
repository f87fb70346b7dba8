"""What people tell goals: each word is a message to the machine, and repeating it does no harm."""

import asyncio

from fastapi import APIRouter

from planner.api.reading import LOOK_SECONDS, LOOKS_MAX, known_goal, pipeline_of
from planner.api.submission import GoalAccepted, accepted_as
from planner.api.waiting import check_line
from planner.domain.planning import PLANNER_ID, Planning
from planner.domain.records import GoalRecord, PipelineRecord
from planner.domain.steering import ACCEPTED_IN, command_id_of, objection_to
from shared.contracts.machine import Send
from shared.contracts.payloads import Command, GoalCommand
from shared.contracts.topics import PLANNER
from shared.engine.http import Problem
from shared.engine.posting import post
from shared.ports import store
from shared.ports.ports import Ports


def serve_steering(routes: APIRouter, ports: Ports, planning: Planning) -> None:
    """Add the calls that cancel, pause, resume and retry."""

    @routes.post("/{goal_id}/cancel", status_code=202)
    async def cancel_goal(goal_id: str) -> GoalAccepted:
        """End a goal: its open tasks are skipped, and agents stop what they do for it."""
        return await _steer(ports, goal_id, Command.CANCEL)

    @routes.post("/{goal_id}/pause", status_code=202)
    async def pause_goal(goal_id: str) -> GoalAccepted:
        """Hand nothing new out; what runs goes on. A queued goal lets others begin first."""
        return await _steer(ports, goal_id, Command.PAUSE)

    @routes.post("/{goal_id}/resume", status_code=202)
    async def resume_goal(goal_id: str) -> GoalAccepted:
        """Hand out what became ready during the pause; a queued goal is in line where it was."""
        return await _steer(ports, goal_id, Command.RESUME)

    @routes.post("/{goal_id}/retry", status_code=202)
    async def retry_goal(goal_id: str) -> GoalAccepted:
        """Try a failed or cancelled goal again, in a pipeline that keeps finished work."""
        goal = await known_goal(ports.store, goal_id)
        await check_line(ports.store, goal.owner, planning.owner_limits)
        return await _steer(ports, goal_id, Command.RETRY)


async def _steer(ports: Ports, goal_id: str, command: Command) -> GoalAccepted:
    goal = await known_goal(ports.store, goal_id)
    pipeline = await pipeline_of(ports.store, goal)
    _check(command, pipeline)
    if pipeline.state in ACCEPTED_IN[command]:
        told = GoalCommand(goal_id=goal_id, pipeline_id=pipeline.key, command=command)
        send = Send(PLANNER, told, PLANNER_ID, pipeline.key, key=pipeline.key)
        cause = command_id_of(pipeline, command)
        await post(ports, send, sender_id=PLANNER_ID, cause=cause)
        pipeline = await _moved(ports.store, goal, pipeline)
        _check(command, pipeline)
    return accepted_as(goal_id, pipeline.pipeline_id, pipeline.state)


async def _moved(source: store.Store, goal: GoalRecord, before: PipelineRecord) -> PipelineRecord:
    """Return where the goal is once it has moved, or after a while where it still is."""
    now = before
    for _ in range(LOOKS_MAX):
        now = await pipeline_of(source, await known_goal(source, goal.goal_id))
        if (now.key, now.state, now.commands) != (before.key, before.state, before.commands):
            break
        await asyncio.sleep(LOOK_SECONDS)
    return now


def _check(command: Command, pipeline: PipelineRecord) -> None:
    failure = objection_to(command, pipeline)
    if failure is not None:
        raise Problem(
            409,
            code=failure.code,
            title=f"Cannot {command} the goal as it is",
            detail=failure.detail,
            remedy=failure.remedy,
        )
