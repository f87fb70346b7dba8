"""A planner over a real bus, store and engine in a temporary folder."""

import asyncio
from collections.abc import AsyncGenerator

import httpx
import pytest
import pytest_asyncio

from planner import wiring
from shared.ports.ports import Ports
from tests.unit.planner.serving import SETTINGS, client_of


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ports(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Ports]:
    folder = tmp_path_factory.mktemp("planner")
    opened = wiring.open_ports(
        SETTINGS.model_copy(
            update={
                "bus": f"sqlite:///{folder}/bus.db",
                "store": f"sqlite:///{folder}/store.db",
            }
        )
    )
    await opened.bus.start()
    await opened.store.start()
    yield opened
    await opened.bus.stop()
    await opened.store.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def planner(ports: Ports) -> AsyncGenerator[httpx.AsyncClient]:
    service = wiring.build(SETTINGS, ports, "run-1")
    (engine,) = service.engines
    driving = asyncio.create_task(engine.run())
    async with client_of(service) as client:
        yield client
    engine.request_drain()
    await driving
