"""What people tell goals: each word is a message to the machine, and repeating it does no harm."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query

from planner.api.reading import LOOK_SECONDS, LOOKS_MAX, known_goal, known_task, pipeline_of
from planner.api.submission import GoalAccepted, accepted_as
from planner.api.waiting import check_line
from planner.domain.planning import PLANNER_ID, Planning
from planner.domain.records import GoalRecord, PipelineRecord
from planner.domain.steering import command_id_of, is_accepted, objection_to
from shared.contracts.machine import Send
from shared.contracts.payloads import Command, GoalCommand
from shared.contracts.topics import PLANNER
from shared.engine.http import Problem
from shared.engine.posting import post
from shared.ports import store
from shared.ports.ports import Ports

FromTask = Annotated[
    str | None,
    Query(
        min_length=1,
        description="The id, path or name of a task: it and all below it are done again, "
        "though they were done. Then a completed goal can be retried, too.",
    ),
]


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
    async def retry_goal(goal_id: str, from_task: FromTask = None) -> GoalAccepted:
        """Try a goal that has ended again, in a pipeline that keeps finished work."""
        goal = await known_goal(ports.store, goal_id)
        await check_line(ports.store, goal.owner, planning.owner_limits)
        from_path = await _path_of(ports.store, goal, from_task) if from_task else ""
        return await _steer(ports, goal_id, Command.RETRY, from_path)


async def tell(ports: Ports, told: GoalCommand, pipeline: PipelineRecord) -> PipelineRecord:
    """Bring the command to the machine; return the goal's pipeline once it was carried out."""
    details = told.model_dump_json(include={"from_path", "parameters", "terms"})
    cause = command_id_of(pipeline, told.command, details)
    send = Send(PLANNER, told, PLANNER_ID, pipeline.key, key=pipeline.key)
    await post(ports, send, sender_id=PLANNER_ID, cause=cause)
    return await _moved(ports.store, told.goal_id, pipeline)


def check_command(command: Command, pipeline: PipelineRecord, from_path: str = "") -> None:
    """Pass a command that leads to something, or is carried out already.

    Raises:
        Problem: it means nothing as the goal is.
    """
    failure = objection_to(command, pipeline, from_path)
    if failure is not None:
        raise Problem(
            409,
            code=failure.code,
            title=f"Cannot {command} the goal as it is",
            detail=failure.detail,
            remedy=failure.remedy,
        )


async def _steer(ports: Ports, goal_id: str, command: Command, from_path: str = "") -> GoalAccepted:
    goal = await known_goal(ports.store, goal_id)
    pipeline = await pipeline_of(ports.store, goal)
    check_command(command, pipeline, from_path)
    if is_accepted(command, pipeline, from_path):
        told = GoalCommand(
            goal_id=goal_id, pipeline_id=pipeline.key, command=command, from_path=from_path
        )
        moved = await tell(ports, told, pipeline)
        check_command(command, moved, from_path)
        pipeline = moved
    return accepted_as(goal_id, pipeline.pipeline_id, pipeline.state)


async def _path_of(source: store.Store, goal: GoalRecord, asked: str) -> str:
    """Return the place of a task in every plan of the goal.

    What came by a repair is found again with the whole task that was repaired.
    """
    task = await known_task(source, goal, asked)
    if task.undoes:
        raise Problem(
            409,
            code="task_undoes",
            title="This task cannot be done again",
            detail=f"{task.task.name} undoes what another one has done",
            remedy="name the task whose work was undone, or retry the goal without naming one",
        )
    return task.path.partition("#")[0]


async def _moved(source: store.Store, goal_id: str, before: PipelineRecord) -> PipelineRecord:
    """Return where the goal is once it has moved, or after a while where it still is."""
    for _ in range(LOOKS_MAX):
        now = await pipeline_of(source, await known_goal(source, goal_id))
        if (now.key, now.state, now.commands) != (before.key, before.state, before.commands):
            break
        await asyncio.sleep(LOOK_SECONDS)
    # The goal and its pipeline are two reads, and it may have moved on between them.
    return await pipeline_of(source, await known_goal(source, goal_id))
