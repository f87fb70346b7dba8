"""What the API answers, over a real store that holds what the machines decided."""

from collections.abc import AsyncGenerator, Iterable
from pathlib import Path

import httpx
import pytest

from hub.api.page import PAGE_FILES
from hub.api.routes import router
from hub.domain.routing import HUB_ID
from hub.domain.view import VIEW_ID
from hub.handlers import ViewMachine
from hub.settings import Settings
from shared.adapters.clock import SystemClock
from shared.adapters.uris import open_bus, open_store
from shared.contracts.payloads import TaskState
from shared.contracts.voting import VoteChoice
from shared.engine.http import create_app
from shared.kernel.records import Record
from shared.ports.ports import Ports
from shared.ports.store import Commit, Store, StoredRecord
from tests.unit.hub.harbour import Harbour, registration, request
from tests.unit.hub.test_reputation import aftermath, decided
from tests.unit.hub.test_view import outcome, status, step, task_status


async def keep(store: Store, machine: str, records: Iterable[Record]) -> None:
    shard = await store.claim(machine, 0)
    stored = tuple(
        StoredRecord(
            record.kind, record.key, record.parent, record.rank, record.model_dump_json().encode()
        )
        for record in records
    )
    await store.commit(shard.claim, Commit(records=stored))


def fleet() -> Harbour:
    harbour = Harbour()
    harbour.board(registration("zoe", streams=2), registration("anna", "profile_partition"))
    harbour.take(request("clean"))
    harbour.take(request("publish", "publish_table"))
    harbour.take(decided({"zoe": VoteChoice.APPROVE}), recipient="planner")
    harbour.take(aftermath(held=True))
    return harbour


def events() -> Harbour:
    harbour = Harbour(ViewMachine())
    harbour.take(status(task_status("find", TaskState.DONE)))
    harbour.take(status(task_status("clean", TaskState.RUNNING), done=1))
    harbour.take(status(task_status("publish", TaskState.RUNNING), done=1))
    harbour.take(step(1, 1))
    harbour.take(step(1, 2))
    harbour.take(outcome("two of two"))
    return harbour


@pytest.fixture
async def http(tmp_path: Path) -> AsyncGenerator[httpx.AsyncClient]:
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    ports = Ports(open_bus(f"sqlite:///{tmp_path}/bus.db"), store, SystemClock())
    await store.start()
    await keep(store, HUB_ID, fleet().kept())
    await keep(store, VIEW_ID, events().kept())
    app = create_app([], [router(ports, agents_max=50)], "test")
    app.state.is_started = True
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
        yield client
    await store.stop()


async def test_agents_are_listed_with_what_they_do(http: httpx.AsyncClient) -> None:
    agents = (await http.get("/v1/agents")).json()["agents"]
    assert [(agent["agent_id"], agent["slot"]) for agent in agents] == [("anna", 1), ("zoe", 0)]
    assert agents[1]["running"] == [{"task_id": "clean", "attempt": 1, "task_name": "clean"}]
    assert set(agents[0]) == {
        *("agent_id", "state", "slot", "epoch", "capabilities", "streams_max", "running"),
        *("last_heartbeat_at", "reputation"),
    }


async def test_agents_show_what_their_votes_were_worth(http: httpx.AsyncClient) -> None:
    listed = (await http.get("/v1/agents")).json()["agents"]
    zoe = (await http.get("/v1/agents/zoe")).json()
    assert zoe["reputation"] == {"votes": 1, "agreed": 1, "disagreed": 0, "weight": 66}
    assert zoe in listed
    assert listed[0]["reputation"] == {"votes": 0, "agreed": 0, "disagreed": 0, "weight": 50}


async def test_one_agent_is_shown(http: httpx.AsyncClient) -> None:
    agent = (await http.get("/v1/agents/zoe")).json()
    assert (agent["state"], agent["epoch"], agent["streams_max"]) == ("active", 1, 2)


async def test_a_pipeline_is_shown_with_its_tasks_in_order(http: httpx.AsyncClient) -> None:
    pipeline = (await http.get("/v1/pipelines/pipeline")).json()
    assert (pipeline["tasks_done"], pipeline["tasks_total"]) == (1, 3)
    assert [task["task"]["task_id"] for task in pipeline["tasks"]] == [
        "find",
        "clean",
        "publish",
    ]


async def test_a_long_plan_comes_in_pages(http: httpx.AsyncClient) -> None:
    first = (await http.get("/v1/pipelines/pipeline?page_size=1")).json()
    token = first["next_page_token"]
    query = {"page_size": 1, "page_token": token}
    second = (await http.get("/v1/pipelines/pipeline", params=query)).json()
    assert [page["tasks"][0]["task"]["name"] for page in (first, second)] == ["find", "clean"]


