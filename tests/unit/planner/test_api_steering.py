"""What people are answered who steer a goal, plan one without doing it, or ask why."""

import asyncio
from dataclasses import replace

import httpx
import pytest

from planner import wiring
from shared.ports.ports import Ports
from tests.unit.planner.bridge import GOAL, GOAL_DEFAULTS
from tests.unit.planner.serving import REQUEST, SETTINGS, client_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def begun(planner: httpx.AsyncClient) -> str:
    """Return where a goal is that was just begun."""
    return str((await planner.post("/v1/goals", json=REQUEST)).json()["links"]["goal"])


async def told(planner: httpx.AsyncClient, goal: str, *commands: str) -> httpx.Response:
    """Return the answer to the last command."""
    answers = [await planner.post(f"{goal}/{command}") for command in commands]
    return answers[-1]


@pytest.mark.parametrize(
    ("commands", "state"),
    [
        (["cancel"], "cancelled"),
        (["cancel", "cancel"], "cancelled"),
        (["pause"], "paused"),
        (["pause", "pause"], "paused"),
        (["pause", "resume"], "running"),
        (["resume"], "running"),
        (["pause", "resume", "pause"], "paused"),
        (["pause", "cancel"], "cancelled"),
        (["cancel", "retry"], "running"),
        (["cancel", "retry", "retry"], "running"),
        (["cancel", "retry", "pause"], "paused"),
        (["cancel", "retry", "cancel"], "cancelled"),
    ],
    ids=" ".join,
)
async def test_a_goal_does_as_it_is_told_however_often(
    planner: httpx.AsyncClient, commands: list[str], state: str
) -> None:
    goal = await begun(planner)
    answer = await told(planner, goal, *commands)
    assert (answer.status_code, answer.json()["status"]) == (202, state)
    assert (await planner.get(goal)).json()["state"] == state


@pytest.mark.parametrize(
    ("commands", "code"),
    [
        (["cancel", "pause"], "goal_ended"),
        (["cancel", "resume"], "goal_ended"),
        (["retry"], "goal_not_ended"),
        (["pause", "retry"], "goal_not_ended"),
    ],
    ids=" ".join,
)
async def test_what_means_nothing_is_refused_with_a_remedy(
    planner: httpx.AsyncClient, commands: list[str], code: str
) -> None:
    answer = await told(planner, await begun(planner), *commands)
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert answer.json()["remedy"]


async def test_a_command_to_an_unknown_goal_is_a_problem(planner: httpx.AsyncClient) -> None:
    answer = await planner.post("/v1/goals/nobody/cancel")
    assert (answer.status_code, answer.json()["code"]) == (404, "goal_unknown")


async def test_two_who_retry_at_once_begin_one_pipeline(planner: httpx.AsyncClient) -> None:
    goal = await begun(planner)
    await told(planner, goal, "cancel")
    answers = await asyncio.gather(*(told(planner, goal, "retry") for _ in range(3)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["pipeline_id"] for answer in answers}) == 1
    shown = (await planner.get(goal)).json()
    assert (shown["run"], len(shown["earlier_pipelines"])) == (2, 1)


async def test_the_same_key_finds_the_retried_goal(planner: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "retried"}
    first = (await planner.post("/v1/goals", json=REQUEST, headers=headers)).json()
    await told(planner, first["links"]["goal"], "cancel", "retry")
    again = await planner.post("/v1/goals", json=REQUEST, headers=headers)
    assert again.status_code == 200
    assert again.json()["goal_id"] == first["goal_id"]
    assert again.json()["pipeline_id"] != first["pipeline_id"]


async def test_nothing_is_promised_while_the_bus_is_away(
    planner: httpx.AsyncClient, ports: Ports
) -> None:
    goal = await begun(planner)
    away = wiring.open_ports(SETTINGS.model_copy(update={"bus": "kafka://localhost:1"})).bus
    async with client_of(wiring.build(SETTINGS, replace(ports, bus=away), "run-1")) as client:
        answer = await client.post(f"{goal}/cancel")
    assert answer.status_code == 503
    assert (await planner.get(goal)).json()["state"] == "running"


async def test_a_dry_run_shows_the_plan_and_touches_nothing(planner: httpx.AsyncClient) -> None:
    before = (await planner.get("/v1/goals")).json()
    answer = await planner.post("/v1/goals?dry_run=true", json=REQUEST)
    plan = answer.json()
    assert answer.status_code == 200
    assert [task["name"] for task in plan["tasks"]][:2] == ["ingest_table", "discover_sources"]
    assert plan["awaits"] == ["partitions"]
    assert plan["parameters"] == {**GOAL.parameters, **GOAL_DEFAULTS}
    assert plan["decompositions"][0]["method"] == "from_files"
    assert (await planner.get("/v1/goals")).json() == before


async def test_a_dry_run_plans_what_would_be_done(planner: httpx.AsyncClient) -> None:
    plan = (await planner.post("/v1/goals?dry_run=true", json=REQUEST)).json()
    real = (await planner.get(f"{await begun(planner)}/plan")).json()
    assert plan["plan_hash"] == real["plan_hash"]
    assert [task["name"] for task in plan["tasks"]] == [task["name"] for task in real["tasks"]]


async def test_a_dry_run_of_a_wrong_goal_is_refused(planner: httpx.AsyncClient) -> None:
    wrong = {**REQUEST, "parameters": {"table": "trips"}}
    answer = await planner.post("/v1/goals?dry_run=true", json=wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "parameter_missing")


async def test_tasks_come_page_by_page(planner: httpx.AsyncClient) -> None:
    goal = await begun(planner)
    names: list[str] = []
    token = ""
    while True:
        page = (await planner.get(f"{goal}/tasks?page_size=3&page_token={token}")).json()
        names += [task["name"] for task in page["tasks"]]
        token = page["next_page_token"]
        if not token:
            break
    assert names == [task["name"] for task in (await planner.get(goal)).json()["plan"]]


@pytest.mark.parametrize(
    ("task", "reason"),
    [
        ("profile_partitions", "facts that work will bring: partitions"),
        ("discover_sources", "Handed out"),
        ("propose_schema", "Waits for discover_sources, profile_partitions"),
        ("agree_schema", "Waits for discover_sources, profile_partitions"),
    ],
)
async def test_a_task_tells_why_it_is_where_it_is(
    planner: httpx.AsyncClient, task: str, reason: str
) -> None:
    answer = await planner.get(f"{await begun(planner)}/explain", params={"task": task})
    assert reason in answer.json()["why"]
    assert answer.json()["part_of"]["method"] in {"from_files", "by_vote"}


async def test_an_unknown_task_is_a_problem_with_a_remedy(planner: httpx.AsyncClient) -> None:
    answer = await planner.get(f"{await begun(planner)}/explain?task=nobody")
    assert (answer.status_code, answer.json()["code"]) == (404, "task_unknown")


async def test_domains_tell_what_can_be_asked_for(planner: httpx.AsyncClient) -> None:
    (domain,) = (await planner.get("/v1/domains")).json()["domains"]
    goal_types = {each["goal_type"]: each for each in domain["goal_types"]}
    assert "sources" in goal_types["ingest_table"]["parameters"]["required"]
    methods = {method["name"]: method for method in domain["methods"]}
    assert methods["from_files"]["when"] == ["size(sources) > 0"]
    assert methods["clean_each"]["for_each"] == "partitions"
