"""Which engine carries a piece of work out."""

from agent_worker.capabilities.engines.duckdb_engine import DuckDbEngine
from agent_worker.capabilities.engines.port import StoredRows, TableEngine
from agent_worker.capabilities.workshop import Workshop


def engine_for(workshop: Workshop, *_: StoredRows) -> TableEngine:
    """Return the engine for whole-table work."""
    return DuckDbEngine(workshop)
