"""How the hub is put together: two machines, each with its engine, and one API."""

from hub.api.routes import router
from hub.domain.routing import HUB_ID
from hub.domain.view import VIEW_ID
from hub.handlers import HubMachine, ViewMachine
from hub.settings import Settings
from shared.adapters.clock import SystemClock
from shared.adapters.uris import open_bus, open_store
from shared.contracts.topics import EVENTS, HEARTBEATS, HUB
from shared.engine.engine import Engine
from shared.engine.intake import Intake
from shared.engine.service import Service
from shared.engine.shard import Identity
from shared.ports.ports import Ports


def open_ports(settings: Settings) -> Ports:
    """Return the bus and the store that the settings name, not started yet.

    Raises:
        ValueError: a URI names no bus or no store.
    """
    return Ports(bus=open_bus(settings.bus), store=open_store(settings.store), clock=SystemClock())


def build(settings: Settings, ports: Ports, run_id: str) -> Service:
    """Return the hub, ready to be served."""
    deciding = Engine(
        HubMachine(settings.limits()),
        ports=ports,
        intake=Intake(shared=HUB, followed=(HEARTBEATS,)),
        identity=Identity(HUB_ID, run_id),
    )
    viewing = Engine(
        ViewMachine(),
        ports=ports,
        intake=Intake(shared=EVENTS),
        identity=Identity(VIEW_ID, run_id),
    )
    return Service(
        HUB_ID,
        (deciding, viewing),
        router(ports, agents_max=settings.max_data_agents, consensus_url=settings.consensus_url),
    )
