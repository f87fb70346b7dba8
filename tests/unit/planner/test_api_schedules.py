"""What the API answers about schedules, over a real bus, store and engine in a folder."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from itertools import count

import httpx
import pytest

from planner.domain.schedules.accepting import SCHEDULES_MAX
from tests.unit.planner.serving import REQUEST

pytestmark = pytest.mark.asyncio(loop_scope="module")

SCHEDULES = "/v1/schedules"
CRON = {"kind": "cron", "expression": "0 3 * * *", "zone": "Europe/Zurich"}
NUMBERS = count()


def body(**others: object) -> dict[str, object]:
    """Return a request for a schedule with a name of its own."""
    name = f"nightly-{next(NUMBERS)}"
    return {"name": name, "owner": "ana", "goal": REQUEST, "cause": CRON, **others}


async def created(planner: httpx.AsyncClient, **others: object) -> str:
    """Return where a schedule is that was just created."""
    answer = await planner.post(SCHEDULES, json=body(**others))
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


async def shown(planner: httpx.AsyncClient, place: str) -> Mapping[str, object]:
    return (await planner.get(place)).json()


async def test_a_created_schedule_can_be_read_at_once(planner: httpx.AsyncClient) -> None:
    asked = body()
    answer = await planner.post(SCHEDULES, json=asked)
    assert answer.status_code == 201
    schedule = await shown(planner, answer.headers["Location"])
    assert schedule == answer.json() | {"next_instants": schedule["next_instants"]}
    assert {name: schedule[name] for name in ("name", "owner", "cause")} == {
        name: asked[name] for name in ("name", "owner", "cause")
    }
    assert (schedule["state"], schedule["goals_begun"]) == ("active", 0)
    assert (schedule["overlap"], schedule["catch_up"]) == ("skip", "last")


async def test_the_next_instants_are_in_the_time_of_the_zone(planner: httpx.AsyncClient) -> None:
    schedule = (await planner.get(await created(planner))).json()
    instants = [datetime.fromisoformat(each) for each in schedule["next_instants"]]
    assert len(instants) == 5
    assert {instant.hour for instant in instants} == {3}
    assert {instant.utcoffset() is not None for instant in instants} == {True}
    assert datetime.fromisoformat(schedule["next_at"]) == instants[0]


async def test_asking_twice_is_asking_once(planner: httpx.AsyncClient) -> None:
    asked = body()
    first = await planner.post(SCHEDULES, json=asked)
    again = await planner.post(SCHEDULES, json=asked)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["schedule_id"] == first.json()["schedule_id"]


async def test_a_key_creates_a_deleted_schedule_no_second_time(planner: httpx.AsyncClient) -> None:
    asked, headers = body(), {"Idempotency-Key": "once"}
    place = (await planner.post(SCHEDULES, json=asked, headers=headers)).headers["Location"]
    await planner.delete(place)
    again = await planner.post(SCHEDULES, json=asked, headers=headers)
    assert again.status_code == 202
    assert (await planner.get(place)).status_code == 404


async def test_one_name_means_one_schedule_until_it_is_replaced(
    planner: httpx.AsyncClient,
) -> None:
    asked = body()
    place = (await planner.post(SCHEDULES, json=asked)).headers["Location"]
    other = {**asked, "overlap": "queue"}
    refused = await planner.post(SCHEDULES, json=other)
    assert (refused.status_code, refused.json()["code"]) == (409, "schedule_exists")
    replaced = await planner.post(f"{SCHEDULES}?replace=true", json=other)
    assert (replaced.status_code, replaced.headers["Location"]) == (201, place)
    assert (await shown(planner, place))["overlap"] == "queue"


async def test_a_dry_run_shows_the_instants_and_stores_nothing(planner: httpx.AsyncClient) -> None:
    asked = body(owner="dry")
    answer = await planner.post(f"{SCHEDULES}?dry_run=true", json=asked)
    assert answer.status_code == 200
    assert len(answer.json()["next_instants"]) == 5
    assert answer.json()["goal"]["parameters"]["quality_min"] == 0.0
    assert (await planner.get(f"{SCHEDULES}?owner=dry")).json()["schedules"] == []


@pytest.mark.parametrize(
    ("change", "code", "named"),
    [
        ({"cause": {**CRON, "expression": "0 25 * * *"}}, "cron_invalid", "'25' is no hour"),
        ({"cause": {**CRON, "expression": "daily"}}, "cron_invalid", "1 fields"),
        ({"cause": {**CRON, "zone": "Mars/Olympus"}}, "zone_unknown", "Mars/Olympus"),
        ({"cause": {"kind": "files", "pattern": "file:///etc/*"}}, "source_outside_roots", "/etc"),
        ({"cause": {"kind": "table", "table": "No Table"}}, "table_invalid", "No Table"),
        (
            {"cause": {"kind": "table", "table": "trips", "interval_seconds": 1}},
            "invalid_request",
            "interval_seconds",
        ),
        ({"cause": {"kind": "moon"}}, "invalid_request", "kind"),
        ({"name": "No Name"}, "name_invalid", "No Name"),
        ({"goal": {**REQUEST, "goal_type": "make_coffee"}}, "goal_type_unknown", "make_coffee"),
        (
            {"goal": {**REQUEST, "parameters": {"table": "trips"}}},
            "parameter_missing",
            "parameters.sources",
        ),
        ({"catch_up": "all"}, "policies_contradict", "catch_up"),
        ({"overlap": "maybe"}, "invalid_request", "overlap"),
        ({"colour": "red"}, "invalid_request", "colour"),
    ],
)
async def test_a_wrong_schedule_is_told_now_and_not_at_three_in_the_morning(
    planner: httpx.AsyncClient, change: dict[str, object], code: str, named: str
) -> None:
    answer = await planner.post(SCHEDULES, json=body(**change))
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert named in answer.json()["detail"]
    assert answer.json()["remedy"]


async def test_everything_that_is_wrong_is_told_at_once(planner: httpx.AsyncClient) -> None:
    wrong = body(
        name="No Name", cause={**CRON, "expression": "x"}, goal={**REQUEST, "goal_type": "y"}
    )
    detail = (await planner.post(SCHEDULES, json=wrong)).json()["detail"]
    assert [word in detail for word in ("name:", "cause.expression:", "goal_type:")] == [True] * 3


async def test_a_schedule_does_as_it_is_told_however_often(planner: httpx.AsyncClient) -> None:
    place = await created(planner)
    for verb, state in (("pause", "paused"), ("pause", "paused"), ("resume", "active")):
        answer = await planner.post(f"{place}/{verb}")
        assert (answer.status_code, answer.json()["state"]) == (202, state)
        assert bool(answer.json()["next_instants"]) is (state == "active")
    assert (await planner.delete(place)).status_code == 204
    assert (await planner.delete(place)).status_code == 404


async def test_a_run_begins_one_goal_that_names_its_schedule(planner: httpx.AsyncClient) -> None:
    place = await created(planner)
    headers = {"Idempotency-Key": "now"}
    first = await planner.post(f"{place}/run", headers=headers)
    again = await planner.post(f"{place}/run", headers=headers)
    assert (first.status_code, first.json()) == (202, again.json())
    goal = await shown(planner, first.headers["Location"])
    schedule = await shown(planner, place)
    assert goal["schedule_id"] == schedule["schedule_id"]
    assert (schedule["goals_begun"], schedule["last_goal_id"]) == (1, goal["goal_id"])
    of_schedule = await planner.get(f"/v1/goals?schedule_id={schedule['schedule_id']}")
    assert [each["goal_id"] for each in of_schedule.json()["goals"]] == [goal["goal_id"]]


async def test_a_run_waits_for_the_last_goal_or_is_refused(planner: httpx.AsyncClient) -> None:
    for overlap, status in (("skip", 409), ("queue", 202)):
        place = await created(planner, overlap=overlap)
        await planner.post(f"{place}/run")
        second = await planner.post(f"{place}/run")
        assert second.status_code == status
        waiting = (await shown(planner, place))["goals_waiting"]
        assert waiting == (1 if overlap == "queue" else 0)


async def test_schedules_are_listed_newest_first_page_by_page(planner: httpx.AsyncClient) -> None:
    made = [await created(planner, owner="lister") for _ in range(3)]
    first = (await planner.get(f"{SCHEDULES}?owner=lister&page_size=2")).json()
    token = first["next_page_token"]
    rest = (await planner.get(f"{SCHEDULES}?owner=lister&page_size=2&page_token={token}")).json()
    listed = [
        f"{SCHEDULES}/{each['schedule_id']}" for each in first["schedules"] + rest["schedules"]
    ]
    assert listed == made[::-1]
    assert rest["next_page_token"] == ""


async def test_an_owner_is_told_of_the_limit(planner: httpx.AsyncClient) -> None:
    paused = [created(planner, owner="collector") for _ in range(SCHEDULES_MAX)]
    await asyncio.gather(*paused)
    answer = await planner.post(SCHEDULES, json=body(owner="collector"))
    assert (answer.status_code, answer.json()["code"]) == (409, "schedule_limit")


async def test_a_trigger_shows_that_it_looks(planner: httpx.AsyncClient) -> None:
    cause = {"kind": "files", "pattern": "file:///in/*.csv", "interval_seconds": 30}
    schedule = await shown(planner, await created(planner, cause=cause))
    assert schedule["next_instants"] == []
    assert (schedule["next_at"], schedule["observation"]) == (None, None)
    assert schedule["checked_at"] is not None


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("DELETE", ""), ("POST", "/pause"), ("POST", "/resume"), ("POST", "/run")],
)
async def test_an_unknown_schedule_is_a_problem_with_a_remedy(
    planner: httpx.AsyncClient, method: str, path: str
) -> None:
    answer = await planner.request(method, f"{SCHEDULES}/nobody{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "schedule_unknown")
    assert "nobody" in answer.json()["detail"]
