"""Group-bys in two phases are what SQL says they are, however the table is divided."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.agent_worker.tables import TableBench, grouping_of
from tests.unit.agent_worker.workbench import Workbench

TRIPS = "select * from (values {}) as trips(city, distance, fare)"
MEASURES = [
    ("*", "count", "trips"),
    ("distance", "count", "measured"),
    ("distance", "sum", "total"),
    ("distance", "min", "least"),
    ("city", "max", "last"),
    ("fare", "mean", "mean_fare"),
    ("distance", "mean", "mean_distance"),
]
IN_SQL = (
    "count(*), count(distance), cast(sum(distance) as bigint), min(distance), max(city), "
    "avg(fare), avg(distance)"
)


@pytest.fixture
def tables(bench: Workbench) -> TableBench:
    return TableBench(bench)


def trips(*rows: str) -> str:
    """Return the query of a file of trips."""
    typed = "cast(city as varchar), cast(distance as bigint), cast(fare as double)"
    names = ("city", "distance", "fare")
    columns = ", ".join(
        f"{cast} as {name}" for cast, name in zip(typed.split(", "), names, strict=True)
    )
    return f"select {columns} from ({TRIPS.format(', '.join(rows))})"


def test_groups_of_several_partitions_are_one(tables: TableBench) -> None:
    tables.make("trips", trips("('a', 1, 0.5)", "('b', 2, 1)"), trips("('a', 3, 1.5)"))
    report = tables.aggregate("trips", ["city"], MEASURES)
    assert tables.rows("result") == [
        ("a", 2, 2, 4, 1, "a", 1.0, 2.0),
        ("b", 1, 1, 2, 2, "b", 1.0, 2.0),
    ]
    assert (report["rows_in"], report["rows_out"]) == (3, 2)


def test_empty_cells_do_not_count_and_empty_groups_are_groups(tables: TableBench) -> None:
    tables.make("trips", trips("(null, null, null)", "(null, 5, null)"), trips("('a', null, 2)"))
    tables.aggregate("trips", ["city"], MEASURES)
    assert tables.rows("result", "city nulls first") == [
        (None, 2, 1, 5, 5, None, None, 5.0),
        ("a", 1, 0, None, None, "a", 2.0, None),
    ]


def test_without_groups_all_rows_are_one_even_if_there_are_none(tables: TableBench) -> None:
    tables.make("trips", f"{trips('(null, null, null)')} where false")
    tables.aggregate("trips", [], MEASURES)
    assert tables.rows("result") == [(0, 0, None, None, None, None, None)]


def test_a_table_without_rows_has_no_groups(tables: TableBench) -> None:
    tables.make("trips", f"{trips('(null, null, null)')} where false")
    tables.aggregate("trips", ["city"], MEASURES)
    assert tables.rows("result") == []
    assert tables.delta("result").schema().fields[0].name == "city"


def test_sums_of_integers_are_exact(tables: TableBench) -> None:
    large = 2**53 + 1
    tables.make("trips", trips(f"('a', {large}, 0)"), trips("('a', 2, 0)", "('a', -1, 0)"))
    tables.aggregate("trips", ["city"], [("distance", "sum", "total")])
    assert tables.rows("result") == [("a", large + 1)]


def test_a_sum_that_no_column_can_hold_is_refused(tables: TableBench) -> None:
    tables.make("trips", trips(f"('a', {2**63 - 1}, 0)"), trips("('a', 1, 0)"))
    (snapshot,), _ = tables.discover("trips")
    grouping = grouping_of(["city"], [("distance", "sum", "total")])
    partials = [
        artifact
        for partition in snapshot.partitions
        for artifact in tables.run(
            "aggregate_partition",
            grouping | {"partition": partition.model_dump(mode="json")},
            (),
            partition.name,
        ).artifacts
    ]
    failure = tables.failure("merge_aggregates", grouping | {"table": "result"}, partials)
    assert failure.code == "sum_out_of_range"
    assert "total" in failure.detail


@pytest.mark.parametrize(
    ("group_by", "measures", "code"),
    [
        (["town"], [], "column_unknown"),
        (["city", "city"], [], "column_repeated"),
        ([], [], "nothing_asked"),
        (["city"], [("city", "sum", "total")], "measure_impossible"),
        (["city"], [("*", "sum", "total")], "measure_impossible"),
        (["city"], [("far", "max", "most")], "column_unknown"),
        (["city"], [("distance", "median", "middle")], "parameters_invalid"),
        (["city"], [("*", "count", "City")], "column_name_repeated"),
        ([], [("*", "count", "n"), ("fare", "sum", "n")], "column_name_repeated"),
        ([], [("*", "count", "")], "column_name_repeated"),
    ],
)
def test_what_a_table_cannot_answer_is_refused_before_any_work(
    tables: TableBench, group_by: list[str], measures: list[tuple[str, str, str]], code: str
) -> None:
    tables.make("trips", trips("('a', 1, 1)"))
    (snapshot,), _ = tables.discover("trips")
    partition = snapshot.partitions[0].model_dump(mode="json")
    grouping = grouping_of(group_by, measures) | {"partition": partition}
    assert tables.failure("aggregate_partition", grouping).code == code
    assert len(tables.bench.trace) == 1


def test_the_agent_names_what_it_saw(tables: TableBench) -> None:
    tables.make("trips", trips("(null, 1, 1)", "('a', 2, 1)"))
    (snapshot,), _ = tables.discover("trips")
    grouping = grouping_of(["city"], [("fare", "mean", "mean_fare")])
    parameters = grouping | {"partition": snapshot.partitions[0].model_dump(mode="json")}
    tables.run("aggregate_partition", parameters)
    assert "2 rows" in tables.bench.trace[1].thought
    assert "1 in `city` are empty" in tables.bench.trace[1].thought
    assert tables.bench.trace[0].data_quality_score == 0.75


ROW = st.tuples(
    st.one_of(st.none(), st.sampled_from(["a", "b", "", "'"])),
    st.one_of(st.none(), st.integers(-(2**40), 2**40)),
    st.one_of(st.none(), st.integers(-1000, 1000).map(lambda number: number / 8)),
)


def literal(row: tuple[str | None, int | None, float | None]) -> str:
    city = "null" if row[0] is None else "'" + row[0].replace("'", "''") + "'"
    return (
        f"({city}, {'null' if row[1] is None else row[1]}, {'null' if row[2] is None else row[2]})"
    )


@settings(max_examples=6, deadline=None)
@given(files=st.lists(st.lists(ROW, min_size=1, max_size=8), min_size=1, max_size=4))
def test_any_division_of_the_table_has_the_groups_of_the_whole(
    files: list[list[tuple[str | None, int | None, float | None]]],
) -> None:
    with TemporaryDirectory() as folder:
        tables = TableBench(Workbench(Path(folder)))
        queries = [trips(*map(literal, rows)) for rows in files]
        tables.make("trips", *queries)
        report = tables.aggregate("trips", ["city"], MEASURES)
        whole = " union all ".join(queries)
        expected = tables.sql(f"select city, {IN_SQL} from ({whole}) group by city order by all")
        assert tables.rows("result") == expected
        again = tables.aggregate("trips", ["city"], MEASURES, bytes_target=2**40)
        assert again["content_hash"] == report["content_hash"]
        tables.bench.workshop.connection.close()
