"""What people are answered who change what a goal asks for, or have a part of it done again."""

import httpx
import pytest

from tests.unit.planner.serving import REQUEST

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def begun(planner: httpx.AsyncClient) -> str:
    """Return where a goal is that was just begun."""
    return str((await planner.post("/v1/goals", json=REQUEST)).json()["links"]["goal"])


async def test_a_replanned_goal_goes_on_with_what_it_asks_for_now(
    planner: httpx.AsyncClient,
) -> None:
    goal = await begun(planner)
    changes = {"parameters": {"quality_min": 0.9}, "terms": {"deadline_seconds": 60.0}}
    answer = await planner.post(f"{goal}/replan", json=changes)
    assert (answer.status_code, answer.json()["status"]) == (202, "running")
    shown = (await planner.get(goal)).json()
    assert (shown["run"], shown["parameters"]["quality_min"]) == (2, 0.9)
    assert shown["terms"]["deadline_seconds"] == pytest.approx(60)
    again = await planner.post(f"{goal}/replan", json=changes)
    assert again.json() == answer.json()
    assert (await planner.get(goal)).json()["run"] == 2


async def test_null_takes_a_parameter_away(planner: httpx.AsyncClient) -> None:
    goal = await begun(planner)
    await planner.post(f"{goal}/replan", json={"parameters": {"quality_min": 0.9}})
    await planner.post(f"{goal}/replan", json={"parameters": {"quality_min": None}})
    shown = (await planner.get(goal)).json()
    assert (shown["run"], shown["parameters"]["quality_min"]) == (3, 0)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"parameters": {"speed": 9}}, "parameters.speed"),
        ({"parameters": {"sources": None}}, "parameters.sources"),
        ({"parameters": {"sources": ["file:///etc/passwd"]}}, "/etc/passwd"),
        ({"terms": {"deadline_seconds": -1}}, "deadline_seconds"),
        ({"priority": 9}, "priority"),
    ],
)
async def test_what_cannot_be_asked_for_is_refused_and_changes_nothing(
    planner: httpx.AsyncClient, body: dict[str, object], named: str
) -> None:
    goal = await begun(planner)
    answer = await planner.post(f"{goal}/replan", json=body)
    assert answer.status_code == 422
    assert named in answer.json()["detail"]
    assert answer.json()["remedy"]
    assert (await planner.get(goal)).json()["run"] == 1


async def test_a_dry_run_of_a_replan_touches_nothing(planner: httpx.AsyncClient) -> None:
    goal = await begun(planner)
    before = (await planner.get(goal)).json()
    changes = {"parameters": {"quality_min": 0.9}}
    answer = await planner.post(f"{goal}/replan?dry_run=true", json=changes)
    assert answer.status_code == 200
    assert answer.json()["kept"] == 0
    assert answer.json()["anew_tasks"][0] == "discover_sources"
    assert answer.json()["awaits"] == ["partitions"]
    after = (await planner.get(goal)).json()
    assert (after["run"], after["state"]) == (before["run"], before["state"])


@pytest.mark.parametrize("asked", ["discover_sources", "ingest_table/discover_sources"])
async def test_a_goal_is_retried_from_a_task(planner: httpx.AsyncClient, asked: str) -> None:
    goal = await begun(planner)
    await planner.post(f"{goal}/cancel")
    for _ in range(2):
        answer = await planner.post(f"{goal}/retry", params={"from_task": asked})
        assert (answer.status_code, answer.json()["status"]) == (202, "running")
    assert (await planner.get(goal)).json()["run"] == 2


async def test_a_goal_that_works_is_not_retried_from_a_task(planner: httpx.AsyncClient) -> None:
    goal = await begun(planner)
    answer = await planner.post(f"{goal}/retry", params={"from_task": "discover_sources"})
    assert (answer.status_code, answer.json()["code"]) == (409, "goal_not_ended")


async def test_an_unknown_task_to_retry_from_is_a_problem(planner: httpx.AsyncClient) -> None:
    goal = await begun(planner)
    answer = await planner.post(f"{goal}/retry", params={"from_task": "nobody"})
    assert (answer.status_code, answer.json()["code"]) == (404, "task_unknown")
