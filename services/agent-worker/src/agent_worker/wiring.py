"""An agent put together: its own store and key, its machine, its child processes."""

from functools import partial
from pathlib import Path

from agent_worker.api import router
from agent_worker.capabilities.engines.addresses import check_installed
from agent_worker.capabilities.performing import AgentRunner, Thinker
from agent_worker.capabilities.pipe import ChildSettings
from agent_worker.capabilities.runner import ChildProcessRunner
from agent_worker.domain.agent import Agent, ModelTerms
from agent_worker.domain.policy import next_decision
from agent_worker.domain.roles import capabilities_of
from agent_worker.handlers import AgentMachine
from agent_worker.settings import Settings
from shared.adapters.clock import SystemClock
from shared.adapters.kafka_export import open_topic_writer
from shared.adapters.kafka_ranges import open_topics
from shared.adapters.keys import private_key_in
from shared.adapters.sql_rows import open_rows
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
        ValueError: the private key in the work folder is damaged, or a model is wanted and is not
            described.
        OSError: the file of the model's key cannot be read.
    """
    private_key = private_key_in(Path(settings.work_folder) / "private.key")
    agent = Agent(
        agent_id=settings.agent_id,
        public_key=public_key_of(private_key),
        capabilities=capabilities_of(settings.capabilities),
        streams_max=settings.streams,
        heartbeat_interval_seconds=settings.data_health_check_interval,
        policy=next_decision,
        model=model_terms(settings),
    )
    children = ChildProcessRunner(child_settings(settings), streams=settings.streams)
    runner = AgentRunner(children, _thinker(settings) if agent.model else None)
    engine = Engine(
        AgentMachine(agent),
        ports=ports,
        intake=Intake(followed=(REGISTRY,)),
        identity=Identity(agent.agent_id, run_id, partial(signed, private_key=private_key)),
        runner=runner,
    )
    return Service("agent-worker", (engine,), router(ports, agent), resources=(runner,))


def child_settings(settings: Settings) -> ChildSettings:
    """Return what the agent's child processes are told.

    Raises:
        ValueError: this machine lacks what the table engine needs.
    """
    check_installed(settings.table_engine)
    return ChildSettings(
        object_store=settings.object_store_uri,
        source_roots=settings.source_folders(),
        stream_brokers=settings.readable_brokers(),
        topic_sinks=settings.writable_topics(),
        source_hosts=settings.readable_hosts(),
        source_buckets=settings.readable_buckets(),
        source_databases=settings.readable_databases(),
        open_rows=f"{open_rows.__module__}:{open_rows.__qualname__}",
        open_topics=f"{open_topics.__module__}:{open_topics.__qualname__}",
        open_topic_writer=f"{open_topic_writer.__module__}:{open_topic_writer.__qualname__}",
        memory_mib=settings.child_memory_mib,
        partition_mib=settings.partition_mib,
        sample_rows_max=settings.data_processing_batch_size,
        redaction=settings.evidence,
        table_engine=settings.table_engine,
        table_engine_bytes_min=settings.table_engine_bytes_min,
    )


def model_terms(settings: Settings) -> ModelTerms | None:
    """Return the language model that the settings describe; None where the rules reason alone.

    Raises:
        ValueError: a model is wanted, and its name or its endpoint is missing or no good.
    """
    if settings.reasoner == "rules":
        return None
    if not settings.model_name or not settings.model_url:
        missing = "NAME" if not settings.model_name else "URL"
        raise ValueError(
            f"ARGOSY_REASONER=model needs ARGOSY_MODEL_{missing}: name a model and its "
            "OpenAI-compatible endpoint, or leave ARGOSY_REASONER at rules"
        )
    if "@" in settings.model_url:
        raise ValueError(
            "ARGOSY_MODEL_URL has a user in it; write the address alone, and the key into the "
            "file that ARGOSY_MODEL_API_KEY_FILE names"
        )
    return ModelTerms(
        name=settings.model_name,
        timeout_seconds=settings.model_timeout,
        tokens_out_max=settings.model_tokens_out_max,
        tokens_per_attempt_max=settings.model_tokens_per_attempt_max,
        price_in=settings.model_price_in,
        price_out=settings.model_price_out,
    )


def _thinker(settings: Settings) -> Thinker:
    # Its libraries take 45 MiB and two seconds to load, which agents that go by rules need not pay.
    from agent_worker.capabilities.reasoning.model import (  # noqa: PLC0415
        Endpoint,
        ModelReasoner,
    )

    return ModelReasoner(Endpoint(settings.model_url, settings.model_key()))