async def test_a_page_token_that_nobody_gave_is_refused(http: httpx.AsyncClient) -> None:
    answer = await http.get("/v1/pipelines", params={"page_token": "xx"})
    assert (answer.status_code, answer.json()["code"]) == (422, "page_token_invalid")


async def test_pipelines_are_listed(http: httpx.AsyncClient) -> None:
    listing = (await http.get("/v1/pipelines")).json()
    assert [pipeline["pipeline_id"] for pipeline in listing["pipelines"]] == ["pipeline"]
    assert listing["next_page_token"] == ""


async def test_a_task_is_shown(http: httpx.AsyncClient) -> None:
    task = (await http.get("/v1/tasks/clean")).json()
    assert (task["state"], task["pipeline_id"]) == ("running", "pipeline")


async def test_a_trace_tells_every_step_in_order(http: httpx.AsyncClient) -> None:
    trace = (await http.get("/v1/tasks/clean/trace")).json()
    assert trace["task_id"] == "clean"
    assert [step["step_number"] for step in trace["steps"]] == [1, 2]
    assert set(trace["steps"][0]) >= {
        *("attempt", "agent_id", "step_number", "thought", "action", "action_input"),
        *("observation", "data_quality_score", "timestamp"),
    }


async def test_a_task_without_steps_has_an_empty_trace(http: httpx.AsyncClient) -> None:
    trace = await http.get("/v1/tasks/find/trace")
    assert trace.json() == {"task_id": "find", "steps": []}


async def test_the_overview_shows_all_at_one_look(http: httpx.AsyncClient) -> None:
    overview = (await http.get("/v1/overview")).json()
    assert overview["fleet"] == {
        "agents_max": 50,
        "agents": {"active": 2},
        "streams_max": 3,
        "streams_busy": 1,
    }
    assert [len(overview[part]) for part in ("agents", "pipelines", "proposals")] == [2, 1, 1]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v1/agents/nobody", "agent_unknown"),
        ("/v1/pipelines/none", "pipeline_unknown"),
        ("/v1/tasks/none", "task_unknown"),
        ("/v1/tasks/none/trace", "task_unknown"),
        ("/page/none.js", "page_part_unknown"),
    ],
)
async def test_what_is_unknown_is_a_problem_with_a_remedy(
    http: httpx.AsyncClient, path: str, code: str
) -> None:
    answer = await http.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == code
    assert answer.json()["remedy"]


async def test_the_page_needs_nothing_from_elsewhere(http: httpx.AsyncClient) -> None:
    page = await http.get("/")
    assert "default-src 'self'" in page.headers["content-security-policy"]
    parts = [await http.get(f"/page/{name}") for name in PAGE_FILES]
    assert [part.status_code for part in parts] == [200] * len(PAGE_FILES)
    addresses = "".join(part.text for part in parts).replace("http://www.w3.org/2000/svg", "")
    assert "://" not in addresses


async def test_what_a_pipeline_waits_for_is_told_with_the_reason(http: httpx.AsyncClient) -> None:
    (waiting,) = (await http.get("/v1/pipelines/pipeline/waiting")).json()["waiting"]
    assert waiting["detail"] == "waiting: no agent with capability `publish_table`"
    assert (await http.get("/v1/pipelines/another/waiting")).json() == {"waiting": []}


async def test_a_task_tells_what_it_waits_for(http: httpx.AsyncClient) -> None:
    assert (await http.get("/v1/tasks/find")).json()["waiting"] == ""
    publish = (await http.get("/v1/tasks/publish")).json()
    assert publish["waiting"] == "waiting: no agent with capability `publish_table`"


async def test_the_page_is_told_where_consensus_is_and_may_ask_it(tmp_path: Path) -> None:
    ports = Ports(
        open_bus(f"sqlite:///{tmp_path}/bus.db"),
        open_store(f"sqlite:///{tmp_path}/store.db"),
        SystemClock(),
    )
    place = "https://consensus.example:8082"
    app = create_app([], [router(ports, agents_max=50, consensus_url=place)], "test")
    app.state.is_started = True
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
        page = await client.get("/")
    assert f'<meta name="argosy-consensus" content="{place}">' in page.text
    assert f"connect-src 'self' {place}" in page.headers["content-security-policy"]


@pytest.mark.parametrize("url", ["consensus:8082", "http://host/path", 'http://host"; img-src *'])
def test_a_place_of_consensus_that_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="is no address"):
        Settings(consensus_url=url)
