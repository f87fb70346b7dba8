"""The planner put together: which adapters it runs on, and what drives its machine."""

from planner.api.routes import router
from planner.domain.planning import PLANNER_ID
from planner.handlers import PlannerMachine
from planner.settings import Settings
from shared.adapters.clock import SystemClock
from shared.adapters.uris import open_bus, open_store
from shared.contracts.topics import PLANNER
from shared.engine.engine import Engine
from shared.engine.intake import Intake
from shared.engine.service import Service
from shared.engine.shard import Identity
from shared.ports.ports import Ports


def open_ports(settings: Settings) -> Ports:
    """Return the ports that the settings name, not started yet.

    Raises:
        ValueError: a URI has none of the accepted forms.
    """
    return Ports(open_bus(settings.bus), open_store(settings.store), SystemClock())


def build(settings: Settings, ports: Ports, run_id: str) -> Service:
    """Return the planner on these ports; several processes share the partitions among them."""
    planning = settings.planning()
    engine = Engine(
        PlannerMachine(planning),
        ports=ports,
        intake=Intake(shared=PLANNER),
        identity=Identity(PLANNER_ID, run_id),
    )
    return Service(PLANNER_ID, (engine,), router(ports, planning))
