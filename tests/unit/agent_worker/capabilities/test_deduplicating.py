"""One row stays for each key, and always the same one, however the table is divided."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.agent_worker.tables import TableBench
from tests.unit.agent_worker.workbench import Workbench

IN_ONE, BY_BUCKETS = 0, 3


@pytest.fixture
def tables(bench: Workbench) -> TableBench:
    return TableBench(bench)


def people(*rows: str) -> str:
    """Return the query of a file of people."""
    return (
        "select id::bigint as id, name::varchar as name, score::double as score "
        f"from (values {', '.join(rows)}) as rows(id, name, score)"
    )


@pytest.mark.parametrize("count", [IN_ONE, BY_BUCKETS])
def test_copies_of_a_row_are_removed(tables: TableBench, count: int) -> None:
    row = "(1, 'a', null)"
    tables.make("people", people(row, row), people(row, "(1, 'b', null)"))
    report = tables.deduplicate("people", count=count)
    assert tables.rows("result") == [(1, "a", None), (1, "b", None)]
    assert (report["rows_in"], report["rows_out"]) == (4, 2)


@pytest.mark.parametrize("count", [IN_ONE, BY_BUCKETS])
def test_the_newest_row_of_a_key_stays(tables: TableBench, count: int) -> None:
    tables.make("people", people("(1, 'old', 1)", "(1, 'new', 3)"), people("(1, 'none', null)"))
    tables.deduplicate("people", ["id"], "score", count=count)
    assert tables.rows("result") == [(1, "new", 3.0)]


@pytest.mark.parametrize("count", [IN_ONE, BY_BUCKETS])
def test_empty_keys_are_one_key(tables: TableBench, count: int) -> None:
    tables.make("people", people("(null, 'b', 1)"), people("(null, 'a', 2)"))
    tables.deduplicate("people", ["id"], count=count)
    assert tables.rows("result") == [(None, "a", 2.0)]


@pytest.mark.parametrize("count", [IN_ONE, BY_BUCKETS])
def test_where_a_row_came_from_makes_no_difference(tables: TableBench, count: int) -> None:
    tables.make(
        "people",
        "select 1::bigint as id, 'b.csv' as _source_file, 7::bigint as _source_line",
        "select 1::bigint as id, 'a.csv' as _source_file, 9::bigint as _source_line",
    )
    tables.deduplicate("people", count=count)
    assert tables.rows("result") == [(1, "a.csv", 9)]


@pytest.mark.parametrize(
    ("key", "order_by", "code"),
    [
        (["ID"], "", "column_unknown"),
        (["id", "id"], "", "column_repeated"),
        (["id"], "age", "column_unknown"),
    ],
)
def test_columns_that_are_not_there_are_refused(
    tables: TableBench, key: list[str], order_by: str, code: str
) -> None:
    tables.make("people", people("(1, 'a', 1)"))
    (snapshot,), _ = tables.discover("people")
    partition = snapshot.partitions[0].model_dump(mode="json")
    parameters = {"table": "result", "partition": partition, "key": key, "order_by": order_by}
    assert tables.failure("deduplicate_partition", parameters).code == code
    assert len(tables.bench.trace) == 1


def test_a_column_that_may_not_be_empty_still_may_not(tables: TableBench) -> None:
    tables.make("people", people("(1, 'a', 1)"), required=["id"])
    tables.deduplicate("people", ["id"])
    fields = {field.name: field.nullable for field in tables.delta("result").schema().fields}
    assert fields == {"id": False, "name": True, "score": True}


def test_the_agent_says_what_repeats_and_what_it_keeps(tables: TableBench) -> None:
    tables.make("people", people("(1, 'a', 1)", "(1, 'b', 2)", "(2, 'c', 3)", "(3, 'd', 4)"))
    (snapshot,), _ = tables.discover("people")
    partition = snapshot.partitions[0].model_dump(mode="json")
    parameters = {"table": "result", "partition": partition, "key": ["id"], "order_by": "score"}
    tables.run("deduplicate_partition", parameters)
    steps = tables.bench.trace
    assert "4 rows have 3 different keys (`id`)" in steps[1].thought
    assert "1 of them repeat; of each I keep the row with the greatest `score`" in steps[1].thought
    assert [step.data_quality_score for step in steps] == [0.75, 1, 1]


ROW = st.tuples(
    st.one_of(st.none(), st.integers(0, 2)),
    st.one_of(st.none(), st.sampled_from(["a", "b", ""])),
    st.one_of(st.none(), st.sampled_from(["-0.0", "0.0", "1.5"])),
)


@settings(max_examples=6, deadline=None)
@given(
    files=st.lists(st.lists(ROW, min_size=1, max_size=6), min_size=1, max_size=3),
    key=st.sampled_from([[], ["id"], ["name", "score"], ["score"]]),
    order_by=st.sampled_from(["", "score"]),
)
def test_any_division_of_the_table_keeps_the_rows_that_sql_keeps(
    files: list[list[tuple[int | None, str | None, str | None]]], key: list[str], order_by: str
) -> None:
    with TemporaryDirectory() as folder:
        tables = TableBench(Workbench(Path(folder)))
        queries = [people(*map(literal, rows)) for rows in files]
        tables.make("people", *queries)
        whole = tables.deduplicate("people", key, order_by)
        in_one = tables.rows("result")
        tables.bench.pipeline_id = "by buckets"
        divided = tables.deduplicate("people", key, order_by, count=BY_BUCKETS)
        assert divided["content_hash"] == whole["content_hash"]
        first = "score desc nulls last, " if order_by else ""
        keys = ", ".join(key) or "id, name, score"
        order = f"{first}id nulls last, name nulls last, score nulls last"
        rank = f"row_number() over (partition by {keys} order by {order})"
        rows = " union all ".join(queries)
        expected = tables.sql(f"select * from ({rows}) qualify {rank} = 1 order by all")
        assert in_one == tables.rows("result") == expected
        tables.bench.workshop.connection.close()


def literal(row: tuple[int | None, str | None, str | None]) -> str:
    identity, name, moment = row
    cells = (
        "null" if identity is None else str(identity),
        "null" if name is None else f"'{name}'",
        "null" if moment is None else f"cast('{moment}' as double)",
    )
    return f"({', '.join(cells)})"
