"""What an embedded cluster is to be, and where it serves."""

import socket
from dataclasses import dataclass
from pathlib import Path

from argosy.failures import CommandError, ExitCode

HOST = "127.0.0.1"

PORTS_TRIED_MAX = 20
"""Ports after the wanted one, before any free one is taken."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """What an embedded cluster is to be."""

    state: Path
    """The folder that holds what it remembers."""
    source_roots: str
    """Folders that goals may read from, separated by commas."""
    agents: int = 3
    """How many can do everything, or what ARGOSY_CAPABILITIES says."""
    specialists: tuple[str, ...] = ()
    """The capabilities of each other one: roles and operators, separated by commas."""
    bus: str = ""
    """A URI; in the state folder when empty."""
    store: str = ""
    """A URI; in the state folder when empty."""
    object_store: str = ""
    """A folder or URI; in the state folder when empty."""


def free_port(wanted: int) -> int:
    """Return the wanted port, or the next one that is free."""
    for port in (*range(wanted, wanted + PORTS_TRIED_MAX), 0):
        try:
            with socket.create_server((HOST, port)) as listener:
                taken: int = listener.getsockname()[1]
                return taken
        except OSError:
            continue
    raise CommandError(
        f"No port is free on {HOST}.",
        remedy="Stop something, or look at the limits of this machine.",
        exit_code=ExitCode.USAGE,
    )
