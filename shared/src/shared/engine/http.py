"""HTTP for every service: problem details (RFC 9457), health, metrics."""

import time
from collections.abc import Awaitable, Callable, Sequence

from fastapi import APIRouter, Depends, FastAPI, Request, Response, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException

from shared.engine import metrics
from shared.engine.engine import Engine, Health
from shared.ports.bus import BusUnavailableError
from shared.ports.store import StoreUnavailableError, WrongTokenError

RETRY_AFTER_SECONDS = 5
"""What a client is told to wait while the bus or the store is away."""

HTTP_SERVER_ERROR = 500
HTTP_UNAVAILABLE = 503
HTTP_UNPROCESSABLE = 422

ALWAYS_SERVED = ("/livez", "/readyz", "/metrics")


TOO_MANY_RETRY_AFTER_SECONDS = 60
"""What a client is told to wait that has asked for too much: rates are counted by the minute."""

START_RETRY_AFTER_SECONDS = 1
"""What a client is told to wait that comes before the service is ready."""


class Problem(Exception):  # noqa: N818 -- the standard calls it a problem
    """An error that a client is told about, as problem details."""

    retry_after_seconds: int | None = None
    """When trying again makes sense; None when it does not by itself."""

    def __init__(self, status: int, *, code: str, title: str, detail: str, remedy: str) -> None:
        super().__init__(detail)
        self.status = status
        self.members = {"code": code, "title": title, "detail": detail, "remedy": remedy}


class TooManyProblem(Problem):
    """A client has asked for more than it may; later it may again."""

    retry_after_seconds = TOO_MANY_RETRY_AFTER_SECONDS


class StartingProblem(Problem):
    """A client was faster than the service: nothing of its request was looked at."""

    retry_after_seconds = START_RETRY_AFTER_SECONDS

    def __init__(self) -> None:
        super().__init__(
            HTTP_UNAVAILABLE,
            code="starting",
            title="The service is starting",
            detail="the service has not opened its bus and its store yet",
            remedy="Try again in a moment.",
        )


def create_app(
    engines: Sequence[Engine],
    routers: Sequence[APIRouter],
    title: str,
    *,
    serves_metrics: bool = True,
    origins: Sequence[str] = (),
) -> FastAPI:
    """Return the app of one or more services, with health, metrics and problem details.

    Args:
        engines: What `/readyz` tells about.
        routers: The services' own calls.
        title: The app's name, for `/docs`.
        serves_metrics: Whether `/metrics` is there.
        origins: Whose pages in a browser may call it, besides its own.
    """
    app = FastAPI(title=title, version="1", docs_url="/docs", redoc_url=None)
    app.state.is_started = False
    for router in (*routers, _health_router(engines)):
        app.include_router(router, dependencies=[Depends(_refuse_unknown_query)])
    if serves_metrics:
        app.add_api_route("/metrics", _metrics, response_class=Response, tags=["health"])
    app.add_exception_handler(Problem, _answer_problem)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(HTTPException, _answer_http_exception)
    app.add_exception_handler(WrongTokenError, _answer_wrong_token)
    app.add_exception_handler(BusUnavailableError, _answer_unavailable)
    app.add_exception_handler(StoreUnavailableError, _answer_unavailable)
    app.add_exception_handler(Exception, _answer_unexpected)
    app.middleware("http")(_measure)
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Content-Type"],
        )
    return app


def _refuse_unknown_query(request: Request) -> None:
    """Refuse what the call does not know: `?dryrun=true`, passed over, would do the real thing."""
    route = request.scope.get("route")
    if not request.query_params or not isinstance(route, APIRoute):
        return
    known = {
        field.alias
        for field in get_flat_params(route.dependant)
        if isinstance(field.field_info, params.Query)
    }
    for name in request.query_params:
        if name not in known:
            raise Problem(
                HTTP_UNPROCESSABLE,
                code="query_unknown",
                title="The call has no such query parameter",
                detail=f"{request.method} {request.url.path} has no query parameter {name!r}",
                remedy=f"leave it out, or name one of: {', '.join(sorted(known)) or 'none'}",
            )


def _health_router(engines: Sequence[Engine]) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/livez")
    def livez() -> dict[str, str]:
        """Tell that the process answers."""
        return {"status": "alive"}

    @router.get("/readyz")
    def readyz(response: Response) -> dict[str, Health]:
        """Tell whether every engine makes progress; 503 names the one that does not."""
        healths = {engine.name: engine.health() for engine in engines}
        if any(health is not Health.READY for health in healths.values()):
            response.status_code = HTTP_UNAVAILABLE
        return healths

    return router


def _metrics() -> Response:
    """Return the metrics in Prometheus's text format."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _measure(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    if not request.app.state.is_started and request.url.path not in ALWAYS_SERVED:
        return await _answer_problem(request, StartingProblem())
    begun, status = time.perf_counter(), HTTP_SERVER_ERROR
    try:
        response = await call_next(request)
        status = response.status_code
    finally:
        route = getattr(request.scope.get("route"), "path", "unknown")
        metrics.HTTP_REQUESTS.labels(route, request.method, str(status)).inc()
        metrics.HTTP_REQUEST_SECONDS.labels(route).observe(time.perf_counter() - begun)
    return response


def _problem(
    request: Request, status: int, members: dict[str, object], retry_after: int | None = None
) -> JSONResponse:
    content = {
        "type": f"urn:argosy:problem:{members['code']}",
        "status": status,
        "instance": request.url.path,
        **members,
    }
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return JSONResponse(
        content, status_code=status, headers=headers, media_type="application/problem+json"
    )


async def _answer_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return _problem(request, error.status, dict(error.members), error.retry_after_seconds)


async def _answer_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = [
        {"field": ".".join(str(part) for part in each["loc"]), "detail": each["msg"]}
        for each in error.errors()
    ]
    first = errors[0]
    members: dict[str, object] = {
        "code": "invalid_request",
        "title": "The request is not valid",
        "detail": f"{first['field']}: {first['detail']}",
        "remedy": "Correct the named fields; /docs describes each.",
        "errors": jsonable_encoder(errors),
    }
    return _problem(request, HTTP_UNPROCESSABLE, members)


async def _answer_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    members: dict[str, object] = {
        "code": f"http_{error.status_code}",
        "title": str(error.detail),
        "detail": f"{request.method} {request.url.path}: {error.detail}",
        "remedy": "See /docs for the paths and methods that exist.",
    }
    return _problem(request, error.status_code, members)


async def _answer_wrong_token(request: Request, error: Exception) -> Response:
    members: dict[str, object] = {
        "code": "page_token_invalid",
        "title": "The page token is not valid",
        "detail": str(error),
        "remedy": "Use a next_page_token as it was given, or leave page_token out.",
    }
    return _problem(request, HTTP_UNPROCESSABLE, members)


async def _answer_unavailable(request: Request, error: Exception) -> Response:
    members: dict[str, object] = {
        "code": "unavailable",
        "title": "The service cannot do this right now",
        "detail": str(error),
        "remedy": "Try again after the time in Retry-After; repeating a request does no harm.",
    }
    return _problem(request, HTTP_UNAVAILABLE, members, RETRY_AFTER_SECONDS)


async def _answer_unexpected(request: Request, error: Exception) -> Response:
    members: dict[str, object] = {
        "code": "internal_error",
        "title": "The service made a mistake",
        "detail": f"{type(error).__name__} while answering {request.method} {request.url.path}",
        "remedy": "The service's log tells more; please report it.",
    }
    return _problem(request, HTTP_SERVER_ERROR, members)
