"""Parts become visible once, in the way that was asked for, and can be taken back."""

from typing import cast

import pytest
from deltalake import DeltaTable

from agent_worker.capabilities.table_contracts import contract_of
from agent_worker.capabilities.table_withdrawal import withdraw
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.table_snapshot import buckets_for, group_by_size
from shared.contracts.vocabulary import Artifact, Parameters
from tests.unit.agent_worker.tables import ONE_FILE, TableBench, publishing
from tests.unit.agent_worker.workbench import Workbench

SMALL = 2**40
"""A target that all files together stay below."""


@pytest.fixture
def tables(bench: Workbench) -> TableBench:
    return TableBench(bench)


def numbers(first: int, last: int) -> str:
    """Return the query of a file with these numbers and their texts."""
    return f"select range as id, 'n' || range as name from range({first}, {last + 1})"


def files_of(table: DeltaTable) -> int:
    return len(table.file_uris())


def withdrawal(tables: TableBench, table: str) -> Parameters:
    parameters = publishing(table) | {"sources": ["whatever the task had"]}
    facts = tables.run("withdraw_table", parameters).facts
    return cast("Parameters", facts["withdrawn"])


def test_a_snapshot_stays_what_it_was(tables: TableBench) -> None:
    tables.make("t", numbers(1, 3))
    (snapshot,), _ = tables.discover("t")
    tables.make("t", numbers(4, 5))
    assert (snapshot.version, snapshot.rows) == (0, 3)
    (partition,) = snapshot.partitions
    parameters = {"table": "result", "partition": partition.model_dump(mode="json")}
    tables.publish("result", tables.run("deduplicate_partition", parameters).artifacts, snapshot)
    assert len(tables.rows("result")) == 3


def test_files_are_grouped_up_to_the_target() -> None:
    assert group_by_size([5, 5, 5, 20, 1], 10) == [range(2), range(2, 3), range(3, 4), range(4, 5)]
    assert group_by_size([], 10) == [range(0)]
    assert [bucket.name for bucket in buckets_for(25, 10)] == [
        "bucket-00",
        "bucket-01",
        "bucket-02",
    ]
    assert len(buckets_for(0, 10)) == 1
    assert len(buckets_for(10**9, 1)) == 64


def test_tables_that_agents_cannot_read_are_refused(tables: TableBench) -> None:
    assert tables.failure("discover_tables", {"tables": ["nowhere"]}).code == "table_unknown"
    assert tables.failure("discover_tables", {"tables": []}).code == "parameters_invalid"


def test_two_tasks_that_divide_a_table_name_its_partitions_alike(tables: TableBench) -> None:
    tables.make("t", numbers(1, 3), numbers(4, 6), numbers(7, 9))
    first, second = tables.discover("t"), tables.discover("t")
    assert first == second
    names = [partition.name for partition in first[0][0].partitions]
    assert names == ["part-0000", "part-0001", "part-0002"]


def test_compacting_keeps_the_rows_and_joins_the_files(tables: TableBench) -> None:
    tables.make("t", numbers(1, 3), numbers(4, 6))
    tables.make("t", numbers(7, 9))
    before = tables.rows("t")
    (snapshot,), _ = tables.discover("t", bytes_target=SMALL)
    report = tables.publish("t", tables.compact(snapshot), snapshot, "compact")
    assert tables.rows("t") == before
    assert files_of(tables.delta("t")) == 1
    assert (report["files_before"], report["files_after"], report["version"]) == (3, 1, 2)
    assert (report["rows_in"], report["rows_out"]) == (9, 9)


def test_compacting_leaves_what_was_added_meanwhile(tables: TableBench) -> None:
    tables.make("t", numbers(1, 3), numbers(4, 6))
    (snapshot,), _ = tables.discover("t", bytes_target=SMALL)
    tables.make("t", numbers(7, 9))
    tables.publish("t", tables.compact(snapshot), snapshot, "compact")
    assert [row[0] for row in tables.rows("t")] == list(range(1, 10))
    assert files_of(tables.delta("t")) == 2


