"""What an agent reads from the environment, each as `ARGOSY_` and its name in capitals."""

import os
import socket
from pathlib import Path

from pydantic import Field

from shared.engine.settings import ServiceSettings


class Settings(ServiceSettings):
    """The settings of every service, and what an agent alone needs.

    An agent has no database: `store` means nothing to it, its records lie in its work folder.
    """

    http_port: int = Field(default=8083, ge=0, le=65535)
    """0 takes any free port."""
    agent_id: str = Field(default_factory=socket.gethostname, min_length=1, max_length=200)
    """The agent's name in the fleet, the same after each restart; the host's name by default."""
    work_folder: str = ".argosy/agent"
    """The folder of this agent alone: its records, its outbox and its private key. Keep it."""
    child_memory_mib: int = Field(default=1024, ge=128)
    """The most memory of one child process, in MiB; each stream has one."""

    @property
    def streams(self) -> int:
        """How many attempts run side by side: a processor for each, and no more than allowed."""
        return min(self.max_parallel_streams, os.cpu_count() or 1)

    @property
    def object_store_uri(self) -> str:
        """The object store as a URI; a path is a folder, seen from where the process started."""
        is_uri = "://" in self.object_store
        return self.object_store if is_uri else Path(self.object_store).resolve().as_uri()
