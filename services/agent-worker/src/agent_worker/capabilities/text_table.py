"""A source as a table of texts in DuckDB, with those records apart that are no row of the table.

Whatever the source was, its cells are texts here and every record has a number, so that all that
follows is the same for a CSV file, a workbook and the rows of a query.
"""

import csv
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Self, TextIO

import duckdb

from agent_worker.domain.dialect import Dialect

LINE_BYTES_MAX = 1_000_000
"""Half of what DuckDB takes in one line; longer ones are no rows but something else."""

RAW_CHARACTERS_MAX = 1_000
"""What is kept of a line that is too long."""

NOTHING = "\x01"
"""Stands for NULL when DuckDB reads texts, so that an empty field stays an empty text."""

RETURN = "\x02"
"""Stands for a carriage return in a field: DuckDB takes no quoted one in a file of line feeds."""

PLAIN_DELIMITERS = ",;\t|"
"""Delimiters under which a line can be passed on as it is."""


_SHOWN = str.maketrans({"\0": "�", NOTHING: "�", RETURN: "�", "\r": " "})


@dataclass(frozen=True, slots=True)
class TextTable:
    """A loaded source: the table `<name>` (line, c0, c1 …), and what is none of its rows.

    That is in `<name>_broken` (line, reason, raw). Lines count from 1 for the first below the
    header; what stands above it has numbers up to 0.
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


@dataclass
class RowSpool:
    """Rows and broken lines on their way into the database, in two files of the scratch folder."""

    connection: duckdb.DuckDBPyConnection
    name: str
    scratch: Path
    delimiter: str = ","
    rows: int = 0
    broken: int = 0
    _has_returns: bool = False
    _files: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        """Open the files."""
        rows_file, broken_file = (self._files.enter_context(_create(each)) for each in self._paths)
        self._write_line = rows_file.write
        quoted = csv.QUOTE_ALL
        self._row_writer = csv.writer(
            rows_file, delimiter=self.delimiter, lineterminator="\n", quoting=quoted
        )
        self._broken_writer = csv.writer(broken_file, lineterminator="\n", quoting=quoted)
        return self

    def __exit__(self, *_: object) -> None:
        """Close and remove the files."""
        self._files.close()
        for path in self._paths:
            path.unlink(missing_ok=True)

    def add_line(self, number: int, text: str) -> None:
        """Add a row as it stands in the source: with this delimiter, without quotes."""
        self._write_line(f"{number}{self.delimiter}{text}\n")
        self.rows += 1

    def add_lines(self, number: int, texts: Sequence[str]) -> None:
        """Add rows as they stand in the source, the first one of them with this number."""
        numbered = zip(count(number), texts, strict=False)
        self._write_line("".join(f"{at}{self.delimiter}{text}\n" for at, text in numbered))
        self.rows += len(texts)

    def add_row(self, number: int, fields: Sequence[str]) -> None:
        """Add a row."""
        if any("\r" in text for text in fields):
            self._has_returns = True
            fields = [text.replace("\r", RETURN) for text in fields]
        self._row_writer.writerow((number, *fields))
        self.rows += 1

    def add_broken(self, number: int, reason: str, raw: str) -> None:
        """Add a record that is no row."""
        shown = raw.translate(_SHOWN)
        self._broken_writer.writerow((number, reason, shown))
        self.broken += 1

    def load(self, dialect: Dialect) -> TextTable:
        """Return what was added as a table; nothing can be added any more."""
        self._files.close()
        rows_path, broken_path = self._paths
        columns = {"line": "BIGINT"} | {f"c{place}": "VARCHAR" for place in range(dialect.width)}
        read = self._read(rows_path, columns, self.delimiter)
        if self._has_returns:
            cells = [f"replace({name}, chr(2), chr(13)) as {name}" for name in [*columns][1:]]
            read = read.project(", ".join(("line", *cells)))
        read.to_table(self.name)
        broken_columns = {"line": "BIGINT", "reason": "VARCHAR", "raw": "VARCHAR"}
        self._read(broken_path, broken_columns, ",").to_table(f"{self.name}_broken")
        return TextTable(self.connection, self.name, dialect, self.rows, self.broken)

    @property
    def _paths(self) -> tuple[Path, Path]:
        return self.scratch / f"{self.name}.rows", self.scratch / f"{self.name}.broken"

    def _read(self, path: Path, columns: dict[str, str], delimiter: str) -> duckdb.DuckDBPyRelation:
        return self.connection.read_csv(
            str(path),
            columns=columns,
            header=False,
            delimiter=delimiter,
            quotechar='"',
            escapechar='"',
            auto_detect=False,
            na_values=NOTHING,
            parallel=False,
        )


def _create(path: Path) -> TextIO:
    return path.open("w", encoding="utf-8", newline="")