def test_what_was_compacted_by_others_meanwhile_is_left_alone(tables: TableBench) -> None:
    tables.make("t", numbers(1, 3), numbers(4, 6))
    (snapshot,), _ = tables.discover("t", bytes_target=SMALL)
    parts = tables.compact(snapshot)
    tables.publish("t", parts, snapshot, "compact")
    tables.bench.pipeline_id = "another"
    failure = tables.failure("publish_parts", publishing("t", snapshot, "compact"), parts)
    assert failure.code == "table_moved_on"
    assert len(tables.rows("t")) == 6


def test_nothing_to_compact_is_no_commit(tables: TableBench) -> None:
    tables.make("t", numbers(1, 3))
    (snapshot,), _ = tables.discover("t", bytes_target=SMALL)
    report = tables.publish("t", tables.compact(snapshot), snapshot, "compact")
    assert (report["version"], report["files_after"], report["rows_out"]) == (0, 1, 3)
    assert tables.delta("t").version() == 0


def test_a_commit_that_compacts_says_that_no_data_changed(tables: TableBench) -> None:
    tables.make("t", numbers(1, 3), numbers(4, 6))
    (snapshot,), _ = tables.discover("t", bytes_target=SMALL)
    tables.publish("t", tables.compact(snapshot), snapshot, "compact")
    log = tables.bench.store / "tables" / "t" / "_delta_log" / f"{1:020}.json"
    assert '"dataChange":true' not in log.read_text()


def test_rows_that_a_file_lost_are_missed(tables: TableBench) -> None:
    tables.make("t", numbers(1, 3), numbers(4, 6))
    (snapshot,), _ = tables.discover("t", bytes_target=SMALL)
    local = tables.bench.workshop.store.fetch(snapshot.files[0])
    tables.bench.workshop.connection.sql(numbers(1, 2)).write_parquet(str(local))
    parameters = {"table": "t", "partition": snapshot.partitions[0].model_dump(mode="json")}
    assert tables.failure("compact_partition", parameters).code == "rows_missing"


def test_appending_keeps_what_is_there(tables: TableBench) -> None:
    tables.make("t", numbers(1, 3))
    tables.make("more", numbers(4, 4))
    part = distinct(tables, "more", "t")
    report = tables.publish("t", part, None, "append")
    assert [row[0] for row in tables.rows("t")] == [1, 2, 3, 4]
    assert tables.publish("t", part, None, "append") == report
    assert tables.delta("t").version() == 1


def test_appending_another_schema_is_refused(tables: TableBench) -> None:
    tables.make("t", numbers(1, 3))
    tables.make("more", "select 4::double as id, 'x' as name")
    part = distinct(tables, "more", "t")
    failure = tables.failure("publish_parts", publishing("t", None, "append"), part)
    assert failure.code == "schema_differs"
    assert "id" in failure.detail


def test_replacing_a_table_by_what_was_made_of_an_older_version_is_refused(
    tables: TableBench,
) -> None:
    tables.make("t", numbers(1, 3))
    (snapshot,), _ = tables.discover("t")
    part = distinct(tables, "t", "t")
    tables.make("t", numbers(4, 4))
    failure = tables.failure("publish_parts", publishing("t", snapshot), part)
    assert failure.code == "table_moved_on"
    assert len(tables.rows("t")) == 4


def test_publishing_twice_is_one_version_and_one_report(tables: TableBench) -> None:
    tables.make("t", numbers(1, 3))
    (snapshot,), _ = tables.discover("t")
    part = distinct(tables, "t", "t")
    reports = [tables.publish("t", part, snapshot) for _ in range(2)]
    assert reports[0] == reports[1]
    assert tables.delta("t").version() == 1


def test_a_table_made_of_a_table_has_a_contract(tables: TableBench) -> None:
    tables.make("t", numbers(1, 3), required=["id"])
    tables.deduplicate("t")
    contract = contract_of(tables.bench.workshop.store, "result")
    assert [(each.name, each.nullable) for each in contract.columns] == [
        ("id", False),
        ("name", True),
    ]


def test_no_parts_publish_nothing(tables: TableBench) -> None:
    assert tables.failure("publish_parts", publishing("t")).code == "input_missing"


def test_parts_of_different_columns_publish_nothing(tables: TableBench) -> None:
    tables.make("a", numbers(1, 1))
    tables.make("b", "select 1::bigint as other")
    parts = [*distinct(tables, "a", "t"), *distinct(tables, "b", "t", name="b")]
    assert tables.failure("publish_parts", publishing("t"), parts).code == "parts_differ"


