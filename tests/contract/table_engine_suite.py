"""What every table engine promises; each adapter runs these tests against itself.

What an engine makes is compared twice: with a model in plain Python, row by row and in order, and
by the content hash with what DuckDB makes of the same files.
"""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent_worker.capabilities import sql
from agent_worker.capabilities.engines.port import (
    GroupRows,
    JoinRows,
    KeepDistinct,
    KeysFound,
    MergeGroups,
    SidesFound,
    StoredRows,
)
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.table_join import JoinKind
from tests.contract.table_engine_model import (
    BIGINT_MAX,
    COLUMNS,
    TABLES,
    Table,
    distinct,
    grouped,
    grouping,
    joined,
    partnered,
)
from tests.support.table_files import EngineBench

KEYS = st.lists(st.sampled_from(["k", "w", "f", "d", "b"]), min_size=1, max_size=3, unique=True)
KINDS = st.sampled_from(list(JoinKind))

FEW = settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
)
"""An example is several jobs, and a job on a cluster takes a second."""


class TableEngineSuite:
    """The promises; a subclass brings the fixture `bench`, with its engine on files of its own."""

    @FEW
    @given(table=TABLES, by=KEYS | st.just([]))
    def test_groups_are_what_their_rows_add_up_to(
        self, bench: EngineBench, table: Table, by: Sequence[str]
    ) -> None:
        asked = grouping(by)
        partials = [bench.write(GroupRows(bench.store([file]), asked)) for file in table]
        merging = MergeGroups(bench.stored(*partials), asked)
        assert bench.engine.count_too_large(merging) == {}
        assert bench.rows(bench.write(merging)) == grouped(table, by)
        bench.check_hash(merging)

    @FEW
    @given(left=TABLES, right=TABLES, key=KEYS, kind=KINDS)
    def test_rows_are_joined_to_those_of_their_key(
        self, bench: EngineBench, left: Table, right: Table, key: Sequence[str], kind: JoinKind
    ) -> None:
        work = JoinRows(bench.store(left), bench.store(right), key, kind)
        assert bench.rows(bench.write(work)) == joined(left, right, key, kind)
        assert bench.engine.count_partnered(work) == partnered(left, right, key)
        bench.check_hash(work)

    @FEW
    @given(table=TABLES, key=KEYS | st.just([]), order_by=st.sampled_from(["", "n", "t", "w"]))
    def test_one_row_of_each_key_stays(
        self, bench: EngineBench, table: Table, key: Sequence[str], order_by: str
    ) -> None:
        work = KeepDistinct(bench.store(table), key, order_by)
        kept = distinct(table, key or list(COLUMNS), order_by)
        assert bench.rows(bench.write(work)) == kept
        found = bench.engine.count_keys(work)
        assert (found.rows, found.keys) == (sum(map(len, table)), len(kept))
        bench.check_hash(work)

    def test_what_is_empty_is_counted(self, bench: EngineBench) -> None:
        texts = bench.made("select * from (values (1, 'ä'), (null, '€uro'), (2, null)) as r(k, w)")
        counted = bench.engine.count_missing(texts, ["k", "w"])
        assert (counted.rows, counted.missing) == (3, {"k": 1, "w": 1})
        sides = bench.engine.count_sides(JoinRows(texts, texts, ["k", "w"], JoinKind.INNER))
        assert sides == SidesFound(3, 2, 3, 2, len("ä€uro".encode()))
        keys = bench.engine.count_keys(KeepDistinct(texts, ["k"], ""))
        assert keys == KeysFound(rows=3, keys=3, repeated_keys=0)

    def test_a_file_that_is_older_than_a_column_has_none_of_it(self, bench: EngineBench) -> None:
        old = bench.made("select 1::bigint as k")
        new = bench.made("select 2::bigint as k, 'new' as w")
        both = StoredRows((*old.files, *new.files), new.columns, old.bytes + new.bytes)
        written = bench.write(KeepDistinct(both, ["k"], ""))
        assert bench.rows(written) == [(1, None), (2, "new")]

    def test_only_the_rows_of_the_bucket_are_read(self, bench: EngineBench) -> None:
        split = bench.made(
            "select (range % 3)::integer as _argosy_bucket, range as k from range(9)"
        )
        own = StoredRows(split.files, {"k": "BIGINT"}, split.bytes, bucket=1)
        assert bench.rows(bench.write(KeepDistinct(own, ["k"], ""))) == [(1,), (4,), (7,)]

    def test_names_may_hold_anything(self, bench: EngineBench) -> None:
        names = ["a b", 'q"uote', "back`tick", "ö,;{}()=", "select", "dot.ted"]
        columns = ", ".join(f"1::bigint as {sql.name(name)}" for name in names)
        rows = bench.made(f"select {columns}")
        work = JoinRows(rows, rows, names[:2], JoinKind.INNER)
        assert bench.rows(bench.write(work)) == [(1,) * 10]
        assert bench.rows(bench.write(KeepDistinct(rows, names, names[-1]))) == [(1,) * 6]

    def test_no_rows_make_a_file_that_knows_its_columns(self, bench: EngineBench) -> None:
        for nothing in (bench.made(f"{bench.typed} where false"), StoredRows((), COLUMNS, 0)):
            work = JoinRows(nothing, nothing, ["k"], JoinKind.LEFT)
            (file,) = written = bench.write(work)
            assert (file.rows, bench.rows(written)) == (0, [])
            assert [*bench.stored(written).columns][: len(COLUMNS)] == [*COLUMNS]
            assert bench.engine.count_missing(nothing, ["k"]).missing == {"k": 0}

    def test_a_sum_that_does_not_fit_is_told_before(self, bench: EngineBench) -> None:
        rows = bench.made(f"select range % 2 as k, {BIGINT_MAX} as n from range(3)")
        asked = grouping(["k"], {"n": ["sum", "mean"]})
        merging = MergeGroups(bench.stored(bench.write(GroupRows(rows, asked))), asked)
        assert bench.engine.count_too_large(merging) == {"sum_n": 1}

    def test_done_again_it_replaces_what_it_wrote(self, bench: EngineBench) -> None:
        work = KeepDistinct(bench.made("select range as k from range(20)"), ["k"], "")
        bench.engine.write(work, "tables/t/part.parquet")
        again = bench.engine.write(work, "tables/t/part.parquet")
        assert len(bench.rows(again)) == 20
        assert bench.count_files("tables/t") == len(again)

    def test_a_file_that_is_gone_is_a_classified_failure(self, bench: EngineBench) -> None:
        gone = bench.made("select 1::bigint as k")
        bench.remove(gone)
        with pytest.raises(ActionFailedError) as failed:
            bench.write(KeepDistinct(gone, ["k"], ""))
        assert failed.value.failure.code in {"artifact_missing", "engine_failed"}
        assert failed.value.failure.remedy
        left = bench.made("select 1::bigint as k")
        assert bench.rows(bench.write(KeepDistinct(left, ["k"], ""))) == [(1,)]
