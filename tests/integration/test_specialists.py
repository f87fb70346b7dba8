"""A fleet of specialists: each does its part, and a part that nobody does is waited for."""

import asyncio
from functools import partial
from pathlib import Path

import httpx

from argosy.cluster import Cluster
from argosy.embedded import cluster_running
from tests.integration.conftest import Voyage, content_hash_of
from tests.support.fleet import ended_goal, is_ready, submit, until

STEP_SECONDS_MAX = 60
"""For one step of a goal on a busy machine."""

ASHORE = ("reader", "elector", "elector", "publisher")
MISSING = "waiting: no agent with capability `clean_partition`"


async def test_a_goal_waits_for_the_specialist_that_is_missing_and_goes_on_when_it_arrives(
    tmp_path: Path, voyage: Voyage
) -> None:
    state, roots = tmp_path / "state", str(voyage.sources)
    goal_id, task_id = await waits_for_a_cleaner(
        Cluster(state=state, source_roots=roots, agents=0, specialists=ASHORE), voyage
    )
    complete = Cluster(
        state=state, source_roots=roots, agents=0, specialists=(*ASHORE, "cleaner", "cleaner")
    )
    async with cluster_running(complete, port=0) as process:
        is_back = partial(is_ready, process.address)
        await asyncio.to_thread(until, is_back, STEP_SECONDS_MAX)
        ended = await asyncio.to_thread(ended_goal, process.address, goal_id)
        task = await asyncio.to_thread(httpx.get, f"{process.address}/v1/tasks/{task_id}")
    assert content_hash_of(ended) == voyage.content_hash
    assert (task.json()["state"], task.json()["waiting"]) == ("done", "")


async def waits_for_a_cleaner(cluster: Cluster, voyage: Voyage) -> tuple[str, str]:
    """Submit the goal, wait until it waits, and return its id and that of a waiting task."""
    async with cluster_running(cluster, port=0) as process:
        goal_id = await asyncio.to_thread(submit, process.address, voyage.goal)
        goal = f"{process.address}/v1/goals/{goal_id}"
        pipeline_id = await asyncio.to_thread(lambda: httpx.get(goal).json()["pipeline_id"])
        waiting = f"{process.address}/v1/pipelines/{pipeline_id}/waiting"
        await asyncio.to_thread(until, lambda: reasons_at(waiting) == [MISSING], STEP_SECONDS_MAX)
        task_id = await asyncio.to_thread(cleaning_task, goal)
        task = await asyncio.to_thread(httpx.get, f"{process.address}/v1/tasks/{task_id}")
        assert task.json()["waiting"] == MISSING
    return goal_id, task_id


def reasons_at(address: str) -> list[str]:
    return [each["detail"] for each in httpx.get(address).json()["waiting"]]


def cleaning_task(goal: str) -> str:
    plan = httpx.get(goal).json()["plan"]
    return str(next(each["task_id"] for each in plan if each["operator"] == "clean_partition"))
