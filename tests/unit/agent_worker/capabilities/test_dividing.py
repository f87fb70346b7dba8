"""Large text files: their ranges together are what the whole file is, lines and all."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_worker.capabilities.dividing import divide_large
from agent_worker.capabilities.partitions import load_partition
from agent_worker.capabilities.reading.delimited import (
    Stretch,
    cuts,
    is_divisible,
    load_text,
    sniff_text,
)
from agent_worker.capabilities.reading.plain_lines import BLOCK_BYTES
from agent_worker.capabilities.reading.ranges import TextRange, file_of, range_of
from agent_worker.capabilities.sources import describe
from agent_worker.capabilities.text_table import TextTable
from agent_worker.capabilities.voting.grounds import read_ground, read_rows
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.profile import Partition
from tests.unit.agent_worker.capabilities.test_plain_lines import FILES
from tests.unit.agent_worker.workbench import Workbench

RANGES = st.builds(
    TextRange,
    begin=st.integers(0, 2**50),
    end=st.integers(0, 2**50),
    line=st.integers(1, 2**40),
    foreign=st.none() | st.integers(0, 2**50),
)


class Unheard:
    """Keeps nothing of what is read."""

    def add_line(self, number: int, text: str) -> None:
        """Take a row."""

    def add_lines(self, number: int, texts: Sequence[str]) -> None:
        """Take rows."""

    def add_row(self, number: int, fields: Sequence[str]) -> None:
        """Take a row."""

    def add_broken(self, number: int, reason: str, raw: str) -> None:
        """Take a line that is no row."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dividing")


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return Workbench(tmp_path)


def content_of(tables: Sequence[TextTable]) -> tuple[list[Any], list[Any]]:
    """Return all rows and all broken lines, table after table."""
    rows = [row for table in tables for row in table.texts.order("line").fetchall()]
    return rows, [row for table in tables for row in table.broken.order("line").fetchall()]


def loaded(bench: Workbench, partitions: Sequence[Partition]) -> tuple[list[Any], list[Any]]:
    return content_of([load_partition(bench.workshop, each) for each in partitions])


def divided(bench: Workbench, path: Path, bytes_max: int) -> tuple[Partition, ...]:
    bench.workshop.partition_bytes_max = bytes_max
    return divide_large(describe([path]), bench.workshop)


@settings(max_examples=15, deadline=None)
@given(content=FILES, block_bytes=st.sampled_from((1, 7, 40, 200)))
def test_ranges_together_are_the_whole_file(folder: Path, content: bytes, block_bytes: int) -> None:
    path = folder / "trees.csv"
    path.write_bytes(content)
    dialect = sniff_text(path)
    if not is_divisible(dialect):
        return
    found = cuts(path, dialect, Unheard(), bytes_wanted=1, block_bytes=block_bytes)
    begins = [(0, 1), *((place, line) for place, line in found if place < len(content))]
    ends = [begin for begin, _ in begins[1:]] + [len(content)]
    with duckdb.connect() as connection:
        parts = [
            load_text(
                connection,
                path,
                name=f"part_{number}",
                scratch=folder,
                stretch=Stretch(TextRange(begin, end, line, None)),
            )
            for number, ((begin, line), end) in enumerate(zip(begins, ends, strict=True))
        ]
        whole = load_text(connection, path, name="whole", scratch=folder)
        assert content_of(parts) == content_of([whole])


@given(part=RANGES)
def test_a_uri_tells_its_range_and_its_file(part: TextRange) -> None:
    uri = "file:///data/trips%23bytes=1-2.csv"
    assert range_of(uri) is None
    assert range_of(uri + part.fragment) == part
    assert file_of(uri + part.fragment) == uri


def test_a_large_file_becomes_partitions_of_about_the_wanted_size(bench: Workbench) -> None:
    lines = [f'{number},"oak, {number}",{number % 7}' for number in range(40_000)]
    path = bench.write("trips.csv", "id,name,amount", *lines)
    parts = divided(bench, path, 300_000)
    assert [part.name for part in parts] == ["trips-001", "trips-002"]
    assert sum(part.bytes for part in parts) == path.stat().st_size
    assert max(part.bytes for part in parts) < 300_000 + BLOCK_BYTES
    assert loaded(bench, parts) == loaded(bench, describe([path]))


def test_no_range_begins_within_a_quoted_text(bench: Workbench) -> None:
    text = "\n".join(f"{number},not a row,1" for number in range(50))
    lines = [f'{number},"{text}",2' for number in range(2_000)]
    path = bench.write("letters.csv", "id,text,amount", *lines)
    parts = divided(bench, path, 500_000)
    assert len(parts) > 2
    rows, broken = loaded(bench, parts)
    assert [cells[1] for cells in rows] == [str(number) for number in range(2_000)]
    assert broken == []


def test_an_encoding_told_by_a_late_letter_holds_for_every_range(bench: Workbench) -> None:
    path = bench.sources / "towns.csv"
    lines = [f"{number},town,1" for number in range(40_000)]
    lines[30_000] = "30000,Köln,1"
    path.write_bytes("\n".join(["id,name,amount", *lines, ""]).encode("cp1252"))
    parts = divided(bench, path, 300_000)
    rows, broken = loaded(bench, parts)
    assert len(parts) > 1
    assert (len(rows), broken) == (40_000, [])
    assert rows[30_000][2] == "Köln"


def test_names_of_ranges_are_nobody_elses(bench: Workbench) -> None:
    lines = [f"{number},oak,{number % 7}" for number in range(40_000)]
    path = bench.write("trips.csv", "id,name,amount", *lines)
    small = bench.write("trips-001.csv", "id,name,amount", "1,oak,1")
    bench.workshop.partition_bytes_max = 300_000
    parts = divide_large(describe([path, small]), bench.workshop)
    assert len({part.name for part in parts}) == len(parts) > 2


def test_one_large_file_never_makes_more_partitions_than_a_goal_takes(bench: Workbench) -> None:
    lines = [f"{number},oak,{number % 7}" for number in range(40_000)]
    path = bench.write("trips.csv", "id,name,amount", *lines)
    assert len(divided(bench, path, 1)) <= 500


def test_electors_know_the_rows_of_a_range_by_their_numbers_in_the_file(bench: Workbench) -> None:
    lines = [f"{number},oak,{number % 7}" for number in range(1, 40_001)]
    path = bench.write("trips.csv", "id,name,amount", *lines)
    for part in divided(bench, path, 300_000):
        drawn = read_ground(bench.workshop, part.uri, "seed", bytes_max=4_000)
        (named,) = drawn.texts.order("line desc").limit(1).fetchall()
        again = read_rows(bench.workshop, part.uri, [named[0]]).texts.fetchall()
        assert named in again
        assert all(line == int(number) for line, number, *_ in drawn.texts.fetchall())
        bounds = range_of(part.uri)
        assert bounds is not None
        assert drawn.texts.aggregate("min(line)").fetchall()[0][0] >= bounds.line


@pytest.mark.parametrize("change", ["beheaded", "appended"])
def test_a_range_of_a_file_that_changed_is_refused(bench: Workbench, change: str) -> None:
    lines = [f"{number},oak,{number % 7}" for number in range(40_000)]
    path = bench.write("trips.csv", "id,name,amount", *lines)
    *_, last = divided(bench, path, 500_000)
    content = path.read_bytes()
    path.write_bytes(b"id,kind" + content[7:] if change == "beheaded" else content[:-9])
    with pytest.raises(ActionFailedError, match="source_changed"):
        load_partition(bench.workshop, last)
