"""Whatever goes wrong at HTTP, the client gets problem details and never a trace."""

import httpx
import pytest
from fastapi import APIRouter

from shared.engine.http import Problem, create_app
from shared.ports.bus import BusUnavailableError

ERRORS = {
    "problem": Problem(404, code="lost", title="Lost", detail="ship 7", remedy="look again"),
    "away": BusUnavailableError("the bus is away"),
    "mistake": RuntimeError("secret"),
}


def failing_router() -> APIRouter:
    router = APIRouter()

    @router.get("/fail/{kind}")
    def fail(kind: str) -> None:
        raise ERRORS[kind]

    @router.get("/double/{number}")
    def double(number: int, plus: int = 0) -> int:
        return 2 * number + plus

    return router


async def answer(path: str, *, is_started: bool = True) -> httpx.Response:
    app = create_app([], [failing_router()], "test")
    app.state.is_started = is_started
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.get(path)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/fail/problem", 404, "lost"),
        ("/fail/away", 503, "unavailable"),
        ("/fail/mistake", 500, "internal_error"),
        ("/double/two", 422, "invalid_request"),
        ("/nowhere", 404, "http_404"),
    ],
)
async def test_every_error_is_a_problem_with_a_remedy(path: str, status: int, code: str) -> None:
    response = await answer(path)
    problem = response.json()
    assert (response.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert response.headers["content-type"] == "application/problem+json"
    assert problem["remedy"]
    assert problem["instance"] == path


async def test_a_query_parameter_that_the_call_has_not_is_refused() -> None:
    assert (await answer("/double/2?plus=1")).json() == 5
    refused = await answer("/double/2?minus=1")
    assert (refused.status_code, refused.json()["code"]) == (422, "query_unknown")
    assert "'minus'" in refused.json()["detail"]
    assert "plus" in refused.json()["remedy"]


async def test_a_mistake_of_ours_tells_no_secrets() -> None:
    assert "secret" not in (await answer("/fail/mistake")).text


async def test_an_outage_says_when_to_try_again() -> None:
    assert int((await answer("/fail/away")).headers["retry-after"]) > 0


async def test_a_process_that_is_starting_is_alive_and_serves_nothing_else() -> None:
    assert (await answer("/livez", is_started=False)).status_code == 200
    refused = await answer("/double/2", is_started=False)
    assert (refused.status_code, refused.json()["code"]) == (503, "starting")
    assert int(refused.headers["retry-after"]) > 0


async def test_metrics_are_those_of_prometheus() -> None:
    response = await answer("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    assert "argosy_http_requests_total" in response.text
