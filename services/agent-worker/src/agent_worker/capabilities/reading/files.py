"""A local file as a table of texts: the one place where it is chosen how a file is read.

Chosen by content: what a file is called says nothing that its first bytes do not say better.
"""

from enum import StrEnum
from pathlib import Path

import duckdb

from agent_worker.capabilities.reading import columnar, json_files
from agent_worker.capabilities.reading.delimited import load_text, sniff_text
from agent_worker.capabilities.reading.unpacking import (
    ARCHIVE,
    head_of,
    is_packed,
    is_workbook,
    unpacked,
)
from agent_worker.capabilities.reading.workbooks import OLD, load_sheet, sheet_layout
from agent_worker.capabilities.text_table import TextTable
from agent_worker.domain.dialect import HEAD_BYTES, Dialect
from agent_worker.domain.sniffing.sniffer import sniff


class FileFormat(StrEnum):
    """The formats that are read."""

    DELIMITED = "delimited"
    JSON = "json"
    COLUMNAR = "columnar"
    WORKBOOK = "workbook"


def sniff_file(
    connection: duckdb.DuckDBPyConnection, path: Path, *, scratch: Path, sheet: str = ""
) -> Dialect:
    """Judge the layout of a file, packed or not.

    Raises:
        ActionFailedError: it is empty, damaged, or of no format that is read.
    """
    head = head_of(path, HEAD_BYTES)
    if _format_of(path, head) is FileFormat.DELIMITED:
        return sniff(head, path.name) if is_packed(path) else sniff_text(path)
    with unpacked(path, scratch) as plain:
        match _format_of(plain, head):
            case FileFormat.JSON:
                return json_files.columns_of(plain)
            case FileFormat.COLUMNAR:
                return columnar.columns_of(connection, plain)
            case _:
                return sheet_layout(plain, sheet)


def load_file(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    *,
    name: str,
    scratch: Path,
    sheet: str = "",
) -> TextTable:
    """Load a whole file, packed or not; raises as `sniff_file` does."""
    with unpacked(path, scratch) as plain:
        match _format_of(plain, head_of(plain, HEAD_BYTES)):
            case FileFormat.DELIMITED:
                return load_text(connection, plain, name=name, scratch=scratch)
            case FileFormat.JSON:
                return json_files.load_json(connection, plain, name=name, scratch=scratch)
            case FileFormat.COLUMNAR:
                return columnar.load_columnar(connection, plain, name=name)
            case FileFormat.WORKBOOK:
                return load_sheet(connection, plain, name=name, scratch=scratch, sheet_name=sheet)


def is_plain_text(path: Path) -> bool:
    """Tell whether a file is delimited text that is not packed."""
    head = head_of(path, HEAD_BYTES)
    return _format_of(path, head) is FileFormat.DELIMITED and not is_packed(path)


def _format_of(path: Path, head: bytes) -> FileFormat:
    if head.startswith(columnar.MAGIC):
        return FileFormat.COLUMNAR
    if head.startswith(OLD) or (head.startswith(ARCHIVE) and is_workbook(path)):
        return FileFormat.WORKBOOK
    return FileFormat.JSON if json_files.is_json(head) else FileFormat.DELIMITED