def test_withdrawing_restores_the_version_before_once(tables: TableBench) -> None:
    tables.make("t", numbers(1, 3))
    before = tables.rows("t")
    tables.make("other", numbers(7, 9))
    tables.publish("t", distinct(tables, "other", "t"))
    assert tables.rows("t") != before
    assert withdrawal(tables, "t")["done"] is True
    assert tables.rows("t") == before
    assert withdrawal(tables, "t")["done"] is True
    assert tables.delta("t").version() == 2


def test_withdrawing_restores_the_contract_too(tables: TableBench) -> None:
    tables.make("other", numbers(7, 9))
    tables.publish("t", distinct(tables, "other", "t"))
    store, first = tables.bench.workshop.store, "pipeline"
    had = contract_of(store, "t")
    tables.bench.pipeline_id = "second"
    tables.make("wide", "select 1::bigint as id, 2::bigint as other")
    tables.publish("t", distinct(tables, "wide", "t"))
    assert contract_of(store, "t") != had
    assert withdrawal(tables, "t")["done"] is True
    assert contract_of(store, "t") == had == contract_of(store, "t", 0)
    tables.bench.pipeline_id = first
    assert withdrawal(tables, "t")["done"] is False


def test_a_table_that_the_pipeline_created_is_empty_afterwards(tables: TableBench) -> None:
    tables.make("other", numbers(7, 9))
    tables.publish("t", distinct(tables, "other", "t"))
    assert withdrawal(tables, "t")["reason"] == "version 0 is undone, it is empty"
    assert tables.rows("t") == []
    assert withdrawal(tables, "t")["done"] is True
    assert tables.delta("t").version() == 1


def test_what_others_have_built_on_is_not_withdrawn(tables: TableBench) -> None:
    tables.make("other", numbers(7, 9))
    tables.publish("t", distinct(tables, "other", "t"))
    tables.make("t", numbers(1, 1))
    assert withdrawal(tables, "t") == {
        "table": "t",
        "done": False,
        "reason": "others have built on version 0",
    }
    assert len(tables.rows("t")) == 4


def test_what_was_never_published_is_not_withdrawn(tables: TableBench) -> None:
    assert withdrawal(tables, "t")["reason"] == "there is no such table"
    tables.make("t", numbers(1, 1))
    assert withdrawal(tables, "t")["reason"] == "the table has no commit of this pipeline"


def test_a_version_whose_files_are_gone_is_not_restored(tables: TableBench) -> None:
    tables.make("t", numbers(1, 3))
    tables.make("other", numbers(7, 9))
    gone = tables.delta("t").file_uris()
    tables.publish("t", distinct(tables, "other", "t"))
    for uri in gone:
        tables.bench.workshop.store.fetch(f"file://{uri}").unlink()
    with pytest.raises(ActionFailedError, match="table_not_restored"):
        withdraw(tables.uri_of("t"), "t", "pipeline")


def test_a_newer_column_is_empty_in_older_files(tables: TableBench) -> None:
    tables.make("t", numbers(1, 1))
    (snapshot,), _ = tables.discover("t", bytes_target=ONE_FILE)
    tables.make("wide", "select 2::bigint as id, 'n2' as name, 'x' as extra")
    widen(tables)
    (wide,), _ = tables.discover("t", bytes_target=SMALL)
    assert [column.name for column in wide.columns] == ["id", "name", "extra"]
    parameters = {"table": "result", "partition": wide.partitions[0].model_dump(mode="json")}
    tables.publish("result", tables.run("deduplicate_partition", parameters).artifacts, wide)
    assert tables.rows("result") == [(1, "n1", None)]
    assert snapshot.version == 0


def widen(tables: TableBench) -> None:
    """Add a column to the table's schema and leave its files as they are."""
    wide = tables.delta("wide").schema()
    tables.delta("t").alter.add_columns([wide.fields[-1]])


def distinct(tables: TableBench, source: str, table: str, *, name: str = "a") -> list[Artifact]:
    """Write a table's rows as a part of another."""
    (snapshot,), _ = tables.discover(source, bytes_target=SMALL)
    (partition,) = snapshot.partitions
    renamed = partition.model_copy(update={"name": name})
    parameters = {"table": table, "partition": renamed.model_dump(mode="json")}
    return [*tables.run("deduplicate_partition", parameters, (), f"distinct-{name}").artifacts]
