"""A table's schema changes as a whole, and loses nothing uncounted."""

from typing import cast

from deltalake import DeltaTable
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent_worker.capabilities.migrating import convert, losses, migrated
from agent_worker.domain.changes import Change, ChangeKind
from agent_worker.domain.data_types import DataType
from agent_worker.domain.migration import migrate
from agent_worker.domain.schema_contract import ColumnContract, TableContract
from agent_worker.domain.type_changes import is_widening
from shared.contracts.vocabulary import Parameters
from tests.unit.agent_worker.migrations import (
    HEADER,
    ROWS,
    accepted,
    carry_out,
    propose,
    refusal,
    snapshot_of,
    table_of,
    table_rows,
    write_parts,
)
from tests.unit.agent_worker.recipes import store
from tests.unit.agent_worker.workbench import Workbench


def test_all_kinds_of_changes_come_out_in_one_version(bench: Workbench) -> None:
    table_of(bench)
    report = carry_out(
        bench,
        "migration",
        {"kind": "rename", "column": "code", "to": "tail"},
        {"kind": "widen", "column": "id", "data_type": "DOUBLE"},
        {"kind": "drop", "column": "share"},
        {"kind": "add", "column": "origin", "data_type": "VARCHAR", "default": "NYC"},
        {"kind": "retype", "column": "day", "data_type": "TIMESTAMP"},
    )
    columns, rows = table_rows(bench)
    assert columns == ["id", "tail", "day", "origin", "_source_file", "_source_line"]
    assert (report["version"], report["rows_out"], len(rows)) == (1, 201, 201)
    assert [str(cell) for cell in rows[0][:4]] == ["1.0", "N1", "2013-01-02 00:00:00", "NYC"]


def test_the_table_keeps_the_new_contract_and_its_sources(bench: Workbench) -> None:
    table_of(bench)
    carry_out(bench, "migration", {"kind": "rename", "column": "code", "to": "tail"})
    bench.write("c.csv", HEADER, *ROWS[:5], "900,N900,1.5,2013-02-01")
    parameters: Parameters = {"table": "t", "sources": [f"{bench.sources}/*.csv"]}
    outcome = bench.attempt("discover_missing", parameters)
    assert outcome.failure is None, outcome.failure
    assert [each["name"] for each in cast("list[Parameters]", outcome.facts["partitions"])] == ["c"]
    assert "left out" not in bench.trace[1].thought, "the old name is still understood"


def test_renaming_there_and_back_changes_nothing(bench: Workbench) -> None:
    table_of(bench, key=("code",))
    before = table_rows(bench)
    _, first = bench.propose(key=("code",))
    carry_out(bench, "there", {"kind": "rename", "column": "code", "to": "tail"})
    report = carry_out(bench, "back", {"kind": "rename", "column": "tail", "to": "code"})
    assert table_rows(bench) == before
    back = accepted(bench, snapshot_of(bench), {"kind": "drop", "column": "share"})[1]
    assert report["version"] == 2
    assert back.key == first.key == ("code",)


def test_lost_values_are_counted_exactly_and_become_empty(bench: Workbench) -> None:
    snapshot = table_of(bench)
    change: Parameters = {"kind": "retype", "column": "share", "data_type": "BIGINT"}
    _, contract = accepted(bench, snapshot, change)
    assert contract.migration is not None
    assert (contract.migration.rows, contract.migration.rows_lost) == (201, 151)
    carry_out(bench, "migration", change)
    _, rows = table_rows(bench)
    assert sum(row[2] is None for row in rows) == 151
    assert {row[2] for row in rows if row[2] is not None} == {*range(1, 51)}


def test_the_subject_says_it_in_one_sentence(bench: Workbench) -> None:
    change: Parameters = {"kind": "rename", "column": "code", "to": "tail"}
    outcome = propose(bench, table_of(bench), change)
    assert outcome.facts["subject"] == (
        "migration of table t at version 0: rename code to tail; breaking, no row loses a value"
    )


def test_migrating_again_writes_the_same_bytes(bench: Workbench) -> None:
    snapshot = table_of(bench)
    contract, _ = accepted(bench, snapshot, {"kind": "drop", "column": "share"})
    hashes = [
        [part.content_hash for part in write_parts(bench, snapshot, contract, attempt=attempt)]
        for attempt in (1, 2)
    ]
    assert hashes[0] == hashes[1]


