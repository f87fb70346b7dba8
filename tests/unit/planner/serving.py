"""The planner's API in this process, for tests."""

import httpx

from planner.settings import Settings
from shared.engine.http import create_app
from shared.engine.service import Service
from tests.unit.planner.bridge import GOAL

SETTINGS = Settings(source_roots="/in", goals_running_per_owner_max=1000)
REQUEST = {"goal_type": GOAL.goal_type, "parameters": GOAL.parameters}


def client_of(service: Service) -> httpx.AsyncClient:
    app = create_app(service.engines, [service.router], "test")
    app.state.is_started = True
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://planner")
