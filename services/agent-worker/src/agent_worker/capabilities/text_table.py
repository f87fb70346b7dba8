"""A file's lines as a table of texts in DuckDB, with those apart that are no row of the table.

Line by line, so that one broken line costs one line: a quote that never closes would otherwise
swallow all that follows. Every line keeps its number.
"""

import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb

from agent_worker.domain.dialect import HEAD_BYTES, Dialect, sniff, split_line

LINE_BYTES_MAX = 1_000_000
"""Half of what DuckDB takes in one line; longer ones are no rows but something else."""

RECORD_LINES_MAX = 100
"""How many lines a quoted field may span before its quote counts as never closed."""

TextLine = tuple[int, bytes]
"""A line's number, counted from 1 below the header, and its content."""

UNDECODABLE = "\x15"
"""Begins a line that stands for a message that is no row: a negative acknowledgement in ASCII."""

_NOTHING = "\x01"
"""Stands for NULL when DuckDB reads texts, so that an empty field stays an empty text."""


@dataclass(frozen=True, slots=True)
class TextTable:
    """A loaded file: the tables `<name>` (line, c0, c1 …) and `<name>_broken` (line, reason, raw).

    Lines count from 1 for the first below the header.
    """

    connection: duckdb.DuckDBPyConnection
    name: str
    dialect: Dialect
    rows: int
    broken_lines: int

    @property
    def texts(self) -> duckdb.DuckDBPyRelation:
        """The rows, as texts."""
        return self.connection.table(self.name)

    @property
    def broken(self) -> duckdb.DuckDBPyRelation:
        """The lines that are no rows, with the reason and the raw text."""
        return self.connection.table(f"{self.name}_broken")

    def drop(self) -> None:
        """Remove the tables from the database."""
        self.connection.execute(f"drop table {self.name}; drop table {self.name}_broken")


def sniff_file(path: Path) -> Dialect:
    """Judge the layout of a file; raises as `sniff` does."""
    with path.open("rb") as source:
        return sniff(source.read(HEAD_BYTES), path.name)


def load_file(
    connection: duckdb.DuckDBPyConnection, path: Path, *, name: str, scratch: Path
) -> TextTable:
    """Load a whole file."""
    dialect = sniff_file(path)
    with path.open("rb") as source:
        lines = iter(partial(source.readline, LINE_BYTES_MAX), b"")
        next(line for line in lines if line.strip())  # the header
        return load_lines(
            connection, enumerate(lines, 1), dialect=dialect, name=name, scratch=scratch
        )


def load_lines(
    connection: duckdb.DuckDBPyConnection,
    lines: Iterable[TextLine],
    *,
    dialect: Dialect,
    name: str,
    scratch: Path,
) -> TextTable:
    """Load some lines of a file with this layout; blank ones are no rows."""
    rows_path, broken_path = scratch / f"{name}.csv", scratch / f"{name}_broken.csv"
    with ExitStack() as files:
        rows_file = files.enter_context(rows_path.open("w", encoding="utf-8", newline=""))
        broken_file = files.enter_context(broken_path.open("w", encoding="utf-8", newline=""))
        splitter = LineSplitter(dialect, rows_file.write, broken_file.write)
        splitter.split(lines)
    columns = {"line": "BIGINT"} | {f"c{place}": "VARCHAR" for place in range(dialect.width)}
    _read(connection, rows_path, columns, dialect.delimiter).to_table(name)
    broken_columns = {"line": "BIGINT", "reason": "VARCHAR", "raw": "VARCHAR"}
    _read(connection, broken_path, broken_columns, ",").to_table(f"{name}_broken")
    rows_path.unlink()
    broken_path.unlink()
    return TextTable(connection, name, dialect, splitter.rows, splitter.broken_lines)


def _read(
    connection: duckdb.DuckDBPyConnection, path: Path, columns: dict[str, str], delimiter: str
) -> duckdb.DuckDBPyRelation:
    return connection.read_csv(
        str(path),
        columns=columns,
        header=False,
        delimiter=delimiter,
        quotechar='"',
        escapechar='"',
        auto_detect=False,
        na_values=_NOTHING,
        parallel=False,
    )


class LineSplitter:
    """Writes each line, with its number in front, to the rows or to the broken lines."""

    def __init__(
        self, dialect: Dialect, write_row: Callable[[str], int], write_broken: Callable[[str], int]
    ) -> None:
        self.rows = 0
        self.broken_lines = 0
        self._dialect = dialect
        self._write_row = write_row
        self._quoted = csv.writer(
            _Sink(write_row), delimiter=dialect.delimiter, lineterminator="\n"
        )
        self._broken = csv.writer(_Sink(write_broken), lineterminator="\n")
        self._ahead: deque[TextLine] = deque()

    def split(self, lines: Iterable[TextLine]) -> None:
        """Sort all lines into rows and broken lines."""
        source = iter(lines)
        delimiter, separators = self._dialect.delimiter, self._dialect.width - 1
        while line := self._ahead.popleft() if self._ahead else next(source, None):
            number, content = line
            text, reason = _decode(content)
            if reason:
                self._reject(line, text, reason)
            elif '"' in text:
                self._take_quoted(line, text, source)
            elif text.count(delimiter) == separators:
                self._write_row(f"{number}{delimiter}{text}\n")
                self.rows += 1
            elif text.strip():
                fields = text.count(delimiter) + 1
                self._reject(line, text, _width_reason(fields, self._dialect.width))

    def _take_quoted(self, line: TextLine, text: str, source: Iterator[TextLine]) -> None:
        """Take a record whose quotes may span lines; give back the lines that are not its own."""
        width = self._dialect.width
        fields = split_line(text, self._dialect.delimiter)
        joined, whole = 0, text
        while fields is None and joined < RECORD_LINES_MAX:
            following = self._look_ahead(joined, source)
            if following is None:
                break
            whole = f"{whole}\n{following}"
            joined += 1
            fields = split_line(whole, self._dialect.delimiter)
        if fields is not None and len(fields) == width:
            self._quoted.writerow((line[0], *fields))
            self.rows += 1
            for _ in range(joined):
                self._ahead.popleft()
        else:
            is_one_line = fields is not None and not joined
            reason = _width_reason(len(fields or ()), width) if is_one_line else "quote_unclosed"
            self._reject(line, text, reason)

    def _look_ahead(self, distance: int, source: Iterator[TextLine]) -> str | None:
        while len(self._ahead) <= distance:
            line = next(source, None)
            if line is None:
                return None
            self._ahead.append(line)
        text, reason = _decode(self._ahead[distance][1])
        return None if reason else text

    def _reject(self, line: TextLine, text: str, reason: str) -> None:
        self._broken.writerow((line[0], reason, text))
        self.broken_lines += 1


class _Sink:
    """What a csv writer writes to."""

    def __init__(self, write: Callable[[str], int]) -> None:
        self.write = write


def _decode(content: bytes) -> tuple[str, str]:
    """Return the line's text without its end, and why it cannot be read, if so."""
    if len(content) >= LINE_BYTES_MAX:
        return content[:1000].decode(errors="replace").replace("\0", "�"), "line_too_long"
    try:
        text = content.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        return content.decode(errors="replace").rstrip("\r\n"), "encoding_unknown"
    if text.startswith(UNDECODABLE):
        return text.removeprefix(UNDECODABLE), "message_undecodable"
    if "\0" in text or _NOTHING in text or "\r" in text:
        return text.replace("\0", "�").replace("\r", " "), "control_character"
    return text, ""


def _width_reason(fields: int, width: int) -> str:
    return "too_few_fields" if fields < width else "too_many_fields"
