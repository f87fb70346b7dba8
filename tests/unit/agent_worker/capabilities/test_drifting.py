"""A table changes by drift that was accepted, in one commit, and by no other."""

from collections.abc import Sequence
from typing import cast

from deltalake import DeltaTable

from agent_worker.capabilities.table_contracts import contract_of
from agent_worker.capabilities.table_reading import quarantined_rows_of, rows_of
from agent_worker.domain.schema_contract import TableContract
from shared.contracts.vocabulary import Parameters
from tests.unit.agent_worker.late_files import REASON, Backfill
from tests.unit.agent_worker.workbench import Workbench

HEADER = "id,name,share"
ROWS = [f"{number},N{number},{number}" for number in range(1, 101)]
LATE = [f"{number},N{number},{number}.5,G{number % 7}" for number in range(101, 141)]
MORE = [f"{number},N{number},{number}" for number in range(201, 231)]
DAYS = [f"{number},2024-01-{1 + number % 28:02}" for number in range(60)]


def ingest(bench: Workbench, header: str = HEADER, rows: Sequence[str] = ROWS) -> None:
    """Make table t of a.csv."""
    bench.write("a.csv", header, *rows)
    contract, _ = bench.propose()
    outcome = bench.publish((*bench.clean(contract), contract))
    assert outcome.failure is None, outcome.failure
    bench.pipeline_id = "backfill"


def delta(bench: Workbench) -> DeltaTable:
    return DeltaTable(bench.store / "tables" / "t")


def columns(bench: Workbench) -> dict[str, str]:
    return {field.name: str(field.type) for field in delta(bench).schema().fields}


def contract_now(bench: Workbench) -> TableContract:
    return contract_of(bench.workshop.store, "t")


def test_what_the_contract_reads_is_no_drift(bench: Workbench) -> None:
    ingest(bench)
    bench.write(
        "b.csv",
        HEADER,
        *(f"{number},N{number},{number}" for number in range(101, 121)),
        "oops,N0,7",
    )
    late = Backfill(bench)
    assert [each["name"] for each in late.fitting] == ["b"]
    assert (late.drifts, late.unfit) == ([], [])


def test_partitions_that_differ_alike_are_one_question(bench: Workbench) -> None:
    ingest(bench)
    bench.write("b.csv", f"{HEADER},gate", *LATE)
    bench.write("c.csv", f"{HEADER},gate", *(line.replace("G", "H") for line in LATE))
    late = Backfill(bench)
    (drift,) = late.drifts
    assert [each["name"] for each in cast("list[Parameters]", drift["partitions"])] == ["b", "c"]
    assert late.fitting == []


def test_a_proposal_names_its_changes_their_compatibility_and_what_would_be_lost(
    bench: Workbench,
) -> None:
    ingest(bench)
    bench.write("b.csv", f"{HEADER},gate", *LATE)
    late = Backfill(bench)
    facts = late.propose(late.drifts[0]).facts
    motion = cast("Parameters", facts["motion"])
    assert (motion["kind"], motion["compatibility"]) == ("drift", "backward")
    changes = cast("list[Parameters]", motion["changes"])
    told = [(each["kind"], each["column"], each["before"], each["after"]) for each in changes]
    assert told == [("widen", "share", "BIGINT", "DOUBLE"), ("add", "gate", "", "VARCHAR")]
    assert [each["rows_lost"] for each in changes] == [0, 0]
    assert "0 of its 100 rows lose a value" in str(facts["subject"])


def test_an_accepted_drift_becomes_part_of_the_table_in_the_commit_of_its_data(
    bench: Workbench,
) -> None:
    ingest(bench)
    bench.write("b.csv", f"{HEADER},gate", *LATE)
    bench.write("c.csv", HEADER, *MORE)
    late = Backfill(bench)
    late.accept(late.drifts[0])
    report = late.append()
    assert delta(bench).version() == 1
    assert columns(bench) == {
        "id": 'PrimitiveType("long")',
        "name": 'PrimitiveType("string")',
        "share": 'PrimitiveType("double")',
        "gate": 'PrimitiveType("string")',
        "_source_file": 'PrimitiveType("string")',
        "_source_line": 'PrimitiveType("long")',
    }
    rows = rows_of(bench.workshop, "t", None)
    counted = rows.aggregate("_source_file, count(*), sum(share), count(gate)").order("all")
    assert counted.fetchall() == [
        ("a.csv", 100, 5050.0, 0),
        ("b.csv", 40, sum(number + 0.5 for number in range(101, 141)), 40),
        ("c.csv", 30, float(sum(range(201, 231))), 0),
    ]
    assert report["schema_changes"] == ["widen `share` to DOUBLE, new column `gate` VARCHAR"]
    assert report["table_rows"] == 170


def test_the_table_keeps_the_contract_that_was_accepted(bench: Workbench) -> None:
    ingest(bench)
    bench.write("b.csv", f"{HEADER},gate", *LATE)
    late = Backfill(bench)
    late.accept(late.drifts[0])
    late.append()
    assert [column.name for column in contract_now(bench).columns] == [
        "id",
        "name",
        "share",
        "gate",
    ]
    bench.write("c.csv", f"{HEADER},gate", "901,N9,9.5,G1", "902,N9,9.5,G1", "903,N9,9.5,G1")
    bench.pipeline_id = "again"
    later = Backfill(bench)
    assert [each["name"] for each in later.fitting] == ["c"]
    later.append()
    assert delta(bench).version() == 2
    assert rows_of(bench.workshop, "t", None).aggregate("count(*)").fetchall() == [(143,)]


