"""What a child process works with: its store, its sources, its database, its last partitions."""

from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from agent_worker.capabilities.judged_table import JudgedTable
from agent_worker.capabilities.object_store import ObjectStore, open_store
from agent_worker.capabilities.pipe import ChildSettings
from agent_worker.capabilities.sources import SourceRoots

JUDGED_MAX = 2
"""Partitions kept between the steps of attempts; a child serves few attempts at a time."""


@dataclass
class Workshop:
    """The tools of one child process."""

    store: ObjectStore
    sources: SourceRoots
    connection: duckdb.DuckDBPyConnection
    scratch: Path
    sample_rows_max: int
    _judged: OrderedDict[str, JudgedTable] = field(default_factory=OrderedDict[str, JudgedTable])
    _tables: int = 0

    def recall(self, name: str) -> JudgedTable | None:
        """Return the judged partition kept under this name, if it is still here."""
        if name in self._judged:
            self._judged.move_to_end(name)
        return self._judged.get(name)

    def keep(self, name: str, judged: JudgedTable) -> None:
        """Keep a judged partition, and forget the one longest unused when there are too many."""
        self._judged[name] = judged
        if len(self._judged) > JUDGED_MAX:
            _, oldest = self._judged.popitem(last=False)
            oldest.drop()

    def new_table_name(self) -> str:
        """Return a name that no table has."""
        self._tables += 1
        return f"partition_{self._tables}"


def open_workshop(settings: ChildSettings, scratch: Path) -> Workshop:
    """Open a workshop whose temporary files lie in the folder `scratch`."""
    # One thread: agents scale by processes, and the order of rows stays that of the file.
    connection = duckdb.connect(
        config={
            "threads": 1,
            "memory_limit": f"{settings.memory_mib}MiB",
            "temp_directory": str(scratch / "spilled"),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    store = open_store(settings.object_store, scratch)
    sources = SourceRoots(settings.source_roots)
    return Workshop(store, sources, connection, scratch, settings.sample_rows_max)
