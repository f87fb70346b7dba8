"""DuckDB as a table engine: in this process, on one thread, spilling to disk what is too much."""

from collections.abc import Sequence

import duckdb

from agent_worker.capabilities import sql
from agent_worker.capabilities.engines.addresses import DUCKDB
from agent_worker.capabilities.engines.port import BUCKET_COLUMN, RowFile, StoredRows
from agent_worker.capabilities.engines.sql_engine import Dialect, SqlEngine
from agent_worker.capabilities.sources import fingerprint_of
from agent_worker.capabilities.table_snapshots import read_files
from agent_worker.capabilities.workshop import Workshop

RIGHT_SHARE_MAX = 0.5
"""Of the memory for the right side of a join: the rest is for the left rows, and for sorting."""

DIALECT = Dialect(
    # Compensated, so that the order of rows shows in the last digit at most.
    real_sum="fsum({})",
    whole_sum="cast(sum({}) as decimal(38, 0))",
    text_bytes="strlen({})",
    is_minus="signbit({})",
)


class DuckDbEngine(SqlEngine):
    """Writes one file, however many rows there are."""

    name = DUCKDB

    def __init__(self, workshop: Workshop) -> None:
        super().__init__(DIALECT)
        self._workshop = workshop

    @property
    def join_memory_bytes(self) -> int:
        """What there is for a join's right side, which is held whole."""
        return int(self._workshop.memory_bytes * RIGHT_SHARE_MAX)

    def _open(self, rows: StoredRows, name: str) -> None:
        found = read_files(self._workshop, rows.files, rows.stored_columns)
        if rows.bucket is not None:
            found = found.filter(f"{BUCKET_COLUMN} = {rows.bucket}")
        found.project(", ".join(map(sql.name, rows.columns))).create_view(name, replace=True)

    def _figures(self, query: str) -> Sequence[int]:
        (figures,) = self._workshop.connection.sql(query).fetchall()
        return figures

    def _write(self, query: str, stored_as: str) -> tuple[RowFile, ...]:
        return (store_rows(self._workshop, self._workshop.connection.sql(query), stored_as),)


def store_rows(workshop: Workshop, rows: duckdb.DuckDBPyRelation, stored_as: str) -> RowFile:
    """Write rows into the object store as one Parquet file."""
    staged = workshop.store.stage(stored_as)
    rows.write_parquet(str(staged), compression="zstd")
    written = workshop.connection.read_parquet(str(staged))
    ((row_count,),) = written.aggregate("count(*)").fetchall()
    size, content_hash = staged.stat().st_size, fingerprint_of(staged)
    return RowFile(workshop.store.put(stored_as, staged), content_hash, row_count, size)
