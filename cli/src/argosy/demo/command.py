"""`argosy demo`: a dirty year of flights, brought home while you watch."""

import re
from pathlib import Path
from typing import Annotated

import typer

from argosy.cluster import Cluster
from argosy.demo.runs import DATA_FOLDER, LATE_FOLDER, SOURCES_FOLDER
from argosy.options import (
    DEFAULT_PORT,
    AgentCount,
    AsJson,
    BusUri,
    ObjectStoreUri,
    Port,
    StoreUri,
)
from argosy.printing import remarks
from argosy.state_folder import owned


def default_state(bus: str) -> Path:
    """Return the folder for a bus: what was read of one says nothing about another."""
    place = re.sub(r"[^a-z0-9]+", "-", bus.lower()).strip("-")
    return Path(".argosy") / (f"demo-{place}" if place else "demo")


def demo(  # noqa: PLR0913 -- a command's options are its parameters
    *,
    seed: Annotated[int, typer.Option(help="What the dirt is drawn from.")] = 7,
    agents: AgentCount = 3,
    port: Port = DEFAULT_PORT,
    state: Annotated[
        Path | None,
        typer.Option(help="The folder that holds everything; another one for each bus if left."),
    ] = None,
    stay: Annotated[bool, typer.Option(help="Go on serving the page until Ctrl-C.")] = False,
    fresh: Annotated[bool, typer.Option(help="Start over even when a run can go on.")] = False,
    as_json: AsJson = False,
    bus: BusUri = "",
    store: StoreUri = "",
    object_store: ObjectStoreUri = "",
) -> None:
    """Bring a dirty year of flights home on an embedded cluster, and score what came of it.

    A run that was interrupted, even by kill -9, is gone on with; one that is over is cleared.
    """
    from argosy.demo.stage import Stage  # noqa: PLC0415 -- clients need no services loaded

    state = state or default_state(bus)
    cluster = Cluster(
        state=state,
        source_roots=",".join(
            str(state / DATA_FOLDER / folder) for folder in (SOURCES_FOLDER, LATE_FOLDER)
        ),
        agents=agents,
        bus=bus,
        store=store,
        object_store=object_store,
    )
    with owned(state):
        Stage(cluster, stays=stay, as_json=as_json, console=remarks()).play(
            seed, port, starts_over=fresh
        )
