"""Every pollution of a CSV file is read with the right cells, or refused with a reason."""

from collections.abc import Generator
from pathlib import Path

import duckdb
import pytest

from agent_worker.capabilities.reading.files import load_file
from tests.support.polluted_csv import PollutedFile, polluted_files

FILES = [
    pytest.param(expected, id=f"{expected.kind}: {expected.name}") for expected in polluted_files(1)
]


@pytest.fixture(scope="module")
def connection() -> Generator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as opened:
        yield opened


@pytest.mark.parametrize("expected", FILES)
def test_a_polluted_file_is_read_with_the_right_cells_or_says_what_it_refuses(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, expected: PollutedFile
) -> None:
    path = tmp_path / "polluted.csv"
    path.write_bytes(expected.content)
    table = load_file(connection, path, name="t", scratch=tmp_path)
    read = [row[1:] for row in table.texts.order("line").fetchall()]
    refused = table.broken.fetchall()
    table.drop()
    rows = [*expected.table.rows]
    without = [row for place, row in enumerate(rows) if place not in expected.refusable]
    assert table.dialect.header == expected.table.header
    assert read in (rows, without)
    assert len(refused) == len(rows) - len(read) + expected.outside
    assert all(reason for _, reason, _ in refused)
