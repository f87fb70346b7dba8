"""Consensus put together: which adapters it runs on, and what drives its machine."""

from consensus.api import router
from consensus.domain.ballots import CONSENSUS_ID
from consensus.handlers import ConsensusMachine
from consensus.settings import Settings
from shared.adapters.clock import SystemClock
from shared.adapters.uris import open_bus, open_store
from shared.contracts.topics import CONSENSUS
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
    """Return consensus on these ports; several processes share the partitions among them."""
    engine = Engine(
        ConsensusMachine(settings.consensus_timeout),
        ports=ports,
        intake=Intake(shared=CONSENSUS),
        identity=Identity(CONSENSUS_ID, run_id),
    )
    return Service(CONSENSUS_ID, (engine,), router(ports))
