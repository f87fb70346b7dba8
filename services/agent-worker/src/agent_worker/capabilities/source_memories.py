"""Where memories of sources are kept: one for each table, and one for each set of folders.

They lie in the object store beside the tables and are replaced by newer ones. A memory that is not
there, or that nobody can read, is none; whoever works without one only works longer.
"""

from collections.abc import Iterable
from hashlib import sha256

from pydantic import ValidationError

from agent_worker.capabilities.artifacts import TASK_OUTPUTS
from agent_worker.capabilities.object_store import ObjectStore
from agent_worker.capabilities.parts import Parts
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.source_memory import SourceMemory, memory_of


def recall(store: ObjectStore, table: str, uris: Iterable[str]) -> SourceMemory | None:
    """Return the memory of a table, else that of the folders that files lie in, if there is one."""
    for name in _names(store, table, uris):
        try:
            document = store.fetch(store.uri_of(name)).read_bytes()
            return SourceMemory.model_validate_json(document)
        except (ActionFailedError, ValidationError):
            continue
    return None


def remember(store: ObjectStore, parts: Parts) -> None:
    """Keep what was learnt about the sources of cleaned parts, and how well it served."""
    memory = memory_of(parts.contract, parts.summaries.values())
    if memory is None:
        return
    for name in _names(store, memory.table, (source.uri for source in parts.sources)):
        staged = store.stage(name)
        staged.write_text(memory.model_dump_json(), encoding="utf-8")
        store.put(name, staged)


def _names(store: ObjectStore, table: str, uris: Iterable[str]) -> tuple[str, ...]:
    """Return where the memory of a table and of files lies.

    Batches that tasks wrote lie elsewhere each time, so that only the table tells them apart.
    """
    outputs = store.uri_of(TASK_OUTPUTS)
    folders = sorted({uri.rpartition("/")[0] for uri in uris if not uri.startswith(outputs)})
    of_table = f"memory/tables/{table}.json"
    if not folders:
        return (of_table,)
    digest = sha256("\n".join(folders).encode()).hexdigest()
    return (of_table, f"memory/sources/{digest}.json")
