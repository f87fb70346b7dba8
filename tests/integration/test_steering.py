"""Real goals that people stop halfway: no work for nothing, and the same table in the end."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import httpx
import pytest

from argosy.cluster import Cluster
from argosy.embedded import cluster_running
from tests.integration.conftest import MONTHS, Voyage, content_hash_of
from tests.support.fleet import ended_goal, submit, until

STEP_SECONDS_MAX = 60
"""For one step of a goal on a busy machine."""


@pytest.fixture
async def address(tmp_path: Path, voyage: Voyage) -> AsyncGenerator[str]:
    """Where an embedded cluster serves."""
    cluster = Cluster(state=tmp_path / "state", source_roots=str(voyage.sources))
    async with cluster_running(cluster, port=0) as process:
        yield process.address


async def eventually(holds: Callable[[], bool]) -> None:
    await asyncio.to_thread(until, holds, STEP_SECONDS_MAX)


async def told(goal: str, command: str) -> str:
    """Return the goal's state after the command."""
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{goal}/{command}")
    assert answer.status_code == 202, answer.text
    return str(answer.json()["status"])


def tasks_in(goal: str, state: str, operator: str) -> int:
    plan = httpx.get(goal).json()["plan"]
    return sum((task["state"], task["operator"]) == (state, operator) for task in plan)


def is_idle(address: str) -> bool:
    return not any(agent["running"] for agent in httpx.get(f"{address}/v1/agents").json()["agents"])


async def test_a_goal_cancelled_halfway_comes_to_the_same_table_when_retried(
    address: str, voyage: Voyage
) -> None:
    goal_id = await asyncio.to_thread(submit, address, voyage.goal)
    goal = f"{address}/v1/goals/{goal_id}"
    await eventually(lambda: tasks_in(goal, "running", "clean_partition") > 0)
    assert await told(goal, "cancel") == "cancelled"
    await eventually(lambda: is_idle(address))
    assert await told(goal, "retry") == "running"
    ended = await asyncio.to_thread(ended_goal, address, goal_id)
    assert content_hash_of(ended) == voyage.content_hash
    assert ended["run"] == 2


async def test_a_paused_goal_stands_still_and_comes_to_the_same_table(
    address: str, voyage: Voyage
) -> None:
    goal_id = await asyncio.to_thread(submit, address, voyage.goal)
    goal = f"{address}/v1/goals/{goal_id}"
    assert await told(goal, "pause") == "paused"
    await eventually(lambda: tasks_in(goal, "done", "discover_sources") == 1)
    pending = await asyncio.to_thread(tasks_in, goal, "pending", "profile_partition")
    assert pending == len(MONTHS)
    assert await told(goal, "resume") == "running"
    ended = await asyncio.to_thread(ended_goal, address, goal_id)
    assert content_hash_of(ended) == voyage.content_hash