def test_the_rows_of_a_rejected_drift_are_set_aside_whole_with_the_reason(
    bench: Workbench,
) -> None:
    ingest(bench)
    bench.write("b.csv", f"{HEADER},gate", *LATE)
    bench.write("c.csv", HEADER, *MORE)
    late = Backfill(bench)
    late.reject(late.drifts[0])
    report = late.append()
    assert set(columns(bench)) == {"id", "name", "share", "_source_file", "_source_line"}
    assert (report["rows_out"], report["rows_quarantined"]) == (30, 40)
    assert list(cast("Parameters", report["partitions_set_aside"])) == ["b"]
    aside = quarantined_rows_of(bench.workshop, "t", None)
    assert {reason for (reason,) in aside.project("reason").distinct().fetchall()} == {
        f"schema change not accepted: {REASON}"
    }
    assert aside.aggregate("count(*), min(raw)").fetchall() == [(40, LATE[0])]


def test_what_was_set_aside_does_not_lower_the_quality_of_what_goes_in(bench: Workbench) -> None:
    ingest(bench)
    bench.write("b.csv", f"{HEADER},gate", *LATE)
    bench.write("c.csv", HEADER, *MORE)
    late = Backfill(bench)
    late.reject(late.drifts[0])
    assert late.append()["quality_after"] == 1.0


def test_a_respelt_name_is_proposed_as_a_rename_and_read_under_the_tables_name(
    bench: Workbench,
) -> None:
    ingest(bench)
    bench.write(
        "b.csv", "id,Name_,share", *(f"{number},N{number},{number}" for number in range(101, 131))
    )
    late = Backfill(bench)
    (drift,) = late.drifts
    changes = cast("Parameters", late.propose(drift).facts["motion"])["changes"]
    (rename,) = cast("list[Parameters]", changes)
    assert (rename["kind"], rename["before"], rename["after"]) == ("rename", "Name_", "name")
    late.accept(drift)
    late.append()
    rows = rows_of(bench.workshop, "t", None).filter("_source_file = 'b.csv'")
    assert rows.aggregate("count(name)").fetchall() == [(30,)]
    assert "Name_" in contract_now(bench).columns[1].aliases


def test_a_file_without_the_key_is_set_aside_without_a_vote(bench: Workbench) -> None:
    bench.write("a.csv", HEADER, *ROWS)
    contract, _ = bench.propose(key=("id",))
    outcome = bench.publish((*bench.clean(contract), contract))
    assert outcome.failure is None, outcome.failure
    bench.pipeline_id = "backfill"
    bench.write("b.csv", "number,name,share", *ROWS[:20])
    late = Backfill(bench)
    assert (late.fitting, late.drifts) == ([], [])
    assert "key" in str(late.unfit[0]["reason"])


def test_times_of_day_in_a_column_of_dates_widen_it_and_are_read(bench: Workbench) -> None:
    bench.write("a.csv", "id,day", *DAYS)
    contract, _ = bench.propose()
    outcome = bench.publish((*bench.clean(contract), contract))
    assert outcome.failure is None, outcome.failure
    bench.pipeline_id = "backfill"
    bench.write(
        "b.csv",
        "id,day",
        *(f"{number},2024-02-{1 + number % 28:02} 10:30:00" for number in range(60)),
    )
    late = Backfill(bench)
    late.accept(late.drifts[0])
    assert late.append()["schema_changes"] == ["widen `day` to TIMESTAMP"]
    rows = rows_of(bench.workshop, "t", None)
    assert rows.aggregate("count(day), count(*) filter (hour(day) = 10)").fetchall() == [(120, 60)]


def test_dates_that_are_written_otherwise_are_a_drift_too(bench: Workbench) -> None:
    bench.write("a.csv", "id,day", *DAYS)
    contract, _ = bench.propose()
    outcome = bench.publish((*bench.clean(contract), contract))
    assert outcome.failure is None, outcome.failure
    bench.pipeline_id = "backfill"
    bench.write(
        "b.csv", "id,day", *(f"{number},{1 + number % 28:02}.02.2024" for number in range(60))
    )
    late = Backfill(bench)
    late.accept(late.drifts[0])
    assert late.append()["schema_changes"] == ["`day` written as %d.%m.%Y"]
    assert rows_of(bench.workshop, "t", None).aggregate("count(day)").fetchall() == [(120,)]


def test_appending_twice_is_one_version(bench: Workbench) -> None:
    ingest(bench)
    bench.write("b.csv", f"{HEADER},gate", *LATE)
    late = Backfill(bench)
    late.accept(late.drifts[0])
    assert late.append()["version"] == 1
    assert late.append()["version"] == 1
    assert rows_of(bench.workshop, "t", None).aggregate("count(*)").fetchall() == [(140,)]


def test_a_column_is_known_by_its_values_under_any_name_and_in_any_place(
    bench: Workbench,
) -> None:
    towns = [f"{number},{('Oslo', 'Riga', 'Bern')[number % 3]},{number}" for number in range(300)]
    ingest(bench, "id,town,share", towns)
    late = [f"{('Riga', 'Bern', 'Oslo')[number % 3]},{number},{number}" for number in range(120)]
    bench.write("b.csv", "place,id,share", *late)
    (drift,) = Backfill(bench).drifts
    told = cast("Parameters", drift["drift"])
    assert told["renamed"] == {"place": "town"}
    assert "100% of a sample of both columns' values are shared" in str(told["evidence"])


def test_other_values_under_a_new_name_are_another_column(bench: Workbench) -> None:
    towns = [f"{number},{('Oslo', 'Riga', 'Bern')[number % 3]},{number}" for number in range(300)]
    ingest(bench, "id,town,share", towns)
    late = [f"{number},{number},{('red', 'blue')[number % 2]}" for number in range(120)]
    bench.write("b.csv", "id,share,colour", *late)
    (drift,) = Backfill(bench).drifts
    assert cast("Parameters", drift["drift"])["renamed"] == {}
