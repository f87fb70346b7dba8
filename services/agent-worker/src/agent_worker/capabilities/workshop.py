"""What a child process works with: its store, what it may read, its database, last partitions."""

from collections import OrderedDict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from agent_worker.capabilities import sql
from agent_worker.capabilities.brokers import Brokers
from agent_worker.capabilities.engines.addresses import DUCKDB
from agent_worker.capabilities.judged_table import JudgedTable
from agent_worker.capabilities.object_store import ObjectStore, open_store
from agent_worker.capabilities.pipe import ChildSettings
from agent_worker.capabilities.places.allowed import Allowed
from agent_worker.capabilities.sources import SourceRoots
from agent_worker.domain.voting.contradictions import Redaction

JUDGED_MAX = 2
"""Partitions kept between the steps of attempts; a child serves few attempts at a time."""


@dataclass(frozen=True, slots=True)
class VerifiedFile:
    """A local file that was found to have the content that its hash promises."""

    path: Path
    content_hash: str
    size: int
    modified: int

    @property
    def is_unchanged(self) -> bool:
        """Whether the file is still the one that was verified."""
        if not self.path.is_file():
            return False
        status = self.path.stat()
        return (status.st_size, status.st_mtime_ns) == (self.size, self.modified)


@dataclass
class Workshop:
    """The tools of one child process."""

    store: ObjectStore
    sources: SourceRoots
    brokers: Brokers
    connection: duckdb.DuckDBPyConnection
    scratch: Path
    sample_rows_max: int
    memory_bytes: int
    """What the database may use before it spills."""
    redaction: Redaction = Redaction.SHOWN
    """How values appear in evidence that leaves the agent."""
    allowed: Allowed = field(default_factory=Allowed)
    """Places beside local folders that may be read."""
    table_engine: str = DUCKDB
    """The address of the engine for whole tables."""
    table_engine_bytes_min: int = 0
    """Work on smaller files is DuckDB's, whatever the engine."""
    partition_bytes_max: int = 0
    """What a partition of text may have before it is divided; 0 for any size."""
    _verified: dict[str, VerifiedFile] = field(default_factory=dict[str, VerifiedFile])
    _judged: OrderedDict[str, JudgedTable] = field(default_factory=OrderedDict[str, JudgedTable])
    _tables: int = 0
    _endings: ExitStack = field(default_factory=ExitStack)

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

    def forget(self, name: str) -> None:
        """Let go of the judged partition kept under this name, if there is one."""
        judged = self._judged.pop(name, None)
        if judged is not None:
            judged.drop()

    def clear(self) -> None:
        """Let go of every partition, and of what an action that failed left in the database."""
        self._judged.clear()
        for kind in ("view", "table"):
            found = self.connection.execute(
                f"select {kind}_name from duckdb_{kind}s() where not internal"  # noqa: S608
            )
            for (name,) in found.fetchall():
                self.connection.execute(f"drop {kind} {sql.name(name)}")

    def verified(self, uri: str, content_hash: str) -> Path | None:
        """Return the local file of a URI that was found to have this content, if it still does."""
        known = self._verified.get(uri)
        if known is None or known.content_hash != content_hash or not known.is_unchanged:
            return None
        return known.path

    def path_of(self, uri: str) -> Path:
        """Return a local path of a URI: of the verified file, if there is one, else as fetched."""
        known = self._verified.get(uri)
        return known.path if known is not None and known.is_unchanged else self.store.fetch(uri)

    def remember_verified(self, uri: str, content_hash: str, path: Path) -> None:
        """Remember that the local file of a URI has this content."""
        status = path.stat()
        self._verified[uri] = VerifiedFile(path, content_hash, status.st_size, status.st_mtime_ns)

    def at_end(self, ending: Callable[[], None]) -> None:
        """Have something done when the attempt at hand is over."""
        self._endings.callback(ending)

    def end_attempt(self) -> None:
        """Give back what the attempt at hand holds outside of this process."""
        self._endings.close()

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
    memory_bytes = settings.memory_mib * 1024 * 1024
    brokers = Brokers(
        settings.stream_brokers,
        settings.open_topics,
        settings.topic_sinks,
        settings.open_topic_writer,
    )
    workshop = Workshop(
        store, sources, brokers, connection, scratch, settings.sample_rows_max, memory_bytes
    )
    workshop.redaction = settings.redaction
    workshop.table_engine = settings.table_engine
    workshop.table_engine_bytes_min = settings.table_engine_bytes_min
    workshop.allowed = Allowed(
        settings.source_hosts,
        settings.source_buckets,
        settings.source_databases,
        settings.open_rows,
    )
    workshop.partition_bytes_max = settings.partition_mib * 1024 * 1024
    return workshop
