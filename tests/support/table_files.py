"""Small tables as Parquet files, and an engine at work on them."""

from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import cast

from agent_worker.capabilities import sql
from agent_worker.capabilities.engines.duckdb_engine import DuckDbEngine
from agent_worker.capabilities.engines.port import RowFile, StoredRows, TableEngine, TableWork
from agent_worker.capabilities.part_files import content_digest
from agent_worker.capabilities.pipe import ChildSettings
from agent_worker.capabilities.workshop import Workshop, open_workshop
from agent_worker.domain.data_types import DataType
from tests.contract.table_engine_model import COLUMNS, Row, Table, plain


class EngineBench:
    """An engine on a store of its own, whose folder has a name that needs care."""

    def __init__(self, folder: Path, engine_of: Callable[[Workshop], TableEngine]) -> None:
        self._folder = folder / "store of [one] tést"
        self._folder.mkdir()
        scratch = folder / "scratch"
        scratch.mkdir()
        settings = ChildSettings(object_store=self._folder.as_uri(), memory_mib=128)
        self._workshop = open_workshop(settings, scratch)
        self._numbers = count()
        self.engine = engine_of(self._workshop)

    @property
    def typed(self) -> str:
        """A query of one row with all columns, empty."""
        cells = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in COLUMNS.items())
        return f"select {cells}"

    def store(self, table: Table) -> StoredRows:
        """Write a table, each of its files."""
        files = [self._stored(rows) for rows in table]
        return StoredRows(
            tuple(uri for file in files for uri in file.files),
            COLUMNS,
            sum(file.bytes for file in files),
        )

    def made(self, query: str) -> StoredRows:
        """Write what a query finds as one file."""
        name = f"made/{next(self._numbers)}.parquet"
        path = self._folder / name
        path.parent.mkdir(exist_ok=True)
        self._workshop.connection.sql(query).write_parquet(str(path))
        rows = self._workshop.connection.read_parquet(str(path))
        types = {column: str(kind) for column, kind in zip(rows.columns, rows.types, strict=True)}
        return StoredRows((path.as_uri(),), types, path.stat().st_size)

    def write(self, work: TableWork) -> tuple[RowFile, ...]:
        """Have the engine write what comes of the work."""
        return self.engine.write(work, f"written/{next(self._numbers)}.parquet")

    def stored(self, *written: Sequence[RowFile]) -> StoredRows:
        """Return what was written as rows to work on."""
        files = [file for each in written for file in each]
        rows = self._workshop.connection.read_parquet(self._paths(files))
        types = {column: str(kind) for column, kind in zip(rows.columns, rows.types, strict=True)}
        size = sum(file.bytes for file in files)
        return StoredRows(tuple(file.uri for file in files), types, size)

    def rows(self, written: Sequence[RowFile]) -> list[Row]:
        """Return the rows of files, one after the other."""
        found: list[Row] = []
        for path, file in zip(self._paths(written), written, strict=True):
            rows = self._workshop.connection.read_parquet(path).fetchall()
            assert len(rows) == file.rows
            found += [tuple(map(plain, row)) for row in cast("list[Row]", rows)]
        return found

    def check_hash(self, work: TableWork) -> None:
        """See that the work has the content hash that it has when DuckDB does it."""
        reference = DuckDbEngine(self._workshop).write(work, "reference.parquet")
        assert self._digest(self.write(work)) == self._digest(reference)

    def count_files(self, folder: str) -> int:
        """Return how many files lie below a folder of the store, of whatever kind."""
        return sum(path.is_file() for path in (self._folder / folder).rglob("*"))

    def remove(self, rows: StoredRows) -> None:
        """Take the files of rows away."""
        for uri in rows.files:
            self._workshop.store.fetch(uri).unlink()

    def close(self) -> None:
        """Close what was opened."""
        self._workshop.connection.close()

    def _stored(self, rows: Sequence[Row]) -> StoredRows:
        connection = self._workshop.connection
        columns = ", ".join(f"{sql.name(name)} {kind}" for name, kind in COLUMNS.items())
        connection.execute(f"create or replace table written ({columns})")
        if rows:
            marks = ", ".join("?" * len(COLUMNS))
            connection.executemany(
                f"insert into written values ({marks})", [list(row) for row in rows]
            )
        return self.made("select * from written")

    def _paths(self, files: Sequence[RowFile]) -> list[str]:
        return [str(self._workshop.store.fetch(file.uri)) for file in files]

    def _digest(self, files: Sequence[RowFile]) -> list[object]:
        stored = self.stored(files)
        rows = self._workshop.connection.read_parquet(self._paths(files))
        types = {name: DataType(kind) for name, kind in stored.columns.items()}
        return [types, content_digest(rows, types)]
