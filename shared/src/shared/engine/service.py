"""A process: engines and an HTTP server, from start to an orderly stop."""

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import AsyncGenerator, Generator, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

import uvicorn
from fastapi import APIRouter, FastAPI

from shared.engine.engine import DRAIN_SECONDS_MAX, Engine
from shared.engine.http import create_app
from shared.ports.bus import BusUnavailableError
from shared.ports.store import StoreUnavailableError

logger = logging.getLogger("argosy.service")

START_RETRY_SECONDS = 1.0
"""Between tries to reach a bus or a store at the start; containers start in any order."""

STOP_SECONDS_MAX = DRAIN_SECONDS_MAX + 5
"""After this the process ends whatever still runs; what was stored is taken up again."""


class Resource(Protocol):
    """Something that is started before the engines and stopped after them."""

    async def start(self) -> None:
        """Make it usable."""
        ...

    async def stop(self) -> None:
        """Let go of it, within a deadline."""
        ...


@dataclass(frozen=True, slots=True)
class Service:
    """One part of Argosy, ready to run: what it drives, what it serves, what it needs."""

    name: str
    engines: tuple[Engine, ...]
    router: APIRouter
    resources: tuple[Resource, ...] = ()
    """What this service alone uses, such as an agent's child processes."""
    origins: tuple[str, ...] = ()
    """Whose pages in a browser may call it, besides its own, as http(s)://HOST:PORT."""


@dataclass(frozen=True, slots=True)
class Running:
    """A process under way."""

    address: str
    """Where its HTTP API is served, as `http://HOST:PORT`."""
    driving: asyncio.Task[None]
    """Ends when an engine does: in an orderly stop, or with the error that broke it."""


class _Server(uvicorn.Server):
    """A server that leaves signals to the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Capture none."""
        yield


@contextlib.asynccontextmanager
async def running(
    services: Sequence[Service],
    *,
    host: str,
    port: int,
    resources: Sequence[Resource],
    serves_metrics: bool = True,
) -> AsyncGenerator[Running]:
    """Run the services in this process for as long as the context lasts.

    Raises:
        OSError: the port cannot be bound.
    """
    engines = [engine for service in services for engine in service.engines]
    title = " ".join(service.name for service in services)
    routers = [service.router for service in services]
    origins = [origin for service in services for origin in service.origins]
    app = create_app(
        engines, routers, f"Argosy {title}", serves_metrics=serves_metrics, origins=origins
    )
    listener = socket.create_server((host, port))
    server = _Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    everything = [*resources, *(each for service in services for each in service.resources)]
    driving = asyncio.create_task(_drive(engines, everything, app))
    try:
        yield Running(f"http://{host}:{listener.getsockname()[1]}", driving)
    finally:
        await _stop_driving(engines, driving)
        for resource in reversed(everything):
            await resource.stop()
        server.should_exit = True
        await serving


async def serve(
    services: Sequence[Service],
    *,
    host: str,
    port: int,
    resources: Sequence[Resource],
    serves_metrics: bool = True,
) -> None:
    """Run the services until the process is told to stop by SIGTERM or SIGINT.

    Raises:
        ExceptionGroup: an engine broke; whoever runs the process starts it again.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    async with running(
        services, host=host, port=port, resources=resources, serves_metrics=serves_metrics
    ) as process:
        logger.info("%s at %s", ", ".join(service.name for service in services), process.address)
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({stopping, process.driving}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if process.driving.done():
            await process.driving
        logger.info("stopping")


def first_error(error: BaseException) -> BaseException:
    """Return the first single error in a group, however deep it lies; another one as it is."""
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    return error


async def _drive(engines: Sequence[Engine], resources: Sequence[Resource], app: FastAPI) -> None:
    for resource in resources:
        await _start(resource)
    app.state.is_started = True
    async with asyncio.TaskGroup() as group:
        for engine in engines:
            group.create_task(engine.run(), name=engine.name)


async def _start(resource: Resource) -> None:
    while True:
        try:
            await resource.start()
        except (BusUnavailableError, StoreUnavailableError) as error:
            logger.warning("%s: %s; trying again", type(resource).__name__, error)
            await asyncio.sleep(START_RETRY_SECONDS)
        else:
            return


async def _stop_driving(engines: Sequence[Engine], driving: asyncio.Task[None]) -> None:
    for engine in engines:
        engine.request_drain()
    await asyncio.wait({driving}, timeout=STOP_SECONDS_MAX)
    if not driving.done():
        driving.cancel()
    await asyncio.gather(driving, return_exceptions=True)
