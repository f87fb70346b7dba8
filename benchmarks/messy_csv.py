"""How many polluted CSV files are read cell for cell, by kind, beside two peers in the same run.

The files come from `tests.support.polluted_csv`: each has one pollution and is known cell for cell.
Nobody is told anything about a file. Read is what has the right names and the right rows, in order;
where a row is damaged beyond reading, leaving it out counts as read, and a wrong cell never does.

    python -m benchmarks.messy_csv [SEEDS]
"""

import csv
import io
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import duckdb

from agent_worker.capabilities.reading.files import load_file
from agent_worker.domain.failures import ActionFailedError
from tests.support.made_up_tables import Row
from tests.support.polluted_csv import PollutedFile, polluted_files

SEEDS = 12
"""Tables that files are made of, unless told otherwise."""

Connection = duckdb.DuckDBPyConnection


class Read(NamedTuple):
    """What a reader made of a file."""

    header: Row
    rows: list[Row]


class RefusedError(Exception):
    """The reader took the file for no table, and said so."""


def read_by_argosy(path: Path, connection: Connection) -> Read:
    """Read as agents do."""
    try:
        table = load_file(connection, path, name="polluted", scratch=path.parent)
    except ActionFailedError as error:
        raise RefusedError from error
    rows = [row[1:] for row in table.texts.order("line").fetchall()]
    table.drop()
    return Read(table.dialect.header, rows)


def read_by_duckdb(path: Path, connection: Connection) -> Read:
    """Read by DuckDB's sniffer, with no parameter but that cells are texts."""
    try:
        table = connection.read_csv(str(path), all_varchar=True)
        rows = table.fetchall()
    except duckdb.Error as error:
        raise RefusedError from error
    return Read(tuple(table.columns), [tuple(cell or "" for cell in row) for row in rows])


def read_by_csv(path: Path, _: Connection) -> Read:
    """Read by the standard library's sniffer, as its documentation shows."""
    try:
        text = path.read_text(encoding="utf-8")
        dialect = csv.Sniffer().sniff(text[:10_000])
        has_header = csv.Sniffer().has_header(text[:10_000])
        rows = [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), dialect) if row]
    except (csv.Error, UnicodeDecodeError) as error:
        raise RefusedError from error
    if has_header:
        return Read(rows[0], rows[1:])
    return Read(tuple(f"column_{place}" for place in range(1, len(rows[0]) + 1)), rows)


READERS: dict[str, Callable[[Path, Connection], Read]] = {
    "argosy": read_by_argosy,
    "duckdb": read_by_duckdb,
    "python csv": read_by_csv,
}


def is_right(read: Read, polluted: PollutedFile) -> bool:
    """Tell whether names and cells are right, but for rows that may be refused."""
    whole = [*polluted.table.rows]
    rest = [row for place, row in enumerate(whole) if place not in polluted.refusable]
    return read.header == polluted.table.header and read.rows in (whole, rest)


def main(seeds: int) -> None:
    """Read all files by every reader and print the counts."""
    right: Counter[tuple[str, str]] = Counter()
    refused: Counter[str] = Counter()
    seconds = dict.fromkeys(READERS, 0.0)
    files: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        path = Path(folder) / "polluted.csv"
        for polluted in (each for seed in range(seeds) for each in polluted_files(seed)):
            path.write_bytes(polluted.content)
            files[polluted.kind] += 1
            for name, reader in READERS.items():
                begun = time.perf_counter()
                try:
                    right[name, polluted.kind] += is_right(reader(path, connection), polluted)
                except RefusedError:
                    refused[name] += 1
                seconds[name] += time.perf_counter() - begun
    print_counts(files, right, refused, seconds)


def print_counts(
    files: Counter[str],
    right: Counter[tuple[str, str]],
    refused: Counter[str],
    seconds: dict[str, float],
) -> None:
    """Print a line for each kind, and the sums."""
    print(f"{'read cell for cell':<16}{'files':>7}{''.join(f'{name:>12}' for name in READERS)}")
    for kind, count in files.items():
        print(f"{kind:<16}  {count:>7}{''.join(f'{right[name, kind]:>12}' for name in READERS)}")
    total = files.total()
    sums = {name: sum(right[name, kind] for kind in files) for name in READERS}
    print(f"{'all':<16}  {total:>7}{''.join(f'{sums[name]:>12}' for name in READERS)}")
    print(f"{'refused':<16}  {'':>7}{''.join(f'{refused[name]:>12}' for name in READERS)}")
    wrong = {name: total - sums[name] - refused[name] for name in READERS}
    print(f"{'wrong in silence':<16}  {'':>7}{''.join(f'{wrong[name]:>12}' for name in READERS)}")
    pace = {name: f"{1000 * seconds[name] / total:.1f}" for name in READERS}
    print(f"{'ms a file':<16}  {'':>7}{''.join(f'{pace[name]:>12}' for name in READERS)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS)
