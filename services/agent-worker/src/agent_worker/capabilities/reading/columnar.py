"""Files of Parquet and of Arrow (IPC files, which Feather 2 is, and streams)."""

from pathlib import Path

import duckdb
from arro3.core import RecordBatchReader
from arro3.io import read_ipc, read_ipc_stream

from agent_worker.capabilities.reading.typed_rows import dialect_of, load_rows
from agent_worker.capabilities.text_table import TextTable
from agent_worker.domain.dialect import Dialect
from agent_worker.domain.failures import ActionFailedError

PARQUET, ARROW, STREAM, FEATHER_1 = b"PAR1", b"ARROW1", b"\xff\xff\xff\xff", b"FEA1"
"""How the files begin."""

MAGIC = (PARQUET, ARROW, STREAM, FEATHER_1)


def load_columnar(connection: duckdb.DuckDBPyConnection, path: Path, *, name: str) -> TextTable:
    """Load a whole file.

    Raises:
        ActionFailedError: it is damaged, or of the first version of Feather.
    """
    try:
        return load_rows(connection, _rows(connection, path), name)
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        raise _damaged(path, error) from error


def columns_of(connection: duckdb.DuckDBPyConnection, path: Path) -> Dialect:
    """Return the names of a file's columns; raises as `load_columnar` does."""
    return dialect_of(_rows(connection, path).columns)


def _rows(connection: duckdb.DuckDBPyConnection, path: Path) -> duckdb.DuckDBPyRelation:
    with path.open("rb") as source:
        begin = source.read(6)
    if begin.startswith(FEATHER_1):
        raise ActionFailedError(
            "source_format_unknown",
            f"{path.name} is of the first version of Feather, which nobody writes any more",
            remedy="Write it again as Feather 2, Arrow or Parquet.",
        )
    try:
        if begin.startswith(PARQUET):
            return connection.read_parquet(str(path))
        return connection.from_arrow(_arrow_reader(path, begin))
    except duckdb.Error as error:
        raise _damaged(path, error) from error


def _arrow_reader(path: Path, begin: bytes) -> RecordBatchReader:
    try:
        return (read_ipc if begin.startswith(ARROW) else read_ipc_stream)(str(path))
    except Exception as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> ActionFailedError:
    return ActionFailedError(
        "source_damaged",
        f"{path.name} cannot be read: {str(error).splitlines()[0]}",
        remedy="Transfer the file again, or have it written again.",
    )