def test_a_refused_migration_leaves_the_table_as_it_is(bench: Workbench) -> None:
    snapshot = table_of(bench)
    required: Parameters = {"kind": "nullability", "column": "day", "nullable": False}
    failure = refusal(bench, snapshot, required)
    assert failure.code == "migration_breaks_nullability"
    assert "`day` in 1 of 201 rows" in failure.detail
    unknown: Parameters = {"kind": "explode", "column": "id"}
    assert refusal(bench, snapshot, unknown).code == "parameters_invalid"
    assert refusal(bench, snapshot).code == "parameters_invalid"
    assert DeltaTable(bench.store / "tables" / "t").version() == 0


def test_a_widening_that_would_round_is_refused(bench: Workbench) -> None:
    bench.write("a.csv", "id,name", *(f"{2**53 + number},a" for number in range(50)))
    contract, _ = bench.propose()
    assert bench.publish((*bench.clean(contract), contract)).failure is None
    change: Parameters = {"kind": "widen", "column": "id", "data_type": "DOUBLE"}
    assert refusal(bench, snapshot_of(bench), change).code == "widening_impossible"


def test_a_key_that_would_not_tell_rows_apart_is_refused(bench: Workbench) -> None:
    bench.write("a.csv", "at,name", "2013-01-01,a", "2013-01-01 00:00,b")
    _, proposed = bench.propose(key=("at",))
    as_text = proposed.columns[0].model_copy(update={"data_type": DataType.VARCHAR})
    columns = (as_text, *proposed.columns[1:])
    contract = store(bench, proposed.model_copy(update={"columns": columns}))
    assert bench.publish((*bench.clean(contract), contract)).failure is None
    change: Parameters = {"kind": "retype", "column": "at", "data_type": "TIMESTAMP"}
    assert refusal(bench, snapshot_of(bench), change).code == "key_not_unique"


def test_a_partition_of_another_version_is_not_migrated(bench: Workbench) -> None:
    snapshot = table_of(bench)
    contract, _ = accepted(bench, snapshot, {"kind": "drop", "column": "share"})
    carry_out(bench, "other", {"kind": "drop", "column": "day"})
    (partition, *_) = cast("list[Parameters]", snapshot_of(bench)["partitions"])
    parameters: Parameters = {"table": "t", "partition": partition}
    failure = bench.attempt("migrate_partition", parameters, (contract,)).failure
    assert failure is not None
    assert failure.code == "migration_missing"


CELLS: dict[DataType, st.SearchStrategy[object]] = {
    DataType.BIGINT: st.integers(-(2**53), 2**53),
    DataType.DOUBLE: st.floats(allow_nan=False, allow_infinity=False),
    DataType.BOOLEAN: st.booleans(),
    DataType.DATE: st.dates(),
    DataType.TIMESTAMP: st.datetimes(),
    DataType.VARCHAR: st.text(max_size=5),
}
WIDENINGS = [
    (source, target) for source in DataType for target in DataType if is_widening(source, target)
]


@given(draws=st.data(), types=st.sampled_from(WIDENINGS))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_widening_keeps_every_value(
    bench: Workbench, draws: st.DataObject, types: tuple[DataType, DataType]
) -> None:
    source, target = types
    cell = draws.draw(CELLS[source])
    widened = convert("x", source, target)
    rows = bench.workshop.connection.sql(
        f"select x, {widened} as w, cast({widened} as {source}) as back"
        f" from (select cast(? as {source}) as x)",
        params=[cell],
    )
    ((before, wide, back),) = rows.fetchall()
    assert wide is not None
    assert back == before


@given(st.lists(st.one_of(st.none(), st.text(max_size=4)), min_size=1, max_size=20))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_lost_is_what_becomes_empty(bench: Workbench, cells: list[str | None]) -> None:
    contract = TableContract(
        table="t", columns=(ColumnContract(name="c", data_type=DataType.VARCHAR),)
    )
    change = Change(kind=ChangeKind.RETYPE, column="c", data_type=DataType.BIGINT)
    migration = migrate(contract, [change], 0).migration
    assert migration is not None
    rows = bench.workshop.connection.sql("select unnest(cast(? as varchar[])) as c", params=[cells])
    found = losses(rows, migration)
    after = [cell for (cell,) in migrated(rows, migration).fetchall()]
    assert found.rows == len(cells)
    assert found.rows_lost == after.count(None) - cells.count(None)
    assert [str(cell) for cell in after if cell is not None] == [
        text for text, cell in zip(cells, after, strict=True) if cell is not None
    ]
