"""A local file as a table of texts: the one place where it is chosen how a file is read."""

from pathlib import Path

import duckdb

from agent_worker.capabilities.reading.delimited import load_text, sniff_text
from agent_worker.capabilities.text_table import TextTable
from agent_worker.domain.dialect import Dialect


def sniff_file(path: Path) -> Dialect:
    """Judge the layout of a file; raises as `sniff` does."""
    return sniff_text(path)


def load_file(
    connection: duckdb.DuckDBPyConnection, path: Path, *, name: str, scratch: Path
) -> TextTable:
    """Load a whole file; raises as `sniff` does."""
    return load_text(connection, path, name=name, scratch=scratch)
