"""Whole-table goals on a Spark cluster: the tables that DuckDB makes, byte for byte of content."""

from pathlib import Path

import duckdb
import pytest
from deltalake import convert_to_deltalake

from tests.integration.journey import Journey, goal, journey_begun

pytestmark = pytest.mark.timeout(1300)

TRIPS = """select range as trip, range % 7 as driver, (range % 11) * 0.25::double as fare,
    timestamp '2024-01-01' + to_minutes(range::integer) as begun from range(4000)"""
DRIVERS = """select range % 5 as driver, 'näme ' || range as name,
    date '2024-01-01' + range::integer as changed from range(10)"""

GOALS = {
    "totals": goal(
        "aggregate_table",
        table="totals",
        source="trips",
        group_by=["driver"],
        measures=[
            {"column": "*", "function": "count", "name": "trips"},
            {"column": "fare", "function": "mean", "name": "mean_fare"},
            {"column": "begun", "function": "max", "name": "last"},
        ],
    ),
    "last_trips": goal(
        "deduplicate", table="last_trips", source="trips", key=["driver"], order_by="begun"
    ),
    "named": goal(
        "join_tables", table="named", left="trips", right="drivers", on=["driver"], how="left"
    ),
}

BYTES_MIN = 20_000
"""Less than the trips, and more than their groups, which DuckDB merges for either engine."""

GOAL_SECONDS_MAX = 400
"""A driver and its executors take a quarter of a minute to begin, far more on a busy machine."""


def carried_out(folder: Path) -> Journey:
    """Return how a cluster with the engine of the environment carried the goals out."""
    with journey_begun(folder) as journey:
        for table, query in (("trips", TRIPS), ("drivers", DRIVERS)):
            path = folder / "state" / "objects" / "tables" / table / "all.parquet"
            path.parent.mkdir(parents=True)
            duckdb.execute(f"copy ({query}) to '{path}'")
            convert_to_deltalake(str(path.parent))
        journey.goal_seconds_max = GOAL_SECONDS_MAX
        # One after the other: two drivers at a time would be more than a small machine bears.
        for name, asked in GOALS.items():
            journey.carry_out(**{name: asked})
    return journey


@pytest.fixture(scope="module")
def on_spark(tmp_path_factory: pytest.TempPathFactory, spark: str) -> Journey:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("ARGOSY_TABLE_ENGINE", spark)
        environment.setenv("ARGOSY_TABLE_ENGINE_BYTES_MIN", str(BYTES_MIN))
        return carried_out(tmp_path_factory.mktemp("on_spark"))


@pytest.fixture(scope="module")
def on_duckdb(tmp_path_factory: pytest.TempPathFactory) -> Journey:
    return carried_out(tmp_path_factory.mktemp("on_duckdb"))


def test_both_engines_come_to_the_same_tables(on_spark: Journey, on_duckdb: Journey) -> None:
    for name in GOALS:
        reports = on_spark.report_of(name), on_duckdb.report_of(name)
        assert reports[0]["content_hash"] == reports[1]["content_hash"]
        assert on_spark.rows(name) == on_duckdb.rows(name)


def test_spark_wrote_what_spark_was_asked_for(on_spark: Journey, on_duckdb: Journey) -> None:
    assert writers_of(on_spark, "named") == {"parquet-mr"}
    assert writers_of(on_duckdb, "named") == {"DuckDB"}


def writers_of(journey: Journey, table: str) -> set[str]:
    """Return the programs that a table's files name as their makers."""
    files = journey.table(table).file_uris()
    made = duckdb.execute("select distinct created_by from parquet_file_metadata(?)", [files])
    return {str(maker).split()[0] for (maker,) in made.fetchall()}
