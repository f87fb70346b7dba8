"""What people see of plans: trees, graphs, differences, forecasts, plans under assumptions."""

import httpx
import pytest

from tests.unit.planner.serving import REQUEST
from tests.unit.planner.worlds import partitions

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def begun(planner: httpx.AsyncClient) -> str:
    """Return where a goal is that was just begun."""
    return str((await planner.post("/v1/goals", json=REQUEST)).json()["links"]["goal"])


async def test_a_tree_holds_each_task_inside_its_parent(planner: httpx.AsyncClient) -> None:
    shown = (await planner.get(f"{await begun(planner)}/plan?shape=tree")).json()["tree"]
    names = [child["name"] for child in shown["children"]]
    assert (shown["name"], shown["method"]) == ("ingest_table", "from_files")
    assert names[:2] == ["discover_sources", "profile_partitions"]
    assert shown["children"][1]["waits"] == "facts"
    assert shown["children"][2]["children"][0]["name"] == "propose_schema"
    assert (shown["children_total"], shown["children_left_out"]) == (5, 0)


async def test_a_tree_is_cut_and_tells_what_is_left_out(planner: httpx.AsyncClient) -> None:
    goal = await begun(planner)
    cut = (await planner.get(f"{goal}/plan?shape=tree&depth=1&children_max=2")).json()["tree"]
    assert len(cut["children"]) == 2
    assert (cut["children_left_out"], cut["next_child"]) == (3, 2)
    window = f"{goal}/plan?shape=tree&depth=1&children_max=2&children_from=4"
    rest = (await planner.get(window)).json()["tree"]
    assert [child["name"] for child in rest["children"]] == ["publish_table"]
    assert rest["next_child"] == 0


async def test_a_graph_tells_why_tasks_are_in_this_order(planner: httpx.AsyncClient) -> None:
    graph = (await planner.get(f"{await begun(planner)}/plan?shape=graph")).json()
    names = {node["task_id"]: node["name"] for node in graph["nodes"]}
    edges = {
        (names[edge["source"]], names[edge["target"]]): (edge["kind"], edge["through"])
        for edge in graph["edges"]
    }
    assert edges["discover_sources", "profile_partitions"] == ("data", ["partitions"])
    assert edges["profile_partitions", "agree_schema"] == ("data", ["profile:*", "sample:*"])
    assert edges["propose_schema", "decide_schema"] == ("data", ["schema_contract", "subject"])
    assert edges["propose_schema", "agree_schema"] == ("part_of", [])
    assert (graph["nodes_left_out"], graph["edges_left_out"]) == (0, 0)


async def test_a_graph_of_one_part_has_no_other_task(planner: httpx.AsyncClient) -> None:
    asked = {"shape": "graph", "task": "agree_schema", "nodes_max": 2}
    graph = (await planner.get(f"{await begun(planner)}/plan", params=asked)).json()
    assert [node["name"] for node in graph["nodes"]] == ["agree_schema", "propose_schema"]
    assert graph["nodes_left_out"] == 1


@pytest.mark.parametrize("shape", ["tree", "graph"])
async def test_a_shape_of_an_unknown_task_is_a_problem(
    planner: httpx.AsyncClient, shape: str
) -> None:
    answer = await planner.get(f"{await begun(planner)}/plan?shape={shape}&task=nobody")
    assert (answer.status_code, answer.json()["code"]) == (404, "task_unknown")


async def test_the_first_version_of_a_plan_says_that_it_is(planner: httpx.AsyncClient) -> None:
    diff = (await planner.get(f"{await begun(planner)}/diff?from=0&to=1")).json()
    assert [each["reason"] for each in diff["versions"]] == ["begun"]
    assert diff["added_total"] == len(diff["added"]) == 8


async def test_two_runs_are_compared_by_the_places_of_their_tasks(
    planner: httpx.AsyncClient,
) -> None:
    goal = await begun(planner)
    await planner.post(f"{goal}/replan", json={"parameters": {"quality_min": 0.9}})
    diff = (await planner.get(f"{goal}/diff?from=run:1")).json()
    assert (diff["added"], diff["removed"]) == ([], [])
    assert "ingest_table/publish_table" not in [each["path"] for each in diff["changed"]]
    assert diff["changed"][0]["path"] == "ingest_table"


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ("from=1&to=run:1", 422, "versions_mixed"),
        ("from=run:1&to=1", 422, "versions_mixed"),
        ("from=run:1&to=run:7", 404, "run_unknown"),
        ("from=7&to=1", 422, "versions_reversed"),
        ("from=0&to=99", 404, "version_unknown"),
        ("from=soon", 422, "invalid_request"),
    ],
)
async def test_what_cannot_be_compared_is_a_problem_with_a_remedy(
    planner: httpx.AsyncClient, asked: str, status: int, code: str
) -> None:
    answer = await planner.get(f"{await begun(planner)}/diff?{asked}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["remedy"]


async def test_a_goal_tells_its_progress_and_when_it_may_end(planner: httpx.AsyncClient) -> None:
    goal = await begun(planner)
    shown = (await planner.get(goal)).json()
    assert shown["progress"] == 0
    end = shown["expected_end"]
    assert end["early"] <= end["at"] <= end["late"]
    assert end["awaits"] == ["partitions"]
    await planner.post(f"{goal}/pause")
    assert (await planner.get(goal)).json()["expected_end"] is None


async def test_a_dry_run_shows_the_plan_under_assumed_facts(planner: httpx.AsyncClient) -> None:
    assuming = {**REQUEST, "assume": {"partitions": partitions(3)}}
    plan = (await planner.post("/v1/goals?dry_run=true", json=assuming)).json()
    assert plan["tasks_total"] == 8 + 2 * 3
    assert (plan["assumed"], plan["awaits"]) == (["partitions"], [])


async def test_nothing_can_be_assumed_for_a_goal_that_is_carried_out(
    planner: httpx.AsyncClient,
) -> None:
    assuming = {**REQUEST, "assume": {"partitions": partitions(3)}}
    answer = await planner.post("/v1/goals", json=assuming)
    assert (answer.status_code, answer.json()["code"]) == (422, "assumed_for_real")
