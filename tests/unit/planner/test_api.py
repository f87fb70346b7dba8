"""What the API answers, over a real bus, store and engine in a temporary folder."""

import asyncio
from dataclasses import replace

import httpx
import pytest

from planner import wiring
from shared.ports.ports import Ports
from tests.unit.planner.bridge import GOAL, GOAL_DEFAULTS
from tests.unit.planner.serving import REQUEST, SETTINGS, client_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_an_accepted_goal_can_be_read_at_once(planner: httpx.AsyncClient) -> None:
    accepted = await planner.post("/v1/goals", json=REQUEST)
    assert accepted.status_code == 202
    assert accepted.headers["Location"] == accepted.json()["links"]["goal"]
    goal = (await planner.get(accepted.headers["Location"])).json()
    assert goal["goal_id"] == accepted.json()["goal_id"]
    assert goal["state"] == "running"
    assert (goal["tasks_total"], goal["tasks_done"]) == (8, 0)
    assert goal["parameters"] == {**GOAL.parameters, **GOAL_DEFAULTS}


async def test_a_goal_shows_its_plan_with_what_each_task_waits_for(
    planner: httpx.AsyncClient,
) -> None:
    accepted = (await planner.post("/v1/goals", json=REQUEST)).json()
    goal = (await planner.get(accepted["links"]["goal"])).json()
    tasks = {task["name"]: task for task in goal["plan"]}
    assert next(iter(tasks)) == "ingest_table"
    assert tasks["discover_sources"]["operator"] == "discover_sources"
    assert tasks["profile_partitions"]["state"] == "deferred"
    assert tasks["profile_partitions"]["awaits"] == ["partitions"]
    found = tasks["discover_sources"]["task_id"]
    assert tasks["profile_partitions"]["data_dependencies"] == [found]


async def test_a_plan_tells_the_methods_that_were_chosen(planner: httpx.AsyncClient) -> None:
    accepted = (await planner.post("/v1/goals", json=REQUEST)).json()
    plan = (await planner.get(accepted["links"]["plan"])).json()
    methods = {each["task"]: each["method"] for each in plan["decompositions"]}
    assert methods["ingest_table"] == "from_files"
    assert methods["clean_partitions"] == ""
    assert len(plan["plan_hash"]) == 64


async def test_one_key_makes_one_goal(planner: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "trips-of-monday"}
    first = await planner.post("/v1/goals", json=REQUEST, headers=headers)
    again = await planner.post("/v1/goals", json=REQUEST, headers=headers)
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json() == first.json()


async def test_one_key_for_two_goals_is_refused(planner: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "trips-of-tuesday"}
    await planner.post("/v1/goals", json=REQUEST, headers=headers)
    other = await planner.post("/v1/goals", json={**REQUEST, "priority": 9}, headers=headers)
    assert other.status_code == 422
    assert other.json()["code"] == "idempotency_key_reused"


async def test_two_different_goals_at_once_with_one_key_are_not_both_accepted(
    planner: httpx.AsyncClient,
) -> None:
    headers = {"Idempotency-Key": "trips-of-wednesday"}
    answers = await asyncio.gather(
        planner.post("/v1/goals", json=REQUEST, headers=headers),
        planner.post("/v1/goals", json={**REQUEST, "priority": 9}, headers=headers),
    )
    assert sorted(answer.status_code for answer in answers) == [202, 422]


async def test_goals_are_listed_newest_first_page_by_page(planner: httpx.AsyncClient) -> None:
    made = [(await planner.post("/v1/goals", json=REQUEST)).json() for _ in range(3)]
    first = (await planner.get("/v1/goals?page_size=2")).json()
    token = first["next_page_token"]
    second = (await planner.get(f"/v1/goals?page_size=2&page_token={token}")).json()
    listed = [goal["goal_id"] for goal in first["goals"] + second["goals"]]
    assert listed[:3] == [goal["goal_id"] for goal in reversed(made)]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"goal_type": "make_coffee"}, "make_coffee"),
        ({"goal_type": 7}, "goal_type"),
        ({"priority": "high"}, "priority"),
        ({"priority": 10}, "priority"),
        ({"prio": 5}, "prio"),
        ({"parameters": {"table": "trips"}}, "parameters.sources"),
        ({"parameters": {**GOAL.parameters, "speed": 9}}, "parameters.speed"),
        ({"parameters": {**GOAL.parameters, "sources": ["file:///etc/passwd"]}}, "/etc/passwd"),
    ],
)
async def test_a_wrong_goal_is_told_the_field_and_the_remedy(
    ports: Ports, change: dict[str, object], named: str
) -> None:
    async with client_of(wiring.build(SETTINGS, ports, "run-1")) as client:
        answer = await client.post("/v1/goals", json={**REQUEST, **change})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert named in answer.json()["detail"]
    assert answer.json()["remedy"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"goal_type": "\\ud800"}', b"\xff"])
async def test_a_body_that_is_no_goal_is_refused(ports: Ports, body: bytes) -> None:
    async with client_of(wiring.build(SETTINGS, ports, "run-1")) as client:
        headers = {"content-type": "application/json"}
        answer = await client.post("/v1/goals", content=body, headers=headers)
    assert answer.status_code in {400, 422}


async def test_half_a_character_in_a_parameter_is_refused(ports: Ports) -> None:
    body = b'{"goal_type": "ingest_table", "parameters": {"table": "\\ud800", "sources": ["x"]}}'
    async with client_of(wiring.build(SETTINGS, ports, "run-1")) as client:
        headers = {"content-type": "application/json"}
        answer = await client.post("/v1/goals", content=body, headers=headers)
    assert answer.status_code == 422
    assert "parameters" in answer.json()["detail"]


async def test_a_goal_is_not_accepted_while_the_bus_is_away(ports: Ports) -> None:
    away = wiring.open_ports(SETTINGS.model_copy(update={"bus": "kafka://localhost:1"})).bus
    async with client_of(wiring.build(SETTINGS, replace(ports, bus=away), "run-1")) as client:
        answer = await client.post("/v1/goals", json=REQUEST)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.json()["code"] == "unavailable"


async def test_an_unknown_goal_is_a_problem_with_a_remedy(planner: httpx.AsyncClient) -> None:
    for path in ("/v1/goals/nobody", "/v1/goals/nobody/plan"):
        answer = await planner.get(path)
        assert answer.status_code == 404
        assert "nobody" in answer.json()["detail"]


async def test_a_page_token_that_nobody_gave_is_refused(planner: httpx.AsyncClient) -> None:
    answer = await planner.get("/v1/goals?page_token=nonsense")
    assert answer.status_code == 422
    assert answer.json()["code"] == "page_token_invalid"
