"""Joins are what SQL says they are, whether the right table fits into memory or not."""

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_worker.capabilities.workshop import open_workshop
from agent_worker.domain.data_types import DataType
from agent_worker.domain.table_join import right_names
from tests.unit.agent_worker.tables import TableBench, buckets_of
from tests.unit.agent_worker.workbench import Workbench


@pytest.fixture
def tables(bench: Workbench) -> TableBench:
    return TableBench(bench)


def table_of(names: tuple[str, str], *rows: str) -> str:
    """Return the query of a file with a key and a text."""
    key, text = names
    values = ", ".join(rows) or "(null, null)"
    found = f"select * from (values {values}) as rows({key}, {text})"
    where = "" if rows else " where false"
    return f"select {key}::bigint as {key}, {text}::varchar as {text} from ({found}){where}"


LEFT = ("id", "city")
RIGHT = ("id", "name")


def joins(tables: TableBench, how: str) -> list[list[tuple[object, ...]]]:
    """Join both ways and return what each made."""
    broadcast = tables.join_broadcast("trips", "people", ["id"], how)
    found = [tables.rows("result")]
    tables.bench.pipeline_id = "by buckets"
    by_buckets = tables.join_buckets("trips", "people", ["id"], how)
    found.append(tables.rows("result"))
    assert broadcast["content_hash"] == by_buckets["content_hash"]
    return found


def test_only_partners_stay_in_an_inner_join(tables: TableBench) -> None:
    tables.make("trips", table_of(LEFT, "(1, 'a')", "(2, 'b')"), table_of(LEFT, "(2, 'c')"))
    tables.make("people", table_of(RIGHT, "(2, 'x')", "(3, 'y')"), table_of(RIGHT, "(2, 'z')"))
    expected = [(2, city, name) for city in "bc" for name in "xz"]
    assert joins(tables, "inner") == [expected, expected]


def test_a_left_join_keeps_what_has_no_partner(tables: TableBench) -> None:
    tables.make("trips", table_of(LEFT, "(1, 'a')", "(2, 'b')", "(null, 'n')"))
    tables.make("people", table_of(RIGHT, "(2, 'x')", "(null, 'm')"))
    expected = [(1, "a", None), (2, "b", "x"), (None, "n", None)]
    assert joins(tables, "left") == [expected, expected]


def test_empty_tables_can_be_joined(tables: TableBench) -> None:
    tables.make("trips", table_of(LEFT, "(1, 'a')"))
    tables.make("people", table_of(RIGHT))
    assert joins(tables, "inner") == [[], []]
    names = [field.name for field in tables.delta("result").schema().fields]
    assert names == ["id", "city", "name"]


def test_a_right_column_gives_way_to_a_left_one_of_its_name(tables: TableBench) -> None:
    tables.make("trips", table_of(LEFT, "(1, 'a')"))
    tables.make("people", table_of(LEFT, "(1, 'b')"))
    tables.join_broadcast("trips", "people", ["id"], "inner")
    names = [field.name for field in tables.delta("result").schema().fields]
    assert names == ["id", "city", "city_right"]


def test_names_that_clash_again_get_the_suffix_again() -> None:
    right: dict[str, DataType] = dict.fromkeys(["k", "A", "a_right", "b"], DataType.BIGINT)
    names = right_names(["k", "a"], right, ["k"])
    assert names == {"A": "A_right", "a_right": "a_right_right", "b": "b"}


def test_buckets_without_rows_leave_no_files(tables: TableBench) -> None:
    tables.make("trips", table_of(LEFT, "(1, 'a')"))
    report = tables.join_buckets("trips", "trips", ["id"], "inner", count=8)
    assert (report["files_after"], len(tables.delta("result").file_uris())) == (1, 1)


@pytest.mark.parametrize(
    ("key", "how", "code"),
    [
        ([], "inner", "key_missing"),
        (["town"], "inner", "column_unknown"),
        (["city"], "inner", "column_unknown"),
        (["id", "id"], "inner", "column_repeated"),
        (["id"], "inner", "key_types_differ"),
        (["id"], "outer", "parameters_invalid"),
    ],
)
def test_tables_that_cannot_be_joined_are_refused_before_any_work(
    tables: TableBench, key: list[str], how: str, code: str
) -> None:
    tables.make("trips", table_of(LEFT, "(1, 'a')"))
    tables.make("people", "select '1' as id, 'x' as name")
    (left, right), _ = tables.discover("trips", "people")
    parameters: dict[str, object] = {
        "table": "result",
        "partition": left.partitions[0].model_dump(mode="json"),
        "right": right.model_dump(mode="json"),
        "on": key,
        "how": how,
    }
    assert tables.failure("join_partition", parameters).code == code
    assert len(tables.bench.trace) == 1


