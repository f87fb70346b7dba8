"""Consensus put together: which adapters it runs on, and what drives its machine."""

from functools import partial
from pathlib import Path

from consensus.api.routes import router
from consensus.domain.proposals import CONSENSUS_ID
from consensus.domain.terms import Terms
from consensus.handlers import ConsensusMachine
from consensus.settings import Settings
from shared.adapters.clock import SystemClock
from shared.adapters.keys import private_key_in
from shared.adapters.uris import open_bus, open_store
from shared.contracts import wire
from shared.contracts.topics import CONSENSUS
from shared.engine.engine import Engine
from shared.engine.intake import Intake
from shared.engine.service import Service
from shared.engine.shard import Identity
from shared.kernel.signing import public_key_of
from shared.ports.ports import Ports


def open_ports(settings: Settings) -> Ports:
    """Return the ports that the settings name, not started yet.

    Raises:
        ValueError: a URI has none of the accepted forms.
    """
    return Ports(open_bus(settings.bus), open_store(settings.store), SystemClock())


def build(settings: Settings, ports: Ports, run_id: str) -> Service:
    """Return consensus on these ports; several processes share the partitions among them.

    Raises:
        ValueError: the key file holds no private key.
        OSError: the key file cannot be read or made.
    """
    private_key = private_key_in(Path(settings.consensus_key_file))
    terms = Terms(settings.consensus_timeout, public_key_of(private_key))
    sign = partial(wire.signed, private_key=private_key)
    engine = Engine(
        ConsensusMachine(terms),
        ports=ports,
        intake=Intake(shared=CONSENSUS),
        identity=Identity(CONSENSUS_ID, run_id, sign),
    )
    origins = settings.allowed_origins()
    return Service(CONSENSUS_ID, (engine,), router(ports, sign), origins=origins)
