"""A sample: few enough rows, from all over, and always the same ones."""

from collections.abc import Generator

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_worker.capabilities.sampling import thin


@pytest.fixture(scope="module")
def connection() -> Generator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        yield connection


def lines_of(connection: duckdb.DuckDBPyConnection, count: int, rows_max: int) -> list[int]:
    rows = connection.sql(f"select range + 1 as line, 'x' as c0 from range({count})")
    taken, taken_count = thin(rows, count, rows_max)
    lines = [line for line, _ in taken.fetchall()]
    assert len(lines) == taken_count
    return lines


@settings(max_examples=25, deadline=None)
@given(count=st.integers(0, 5000), rows_max=st.integers(1, 3000))
def test_a_sample_is_small_ordered_and_repeatable(
    connection: duckdb.DuckDBPyConnection, count: int, rows_max: int
) -> None:
    lines = lines_of(connection, count, rows_max)
    assert len(lines) <= rows_max
    assert lines == sorted(set(lines))
    assert lines == lines_of(connection, count, rows_max)
    if count <= rows_max:
        assert len(lines) == count


def test_a_sample_comes_from_all_over_the_file(connection: duckdb.DuckDBPyConnection) -> None:
    lines = lines_of(connection, 100_000, 10_000)
    tenths = [sum(line // 10_000 == tenth for line in lines) for tenth in range(10)]
    assert min(tenths) > 500
    assert len(lines) > 5_000


def test_sources_that_take_turns_are_all_met(connection: duckdb.DuckDBPyConnection) -> None:
    lines = lines_of(connection, 100_000, 3_000)
    turns = [sum(line % 64 == turn for line in lines) for turn in range(64)]
    assert min(turns) > 0
