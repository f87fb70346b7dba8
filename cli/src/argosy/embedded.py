"""The embedded cluster: every service and a few agents in one process, on one port.

The services are the same as in containers, built by their own wiring; only what they share is
chosen here. Everything they remember lies in one folder, so that a process that was killed goes
on where it was.
"""

import secrets
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import NotRequired, TypedDict

from pydantic import ValidationError

import agent_worker.settings
import agent_worker.wiring
import consensus.settings
import consensus.wiring
import hub.settings
import hub.wiring
import planner.settings
import planner.wiring
from argosy.cluster import HOST, Cluster
from argosy.failures import CommandError, ExitCode
from shared.adapters.clock import SystemClock
from shared.adapters.uris import open_bus, open_store
from shared.engine.collector import tune_collector
from shared.engine.service import Resource, Running, Service, first_error, running, serve
from shared.engine.settings import ServiceSettings
from shared.ports.ports import Ports


class SharedSettings(TypedDict):
    """The settings that every service of one cluster must agree on."""

    bus: str
    store: str
    object_store: str
    source_roots: str


class OwnSettings(TypedDict):
    """The settings of one agent alone."""

    agent_id: str
    work_folder: str
    capabilities: NotRequired[str]


@dataclass(frozen=True, slots=True)
class Parts:
    """What runs in the process: services, and what they need started before them."""

    services: tuple[Service, ...]
    resources: tuple[Resource, ...]
    serves_metrics: bool


@asynccontextmanager
async def cluster_running(cluster: Cluster, port: int) -> AsyncGenerator[Running]:
    """Run the cluster for as long as the context lasts."""
    parts = _parts(cluster)
    async with running(
        parts.services,
        host=HOST,
        port=port,
        resources=parts.resources,
        serves_metrics=parts.serves_metrics,
    ) as process:
        yield process


async def serve_cluster(cluster: Cluster, port: int) -> None:
    """Run the cluster until the process is told to stop.

    Raises:
        CommandError: an engine broke.
    """
    parts = _parts(cluster)
    try:
        await serve(
            parts.services,
            host=HOST,
            port=port,
            resources=parts.resources,
            serves_metrics=parts.serves_metrics,
        )
    except ExceptionGroup as group:
        raise broken(group) from group


def broken(error: BaseException | None) -> CommandError:
    """Return what to say of a cluster that an error ended."""
    cause = "an engine ended" if error is None else first_error(error)
    return CommandError(
        f"The cluster broke: {cause}",
        remedy="Its log tells more; what was stored is taken up by the next start.",
        exit_code=ExitCode.UNREACHABLE,
    )


def _parts(cluster: Cluster) -> Parts:
    tune_collector()
    try:
        return _build(cluster)
    except ValueError as error:  # a wrong setting's ValidationError is one, too
        wrong = _complaints(error) if isinstance(error, ValidationError) else str(error)
        raise CommandError(
            f"The cluster cannot be set up: {wrong}",
            remedy="Correct the option or the variable.",
            exit_code=ExitCode.USAGE,
        ) from error


def _complaints(error: ValidationError) -> str:
    return "; ".join(
        f"ARGOSY_{'.'.join(str(part) for part in each['loc']).upper()}: {each['msg']}"
        for each in error.errors()
    )


def _build(cluster: Cluster) -> Parts:
    """Build the services on one bus and one store, and each agent on a store of its own."""
    shared = _shared_settings(cluster)
    ports = Ports(open_bus(shared["bus"]), open_store(shared["store"]), SystemClock())
    run_id = secrets.token_hex(8)
    services = [
        planner.wiring.build(planner.settings.Settings(**shared), ports, run_id),
        hub.wiring.build(hub.settings.Settings(**shared, consensus_url=""), ports, run_id),
        consensus.wiring.build(
            consensus.settings.Settings(
                **shared, consensus_key_file=str(cluster.state.resolve() / "consensus.key")
            ),
            ports,
            run_id,
        ),
    ]
    stores = [ports.store]
    for settings in _agents_of(cluster, shared):
        own_ports = agent_worker.wiring.open_ports(settings, ports.bus)
        services.append(agent_worker.wiring.build(settings, own_ports, run_id))
        stores.append(own_ports.store)
    serves_metrics = ServiceSettings().enable_data_monitoring
    return Parts(tuple(services), (ports.bus, *stores), serves_metrics)


def _agents_of(
    cluster: Cluster, shared: SharedSettings
) -> Iterator[agent_worker.settings.Settings]:
    """Yield the settings of each agent: first those that can do everything, then specialists."""
    folder = cluster.state.resolve() / "agents"
    for number in range(1, cluster.agents + len(cluster.specialists) + 1):
        name = f"agent-{number}"
        own = OwnSettings(agent_id=name, work_folder=str(folder / name))
        if number > cluster.agents:
            own["capabilities"] = cluster.specialists[number - cluster.agents - 1]
        yield agent_worker.settings.Settings(**shared, **own)


def _shared_settings(cluster: Cluster) -> SharedSettings:
    state = cluster.state.resolve()
    return SharedSettings(
        bus=cluster.bus or f"sqlite:///{state / 'bus.db'}",
        store=cluster.store or f"sqlite:///{state / 'store.db'}",
        object_store=cluster.object_store or (state / "objects").as_uri(),
        source_roots=cluster.source_roots,
    )
