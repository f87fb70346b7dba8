"""What people are answered whose goals wait, have terms, or are too many."""

import asyncio
from collections.abc import AsyncGenerator

import httpx
import pytest
import pytest_asyncio

from planner import wiring
from shared.contracts.topics import PLANNER
from shared.kernel.partitioning import partition_of
from shared.ports.ports import Ports
from tests.unit.planner.serving import REQUEST, SETTINGS, client_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

NARROW = SETTINGS.model_copy(
    update={"goals_running_per_owner_max": 1, "goals_waiting_per_owner_max": 2}
)
TERMS = {
    "deadline_seconds": 3600,
    "budget_seconds": 60.5,
    "budget_model_tokens": 25_000,
    "tasks_running_max": 8,
    "key": "trips",
    "on_failure": "undo",
    "voting": {
        "rule": "two_thirds",
        "timeout_seconds": 20,
        "participation_min": 2,
        "weights": "reputation",
        "approval_roles": ["steward"],
        "approval_timeout_seconds": 3600,
        "undecided": "hold",
    },
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def narrow(ports: Ports) -> AsyncGenerator[httpx.AsyncClient]:
    """A planner that lets each owner run one goal, with two in line."""
    service = wiring.build(NARROW, ports, "run-1")
    (engine,) = service.engines
    driving = asyncio.create_task(engine.run())
    async with client_of(service) as client:
        yield client
    engine.request_drain()
    await driving


async def submitted(client: httpx.AsyncClient, owner: str, **terms: object) -> tuple[str, str]:
    """Return where the goal is found, and where it stands."""
    answer = await client.post("/v1/goals", json={**REQUEST, "owner": owner, "terms": terms})
    assert answer.status_code == 202, answer.text
    return answer.headers["Location"], answer.json()["status"]


async def filled_line(client: httpx.AsyncClient, owner: str) -> list[str]:
    """Let one goal of the owner run and two wait, and return where they are found."""
    goals = [await submitted(client, owner) for _ in range(3)]
    assert [status for _, status in goals] == ["running", "queued", "queued"]
    return [place for place, _ in goals]


async def test_a_queued_goal_tells_why_it_waits_and_how_many_go_first(
    narrow: httpx.AsyncClient,
) -> None:
    running, _, last = await filled_line(narrow, "ada")
    shown = (await narrow.get(last)).json()
    sentence = "waiting: limit of owner ada (1 at once), 1 ahead"
    waiting = {"reason": "owner_limit", "ahead": 1, "detail": sentence}
    assert (shown["state"], shown["plan"], shown["waiting"]) == ("queued", [], waiting)
    told = (await narrow.get(f"{last}/explain")).json()
    assert (told["state"], told["why"], told["waiting"]) == ("queued", sentence, waiting)
    told = (await narrow.get(f"{running}/explain")).json()
    assert (told["why"], told["waiting"]) == ("0 of 8 tasks known so far are done", None)


async def test_a_goal_that_waits_for_its_key_says_so(narrow: httpx.AsyncClient) -> None:
    await submitted(narrow, "kay", key="trips")
    place, status = await submitted(narrow, "kay", key="trips")
    told = (await narrow.get(place)).json()["waiting"]
    assert (status, told["reason"]) == ("queued", "key")
    assert told["detail"] == "waiting: key 'trips' of owner kay (one at a time), 0 ahead"


async def test_with_a_full_line_a_goal_is_too_many_until_later(narrow: httpx.AsyncClient) -> None:
    _, _, last = await filled_line(narrow, "bob")
    known = {"Idempotency-Key": "bob's"}
    answer = await narrow.post("/v1/goals", json={**REQUEST, "owner": "bob"}, headers=known)
    assert (answer.status_code, answer.json()["code"]) == (429, "owner_limit")
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.json()["remedy"]
    await narrow.post(f"{last}/cancel")
    answer = await narrow.post("/v1/goals", json={**REQUEST, "owner": "bob"}, headers=known)
    assert (answer.status_code, answer.json()["status"]) == (202, "queued")
    again = await narrow.post("/v1/goals", json={**REQUEST, "owner": "bob"}, headers=known)
    assert (again.status_code, again.json()) == (200, answer.json())


async def test_with_a_full_line_nothing_is_retried(narrow: httpx.AsyncClient) -> None:
    running, *_ = await filled_line(narrow, "cyd")
    await narrow.post(f"{running}/cancel")
    await submitted(narrow, "cyd")
    answer = await narrow.post(f"{running}/retry")
    assert (answer.status_code, answer.json()["code"]) == (429, "owner_limit")
    assert (await narrow.get(running)).json()["state"] == "cancelled"


async def test_a_dry_run_needs_no_room(narrow: httpx.AsyncClient) -> None:
    await filled_line(narrow, "dan")
    answer = await narrow.post("/v1/goals?dry_run=true", json={**REQUEST, "owner": "dan"})
    assert (answer.status_code, len(answer.json()["tasks"])) == (200, 8)


@pytest.mark.parametrize(
    ("commands", "state"),
    [
        (["cancel"], "cancelled"),
        (["pause"], "paused"),
        (["pause", "resume"], "queued"),
        (["resume"], "queued"),
        (["cancel", "retry"], "queued"),
    ],
    ids=" ".join,
)
async def test_a_queued_goal_does_as_it_is_told(
    narrow: httpx.AsyncClient, commands: list[str], state: str
) -> None:
    _, place, _ = await filled_line(narrow, f"of {commands}")
    answers = [await narrow.post(f"{place}/{command}") for command in commands]
    assert (answers[-1].status_code, answers[-1].json()["status"]) == (202, state)


async def test_a_goal_paused_before_it_began_tells_what_resuming_does(
    narrow: httpx.AsyncClient,
) -> None:
    _, place, _ = await filled_line(narrow, "eve")
    await narrow.post(f"{place}/pause")
    told = (await narrow.get(f"{place}/explain")).json()
    assert "paused it before it began; when resumed, it is in line where it was" in told["why"]


async def test_terms_are_shown_with_the_goal(narrow: httpx.AsyncClient) -> None:
    place, _ = await submitted(narrow, "fay", **TERMS)
    assert (await narrow.get(place)).json()["terms"] == TERMS


@pytest.mark.parametrize(
    "terms",
    [
        {"deadline_seconds": 0},
        {"deadline_seconds": 31 * 24 * 3600},
        {"budget_seconds": -1},
        {"tasks_running_max": 0},
        {"tasks_running_max": 10_001},
        {"key": "k" * 129},
        {"on_failure": "explode"},
        {"voting": {"rule": "loudest"}},
        {"voting": {"timeout_seconds": 0.5}},
        {"voting": {"approval_timeout_seconds": 59}},
        {"voting": {"approval_roles": [*"abcdef"]}},
        {"speed": 9},
    ],
    ids=str,
)
async def test_terms_that_no_goal_can_have_are_refused_by_name(
    ports: Ports, terms: dict[str, object]
) -> None:
    async with client_of(wiring.build(NARROW, ports, "run-1")) as client:
        answer = await client.post("/v1/goals", json={**REQUEST, "terms": terms})
    assert answer.status_code == 422
    assert f"terms.{next(iter(terms))}" in answer.json()["detail"]


async def test_one_key_with_other_terms_is_refused(narrow: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "with-terms"}
    asked = {**REQUEST, "owner": "gus"}
    await narrow.post("/v1/goals", json=asked, headers=headers)
    other = {**asked, "terms": {"key": "trips"}}
    answer = await narrow.post("/v1/goals", json=other, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


async def test_an_idempotency_key_is_its_owners(narrow: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "monday"}
    goals = [
        (await narrow.post("/v1/goals", json={**REQUEST, "owner": owner}, headers=headers)).json()
        for owner in ("hal", "ivy")
    ]
    assert len({goal["goal_id"] for goal in goals}) == 2
    homes = [partition_of(goal["pipeline_id"], PLANNER.partitions) for goal in goals]
    assert homes == [partition_of(owner, PLANNER.partitions) for owner in ("hal", "ivy")]
