"""A schedule in a fleet where everything fails: each instant begins one goal, none is left out."""

import asyncio
from datetime import timedelta
from functools import cache

import pytest

from planner.domain.schedules.records import schedule_id_of
from shared.contracts.machine import Send
from shared.contracts.messages import Payload
from shared.contracts.payloads import PipelineState
from shared.contracts.schedules import (
    CatchUp,
    CronCause,
    GoalTemplate,
    Overlap,
    Schedule,
    ScheduleCommand,
    ScheduleSubmission,
    ScheduleVerb,
)
from shared.contracts.topics import PLANNER
from shared.kernel.ids import derive_id
from shared.ports.ports import Ports
from tests.simulation.loop import EPOCH
from tests.simulation.person import is_restless, post_until_taken
from tests.simulation.world import World

SEEDS = [seed for seed in range(12) if not is_restless(seed)]

ORDERED_SECONDS = 200.0
"""From the order to its deletion: three or four instants."""

EVERY_MINUTE = Schedule(
    schedule_id=schedule_id_of("ada", "every-minute"),
    name="every-minute",
    owner="ada",
    goal=GoalTemplate(
        goal_type="ingest_table", parameters={"table": "flights", "sources": ["file:///*"]}
    ),
    cause=CronCause(expression="* * * * *"),
    overlap=Overlap.QUEUE,
    catch_up=CatchUp.ALL,
)


class ScheduledWorld(World):
    """A world in which nobody asks for goals: one schedule begins them, until it is deleted."""

    async def _submit_goals(self, ports: Ports) -> None:
        await self._post(ports, ScheduleSubmission(schedule=EVERY_MINUTE), "order")
        await asyncio.sleep(ORDERED_SECONDS)
        end = ScheduleCommand(schedule_id=EVERY_MINUTE.schedule_id, command=ScheduleVerb.DELETE)
        await self._post(ports, end, "deletion")

    @staticmethod
    async def _post(ports: Ports, payload: Payload, cause: str) -> None:
        send = Send(PLANNER, payload, "planner", EVERY_MINUTE.schedule_id, EVERY_MINUTE.owner)
        for _ in range(2):
            await post_until_taken(ports, send, cause=cause)


@cache
def finished(seed: int) -> ScheduledWorld:
    """Return the world of a seed after its run."""
    world = ScheduledWorld(seed)
    world.run()
    return world


def begun(world: World) -> list[int]:
    """Return the minutes whose goals have begun; a goal of no minute is a mistake."""
    minute_of = {
        derive_id("instant", EVERY_MINUTE.schedule_id, _minute(number)): number
        for number in range(60)
    }
    return sorted(minute_of[each.goal_id] for each in world.invariants.newest_pipelines())


def _minute(number: int) -> str:
    start = EPOCH.replace(second=0, microsecond=0)
    return (start + timedelta(minutes=number)).isoformat()


@pytest.mark.parametrize("seed", SEEDS)
def test_each_instant_begins_one_goal_in_order(seed: int) -> None:
    minutes = begun(finished(seed))
    assert minutes
    assert minutes == list(range(minutes[0], minutes[0] + len(minutes)))


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_asked_for_more_than_the_schedule_said(seed: int) -> None:
    pipelines = finished(seed).invariants.newest_pipelines()
    assert all(pipeline.run == 1 for pipeline in pipelines)
    assert len(pipelines) <= ORDERED_SECONDS / 60 + 2


def test_most_of_what_it_begins_comes_to_its_table() -> None:
    worlds = [finished(seed) for seed in SEEDS]
    pipelines = [each for world in worlds for each in world.invariants.newest_pipelines()]
    completed = [each for each in pipelines if each.state is PipelineState.COMPLETED]
    assert len(pipelines) > len(SEEDS)
    assert len(completed) >= len(pipelines) / 2
