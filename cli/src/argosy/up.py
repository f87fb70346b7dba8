"""`argosy up`: the whole fleet in one process, for a laptop."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from argosy.cluster import HOST, Cluster, free_port
from argosy.options import (
    DEFAULT_PORT,
    BusUri,
    GeneralistCount,
    ObjectStoreUri,
    Port,
    Specialists,
    StoreUri,
)
from argosy.printing import remarks
from argosy.state_folder import owned
from shared.engine.logs import configure_logs
from shared.engine.settings import ServiceSettings

AGENTS_DEFAULT = 3
"""Enough for a vote without its proposer."""


def up(  # noqa: PLR0913 -- a command's options are its parameters
    *,
    agents: GeneralistCount = None,
    specialists: Specialists = None,
    port: Port = DEFAULT_PORT,
    state: Annotated[
        Path, typer.Option(help="The folder that holds what the cluster remembers.")
    ] = Path(".argosy"),
    source_roots: Annotated[
        str,
        typer.Option(envvar="ARGOSY_SOURCE_ROOTS", help="Folders that goals may read, by commas."),
    ] = ".",
    bus: BusUri = "",
    store: StoreUri = "",
    object_store: ObjectStoreUri = "",
) -> None:
    """Run planner, hub, consensus and agents in this process until Ctrl-C."""
    from argosy.embedded import serve_cluster  # noqa: PLC0415 -- clients need no services loaded

    cluster = Cluster(
        state=state,
        source_roots=source_roots,
        agents=_generalists(agents, specialists),
        specialists=tuple(specialists or ()),
        bus=bus,
        store=store,
        object_store=object_store,
    )
    settings = ServiceSettings()
    configure_logs(settings.log_level, settings.log_format)
    with owned(state):
        taken = free_port(port)
        if port not in {0, taken}:
            remarks().print(f"port {port} is taken: using {taken}")
        remarks().print(f"starting the fleet at http://{HOST}:{taken} (Ctrl-C stops it)")
        asyncio.run(serve_cluster(cluster, taken))


def _generalists(agents: int | None, specialists: list[str] | None) -> int:
    if agents is not None:
        return agents
    return 0 if specialists else AGENTS_DEFAULT
