"""A broker that is away for a minute costs time, and no agent its place."""

import asyncio
from random import Random

from hub.domain.records import AgentRecord
from shared.contracts.payloads import AgentState
from tests.simulation.faults import Calm
from tests.simulation.loop import run_virtually
from tests.simulation.world import AGENTS, World

CALM_SECONDS = 45.0
AWAY_SECONDS = 60.0
SETTLED_SECONDS = 60.0


async def lives_through_an_outage(world: World, away_seconds: float) -> list[AgentRecord]:
    """Return the hub's agents after a calm, an outage and another calm."""
    lives = world.begin()
    await asyncio.sleep(CALM_SECONDS)
    world.log.away_until = CALM_SECONDS + away_seconds
    await asyncio.sleep(away_seconds + SETTLED_SECONDS)
    for life in lives:
        life.cancel()
    await asyncio.gather(*lives, return_exceptions=True)
    rows = world.database.rows("hub", 0).records.values()
    bodies = (row.body for row in rows if row.kind == AgentRecord.kind)
    return [AgentRecord.model_validate_json(body) for body in bodies if body is not None]


def test_no_agent_is_lost_because_the_broker_was_away() -> None:
    for away_seconds in (20.0, 31.0, 38.0, AWAY_SECONDS, 3 * AWAY_SECONDS):
        world = World(0, faults=Calm(Random(0)))
        agents = run_virtually(lives_through_an_outage(world, away_seconds))
        assert [(agent.state, agent.epoch) for agent in agents] == [(AgentState.ACTIVE, 1)] * AGENTS