def test_splits_whose_keys_differ_in_type_are_refused(tables: TableBench) -> None:
    tables.make("trips", table_of(LEFT, "(1, 'a')"))
    tables.make("people", "select '1' as id, 'x' as name")
    (left, right), _ = tables.discover("trips", "people")
    (bucket,) = buckets_of(1)
    splits = tables.split("left", left, ["id"], [bucket])
    splits += tables.split("right", right, ["id"], [bucket])
    parameters = {
        "table": "result",
        "bucket": bucket.model_dump(mode="json"),
        "on": ["id"],
        "how": "inner",
    }
    assert tables.failure("join_bucket", parameters, splits).code == "key_types_differ"
    assert tables.failure("join_bucket", parameters, splits[:1]).code == "input_missing"


def test_a_bucket_refuses_a_split_that_was_tampered_with(tables: TableBench) -> None:
    tables.make("trips", table_of(LEFT, "(1, 'a')"))
    (left,), _ = tables.discover("trips")
    (bucket,) = buckets_of(1)
    splits = tables.split("left", left, ["id"], [bucket])
    splits += tables.split("right", left, ["id"], [bucket])
    parameters = {
        "table": "result",
        "bucket": bucket.model_dump(mode="json"),
        "on": ["id"],
        "how": "inner",
    }
    tables.run("join_bucket", parameters, splits)
    tables.bench.workshop.store.fetch(splits[0].uri).write_bytes(b"other")
    assert tables.failure("join_bucket", parameters, splits).code == "artifact_changed"


def test_a_right_table_that_is_larger_than_memory_is_joined_by_buckets(tmp_path: Path) -> None:
    tables = TableBench(Workbench(tmp_path))
    tables.make("trips", "select range as id, 'c' as city from range(100)")
    tables.make(
        "people", "select range as id, repeat(md5(range::varchar), 8) as name from range(400000)"
    )
    settings_small = tables.bench.settings.model_copy(update={"memory_mib": 128})
    tables.bench.workshop.connection.close()
    tables.bench.workshop = open_workshop(settings_small, tmp_path / "scratch")
    (left, right), _ = tables.discover("trips", "people")
    parameters = {
        "table": "result",
        "partition": left.partitions[0].model_dump(mode="json"),
        "right": right.model_dump(mode="json"),
        "on": ["id"],
        "how": "inner",
    }
    failure = tables.failure("join_partition", parameters)
    assert failure.code == "memory_exhausted"
    assert not failure.retryable
    report = tables.join_buckets("trips", "people", ["id"], "inner", count=4)
    assert report["rows_out"] == 100
    tables.bench.workshop.connection.close()


def test_the_agent_says_how_much_matched(tables: TableBench) -> None:
    tables.make("trips", table_of(LEFT, "(1, 'a')", "(2, 'b')", "(null, 'c')", "(9, 'd')"))
    tables.make("people", table_of(RIGHT, "(1, 'x')", "(1, 'y')"))
    tables.join_broadcast("trips", "people", ["id"], "left")
    (left, right), _ = tables.discover("trips", "people")
    tables.run(
        "join_partition",
        {
            "table": "result",
            "partition": left.partitions[0].model_dump(mode="json"),
            "right": right.model_dump(mode="json"),
            "on": ["id"],
            "how": "left",
        },
    )
    steps = tables.bench.trace
    assert "1 left and 0 right rows have no whole key" in steps[1].thought
    assert "1 of 4 left rows found a partner (25.0%), and 5 rows came of it" in steps[2].thought
    assert [step.data_quality_score for step in steps] == [0.75, 0.25, 0.25]


ROW = st.tuples(st.one_of(st.none(), st.integers(-3, 3)), st.sampled_from(["a", "b"]))
FILES = st.lists(st.lists(ROW, max_size=6), min_size=1, max_size=3)


def queries(names: tuple[str, str], files: list[list[tuple[int | None, str]]]) -> list[str]:
    return [
        table_of(names, *(f"({'null' if key is None else key}, '{text}')" for key, text in rows))
        for rows in files
    ]


@settings(max_examples=5, deadline=None)
@given(left=FILES, right=FILES, how=st.sampled_from(["inner", "left"]))
def test_both_ways_to_join_agree_with_sql(
    left: list[list[tuple[int | None, str]]], right: list[list[tuple[int | None, str]]], how: str
) -> None:
    with TemporaryDirectory() as folder:
        tables = TableBench(Workbench(Path(folder)))
        lefts, rights = queries(LEFT, left), queries(RIGHT, right)
        tables.make("trips", *lefts)
        tables.make("people", *rights)
        sides = f"({' union all '.join(lefts)}) a {how} join ({' union all '.join(rights)}) b"
        expected = tables.sql(f"select a.id, city, name from {sides} on a.id = b.id")
        assert [Counter(found) for found in joins(tables, how)] == [Counter(expected)] * 2
        tables.bench.workshop.connection.close()
