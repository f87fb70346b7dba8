"""Files of JSON: an object a line, or one array of objects."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TextIO

import duckdb

from agent_worker.capabilities.text_table import LINE_BYTES_MAX, RowSpool, TextTable
from agent_worker.domain.dialect import Dialect, unique_names
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.json_records import NoRecordError, decoder, object_texts, texts_of

COLUMNS_MAX = 1_000
"""Columns of one file; records that name more have keys where values should be."""

CHUNK_CHARACTERS = 1024 * 1024
"""What is read of an array at a time."""

ELEMENT_CHARACTERS_MAX = 64 * CHUNK_CHARACTERS
"""An element of an array that is longer is no row."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record's number, its texts by column, or why it has none."""

    number: int
    texts: dict[str, str]
    problem: str = ""
    raw: str = ""


def is_json(head: bytes) -> bool:
    """Tell whether a file that begins so is lines of JSON objects, or an array of them."""
    text = head.decode("utf-8-sig", errors="replace").lstrip()
    if text.startswith("["):
        return text[1:].lstrip().startswith(("{", "]"))
    if not text.startswith("{"):
        return False
    lines = [line for line in text.splitlines() if line.strip()]
    whole = lines[:-1] or lines
    return 2 * sum(map(_is_object, whole)) >= len(whole) or text[1:].lstrip().startswith(('"', "}"))


def columns_of(path: Path) -> Dialect:
    """Return the columns of all records, in the order of their first occurrence."""
    return _dialect_of(_names_in(path))


def _names_in(path: Path) -> list[str]:
    columns: dict[str, None] = {}
    for record in _records(path):
        columns |= dict.fromkeys(record.texts)
        if len(columns) > COLUMNS_MAX:
            raise ActionFailedError(
                "source_too_wide",
                f"{path.name}: by record {record.number} its objects have more than {COLUMNS_MAX} "
                "different names",
                remedy="Write what varies as values and not as names.",
            )
    if not columns:
        raise ActionFailedError(
            "source_empty",
            f"{path.name} has no JSON object with a value in it",
            remedy="Remove the file or fill it.",
        )
    return [*columns]


def _dialect_of(names: list[str]) -> Dialect:
    return Dialect(",", unique_names(names), body_begin=0)


def load_json(
    connection: duckdb.DuckDBPyConnection, path: Path, *, name: str, scratch: Path
) -> TextTable:
    """Load a whole file; records that are none stand apart with line and reason.

    Raises:
        ActionFailedError: it has no object, too many names, or is an array that breaks off.
    """
    names = _names_in(path)
    with RowSpool(connection, name, scratch) as spool:
        for record in _records(path):
            if record.problem:
                spool.add_broken(record.number, record.problem, record.raw)
            else:
                spool.add_row(record.number, [record.texts.get(key, "") for key in names])
        return spool.load(_dialect_of(names))


def _is_object(line: str) -> bool:
    try:
        texts_of(line)
    except NoRecordError:
        return False
    return True


def _records(path: Path) -> Iterator[Record]:
    with path.open("rb") as source:
        is_array = source.read(CHUNK_CHARACTERS).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[")
    return _elements(path) if is_array else _lines(path)


def _lines(path: Path) -> Iterator[Record]:
    with path.open("rb") as source:
        lines = iter(partial(source.readline, LINE_BYTES_MAX), b"")
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            shown = line[:1000].decode(errors="replace").rstrip("\r\n")
            if len(line) >= LINE_BYTES_MAX:
                yield Record(number, {}, "line_too_long", shown)
                continue
            try:
                yield _checked(Record(number, texts_of(line.decode("utf-8-sig"))))
            except UnicodeDecodeError:
                yield Record(number, {}, "encoding_unknown", shown)
            except NoRecordError:
                yield Record(number, {}, "json_broken", shown)


def _checked(record: Record) -> Record:
    """Keep a record apart whose texts would not survive as they are."""
    if any(mark in text for text in record.texts.values() for mark in "\0\x01\x02"):
        shown = json.dumps(record.texts, ensure_ascii=False)[:1000]
        return Record(record.number, {}, "control_character", shown)
    return record


def _elements(path: Path) -> Iterator[Record]:
    """Yield an array's elements, one by one."""
    reader = decoder()
    number = 0
    with path.open(encoding="utf-8-sig") as source:
        rest = _read(source, path).lstrip()[1:]
        while True:
            rest = rest.lstrip(" \t\r\n,")
            if rest.startswith("]"):
                return
            try:
                element, end = reader.raw_decode(rest)
            except ValueError as error:
                more = _read(source, path)
                if not more or len(rest) > ELEMENT_CHARACTERS_MAX:
                    raise _broken(path, number + 1, error) from error
                rest += more
                continue
            number += 1
            rest = rest[end:]
            try:
                yield _checked(Record(number, object_texts(element)))
            except NoRecordError:
                yield Record(number, {}, "json_broken", json.dumps(element)[:1000])


def _read(source: TextIO, path: Path) -> str:
    try:
        return source.read(CHUNK_CHARACTERS)
    except UnicodeDecodeError as error:
        raise ActionFailedError(
            "source_encoding_unknown",
            f"{path.name} is a JSON array that is not in UTF-8: {error}",
            remedy="Write it in UTF-8, as the JSON standard demands.",
        ) from error


def _broken(path: Path, number: int, error: ValueError) -> ActionFailedError:
    return ActionFailedError(
        "source_json_broken",
        f"{path.name}: element {number} of its array is not JSON ({error}); where the next one "
        "begins cannot be told",
        remedy="Write the file again, or as one object a line, where a broken one costs one line.",
    )
