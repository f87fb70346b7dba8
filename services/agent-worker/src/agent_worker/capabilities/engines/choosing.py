"""Which engine carries a piece of work out."""

from agent_worker.capabilities.engines.addresses import DUCKDB
from agent_worker.capabilities.engines.duckdb_engine import DuckDbEngine
from agent_worker.capabilities.engines.port import StoredRows, TableEngine
from agent_worker.capabilities.workshop import Workshop


def engine_for(workshop: Workshop, *rows: StoredRows) -> TableEngine:
    """Return the engine for work on these rows: the agent's own, or DuckDB if they are few."""
    size = sum(each.bytes for each in rows)
    if workshop.table_engine == DUCKDB or size < workshop.table_engine_bytes_min:
        return DuckDbEngine(workshop)
    # Spark is an extra, and takes a second to load.
    from agent_worker.capabilities.engines.spark_engine import SparkEngine  # noqa: PLC0415

    return SparkEngine(workshop, workshop.table_engine)
