"""What a table promises once its schema has changed."""

from typing import cast

from deltalake import DeltaTable

from agent_worker.capabilities.table_contracts import contract_of
from shared.contracts.vocabulary import Parameters
from tests.unit.agent_worker.migrations import carry_out, table_of
from tests.unit.agent_worker.workbench import Workbench


def test_the_schema_says_what_may_be_empty(bench: Workbench) -> None:
    table_of(bench)
    required = carry_out(
        bench, "first", {"kind": "nullability", "column": "code", "nullable": False}
    )
    table = DeltaTable(bench.store / "tables" / "t")
    assert {field.name: field.nullable for field in table.schema().fields}["code"] is False
    carry_out(bench, "second", {"kind": "nullability", "column": "code", "nullable": True})
    table.update_incremental()
    assert {field.name: field.nullable for field in table.schema().fields}["code"] is True
    assert required["rows_out"] == 201


def test_the_report_says_what_the_migration_took(bench: Workbench) -> None:
    table_of(bench)
    change = {"kind": "retype", "column": "share", "data_type": "BIGINT"}
    migration = carry_out(bench, "migration", {**change})["migration"]
    assert isinstance(migration, dict)
    assert (migration["rows_lost"], migration["compatibility"]) == (151, "forward")


def test_rows_of_its_own_leave_a_table_its_contract_and_its_sources(bench: Workbench) -> None:
    snapshot = table_of(bench, key=("id",))
    before = contract_of(bench.workshop.store, "t")
    (partition, *_) = cast("list[Parameters]", snapshot["partitions"])
    parameters: Parameters = {"table": "t", "partition": partition, "key": [], "order_by": ""}
    bench.pipeline_id = "deduplication"
    part = bench.attempt("deduplicate_partition", parameters).artifacts
    publishing: Parameters = {"table": "t", "mode": "overwrite", "source": snapshot}
    assert bench.attempt("publish_parts", publishing, part).failure is None
    assert contract_of(bench.workshop.store, "t") == before
    sources: Parameters = {"table": "t", "sources": [f"{bench.sources}/*.csv"]}
    assert bench.attempt("discover_missing", sources).facts["sources_held"] == 2
