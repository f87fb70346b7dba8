"""An agent put together: its own store and key, its machine, its child processes."""

import os
from functools import partial
from pathlib import Path

from agent_worker.api import router
from agent_worker.capabilities.pipe import ChildSettings
from agent_worker.capabilities.runner import ChildProcessRunner
from agent_worker.domain.actions import OPERATORS
from agent_worker.domain.agent import Agent
from agent_worker.domain.policy import next_decision
from agent_worker.handlers import AgentMachine
from agent_worker.settings import Settings
from shared.adapters.clock import SystemClock
from shared.adapters.kafka_ranges import open_topics
from shared.adapters.uris import open_bus, open_store
from shared.contracts.topics import REGISTRY
from shared.contracts.wire import signed
from shared.engine.engine import Engine
from shared.engine.intake import Intake
from shared.engine.service import Service
from shared.engine.shard import Identity
from shared.kernel.signing import public_key_of
from shared.ports.bus import Bus
from shared.ports.ports import Ports

PRIVATE_KEY_BYTES = 32
"""The length of an Ed25519 private key (RFC 8032 §5.1.5)."""


def open_ports(settings: Settings, bus: Bus | None = None) -> Ports:
    """Return the agent's ports, not started yet: the bus, and a store in its own work folder.

    Agents in one process are given the bus that they share, and each has its own store: two
    agents on one store would fence each other.

    Raises:
        ValueError: the bus's URI has none of the accepted forms.
    """
    store = open_store(f"sqlite:///{Path(settings.work_folder).resolve() / 'agent.db'}")
    return Ports(bus or open_bus(settings.bus), store, SystemClock())


def build(settings: Settings, ports: Ports, run_id: str) -> Service:
    """Return the agent on these ports; nobody else uses their store.

    Raises:
        ValueError: the private key in the work folder is damaged.
    """
    private_key = private_key_in(Path(settings.work_folder))
    agent = Agent(
        agent_id=settings.agent_id,
        public_key=public_key_of(private_key),
        capabilities=OPERATORS,
        streams_max=settings.streams,
        heartbeat_interval_seconds=settings.data_health_check_interval,
        policy=next_decision,
    )
    for_children = ChildSettings(
        object_store=settings.object_store_uri,
        source_roots=settings.source_folders(),
        stream_brokers=settings.readable_brokers(),
        open_topics=f"{open_topics.__module__}:{open_topics.__qualname__}",
        memory_mib=settings.child_memory_mib,
        sample_rows_max=settings.data_processing_batch_size,
    )
    runner = ChildProcessRunner(for_children, streams=settings.streams)
    engine = Engine(
        AgentMachine(agent),
        ports=ports,
        intake=Intake(followed=(REGISTRY,)),
        identity=Identity(agent.agent_id, run_id, partial(signed, private_key=private_key)),
        runner=runner,
    )
    return Service("agent-worker", (engine,), router(ports, agent), resources=(runner,))


def private_key_in(folder: Path) -> bytes:
    """Return the agent's private key, made at the first start and readable by its owner alone.

    Raises:
        ValueError: the file holds something else.
    """
    file = folder / "private.key"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / "private.key.new"
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as new:
            new.write(os.urandom(PRIVATE_KEY_BYTES))
            new.flush()
            os.fsync(new.fileno())
        draft.replace(file)
    private_key = file.read_bytes()
    if len(private_key) != PRIVATE_KEY_BYTES:
        raise ValueError(
            f"{file} has {len(private_key)} bytes and is no private key; "
            "restore it, or delete it to give the agent a new one"
        )
    return private_key
