"""Backfilling adds what a table lacks, each file once, and nothing else."""

from typing import cast

import pytest
from deltalake import DeltaTable, Schema

from agent_worker.capabilities.delta_table import (
    MarksDifferError,
    Mode,
    Publication,
    publish,
)
from agent_worker.capabilities.table_sources import adding, presumed
from agent_worker.domain.actions import ActionOutcome
from agent_worker.domain.profile import Partition
from shared.contracts.vocabulary import Artifact, Parameters
from tests.unit.agent_worker.workbench import Workbench

HEADER = "id,name,share"
ROWS = [f"{number},N{number},{number / 4}" for number in range(1, 201)]


def ingest(bench: Workbench, *, key: tuple[str, ...] = (), quality_min: float = 0.0) -> None:
    """Make table t of a.csv and b.csv."""
    bench.write("a.csv", HEADER, *ROWS[:60])
    bench.write("b.csv", HEADER, *ROWS[60:100])
    contract, _ = bench.propose(key=key, quality_min=quality_min)
    outcome = bench.publish((*bench.clean(contract), contract))
    assert outcome.failure is None, outcome.failure


def discover(bench: Workbench) -> ActionOutcome:
    parameters: Parameters = {"table": "t", "sources": [f"{bench.sources}/*.csv"]}
    outcome = bench.attempt("discover_missing", parameters)
    assert outcome.failure is None, outcome.failure
    return outcome


def names_in(found: ActionOutcome, fact: str = "partitions") -> list[str]:
    return [str(each["name"]) for each in cast("list[dict[str, object]]", found.facts[fact])]


def prepare(bench: Workbench, *, attempt: int = 1) -> tuple[Parameters, list[Artifact]]:
    """Discover and clean what is missing; return what appending is given."""
    found = discover(bench)
    (contract,) = found.artifacts
    parts = [contract]
    for partition in cast("list[Parameters]", found.facts["partitions"]):
        task_id = f"backfill-{bench.pipeline_id}-{partition['name']}"
        outcome = bench.attempt(
            "clean_partition",
            {"partition": partition},
            (contract,),
            task_id=task_id,
            attempt=attempt,
        )
        assert outcome.failure is None, outcome.failure
        parts += outcome.artifacts
    known = ("sources_held", "sources_remaining", "sources_left_out")
    return {"table": "t", **{name: found.facts[name] for name in known}}, parts


def append(bench: Workbench, parameters: Parameters, parts: list[Artifact]) -> Parameters:
    outcome = bench.attempt("append_table", parameters, parts)
    assert outcome.failure is None, outcome.failure
    return cast("Parameters", outcome.facts["report"])


def backfill(bench: Workbench, pipeline_id: str = "backfill") -> Parameters:
    bench.pipeline_id = pipeline_id
    return append(bench, *prepare(bench))


def files_in(bench: Workbench) -> set[str]:
    """Return the source files that the table's rows come from, each row counted once."""
    files = DeltaTable(bench.store / "tables" / "t").file_uris()
    rows = bench.workshop.connection.read_parquet(files)
    found = rows.aggregate("_source_file, _source_line, count(*) as n").filter("n > 1")
    assert found.fetchall() == [], "a row is in the table twice"
    return {name for (name,) in rows.project("_source_file").distinct().fetchall()}


def test_only_files_that_the_table_lacks_are_added(bench: Workbench) -> None:
    ingest(bench)
    bench.write("c.csv", HEADER, *ROWS[100:150])
    report = backfill(bench)
    assert (report["version"], report["rows_out"], report["table_rows"]) == (1, 50, 150)
    assert report["sources_held"] == 2
    assert files_in(bench) == {"a.csv", "b.csv", "c.csv"}


def test_nothing_missing_commits_nothing_and_says_so(bench: Workbench) -> None:
    ingest(bench)
    report = backfill(bench)
    assert report["is_up_to_date"] is True
    assert (report["version"], report["rows_in"], report["rows_out"]) == (0, 0, 0)
    assert report["table_rows"] == 100
    assert "nothing to add" in bench.trace[1].thought
    assert DeltaTable(bench.store / "tables" / "t").version() == 0


def test_a_second_backfill_finds_nothing(bench: Workbench) -> None:
    ingest(bench)
    bench.write("c.csv", HEADER, *ROWS[100:150])
    backfill(bench, "first")
    assert backfill(bench, "second")["is_up_to_date"] is True


def test_a_changed_file_is_reported_and_left_alone(bench: Workbench) -> None:
    ingest(bench)
    bench.write("b.csv", HEADER, *ROWS[60:110])
    bench.write("c.csv", HEADER, *ROWS[100:150])
    report = backfill(bench)
    left_out = cast("list[Parameters]", report["sources_left_out"])
    assert [(each["name"], each["reason"]) for each in left_out] == [("b", "changed")]
    assert report["table_rows"] == 150


def test_a_copy_under_another_name_is_reported_and_left_out(bench: Workbench) -> None:
    ingest(bench)
    bench.write("z.csv", HEADER, *ROWS[:60])
    found = discover(bench)
    assert names_in(found) == []
    assert names_in(found, "sources_left_out") == ["z"]
    assert "would be there twice" in bench.trace[1].thought


def test_columns_that_the_table_lacks_are_left_out_and_reported(bench: Workbench) -> None:
    ingest(bench)
    bench.write("c.csv", f"{HEADER},extra", *(f"{row},x" for row in ROWS[100:150]))
    report = backfill(bench)
    assert report["columns_left_out"] == {"c": ["extra"]}
    assert report["rows_out"] == 50


def test_appending_twice_is_one_version_and_one_report(bench: Workbench) -> None:
    ingest(bench)
    bench.write("c.csv", HEADER, *ROWS[100:150])
    bench.pipeline_id = "backfill"
    parameters, parts = prepare(bench)
    assert append(bench, parameters, parts) == append(bench, parameters, parts)
    assert DeltaTable(bench.store / "tables" / "t").version() == 1
    assert len(files_in(bench)) == 3


def test_two_backfills_at_once_add_each_file_once(bench: Workbench) -> None:
    ingest(bench)
    bench.write("c.csv", HEADER, *ROWS[100:150])
    prepared: dict[str, tuple[Parameters, list[Artifact]]] = {}
    for pipeline_id in ("first", "second"):
        bench.pipeline_id = pipeline_id
        prepared[pipeline_id] = prepare(bench)
    for pipeline_id, given_to_it in prepared.items():
        bench.pipeline_id = pipeline_id
        report = append(bench, *given_to_it)
        assert report["table_rows"] == 150
        assert report["is_up_to_date"] is (pipeline_id == "second")
    assert len(files_in(bench)) == 3


def test_a_commit_that_others_got_ahead_of_is_refused(bench: Workbench) -> None:
    ingest(bench)
    bench.write("c.csv", HEADER, *ROWS[100:150])
    (missing,) = cast("list[Parameters]", discover(bench).facts["partitions"])
    sources = [Partition.model_validate(missing)]
    table = DeltaTable(bench.store / "tables" / "t")
    stale = Publication(
        "late", ["task/1"], follows=presumed(table, sources), marks=adding(table, sources)
    )
    backfill(bench)
    uri = bench.workshop.store.uri_of("tables/t")
    with pytest.raises(MarksDifferError):
        publish(uri, Schema(table.schema().fields), [], stale, Mode.APPEND)
    table.update_incremental()
    assert table.version() == 1


def test_ingesting_anew_forgets_what_the_table_held(bench: Workbench) -> None:
    ingest(bench)
    (bench.sources / "b.csv").unlink()
    bench.pipeline_id = "anew"
    contract, _ = bench.propose()
    assert bench.publish((*bench.clean(contract), contract)).failure is None
    bench.write("b.csv", HEADER, *ROWS[60:100])
    assert names_in(discover(bench)) == ["b"]


def test_a_key_that_the_table_has_is_not_added_again(bench: Workbench) -> None:
    ingest(bench, key=("id",))
    bench.write("c.csv", HEADER, "7,other,1.0", *ROWS[100:150])
    bench.pipeline_id = "backfill"
    failure = bench.attempt("append_table", *prepare(bench)).failure
    assert failure is not None
    assert failure.code == "key_not_unique"
    assert DeltaTable(bench.store / "tables" / "t").version() == 0


def test_files_worse_than_the_table_asks_for_are_not_added(bench: Workbench) -> None:
    ingest(bench, quality_min=0.9)
    bench.write("c.csv", HEADER, *ROWS[100:110], *["broken"] * 50)
    bench.pipeline_id = "backfill"
    failure = bench.attempt("append_table", *prepare(bench)).failure
    assert failure is not None
    assert failure.code == "quality_below_minimum"


def test_a_table_that_is_not_there_is_refused(bench: Workbench) -> None:
    bench.write("a.csv", HEADER, *ROWS[:60])
    parameters: Parameters = {"table": "t", "sources": [f"{bench.sources}/*.csv"]}
    assert bench.failure("discover_missing", parameters).code == "table_unknown"


def test_equal_files_added_elsewhere_have_equal_hashes(bench: Workbench) -> None:
    ingest(bench)
    bench.write("c.csv", HEADER, *ROWS[100:150])
    bench.pipeline_id = "backfill"
    first, second = (prepare(bench, attempt=attempt)[1] for attempt in (1, 2))
    hashes = [[part.content_hash for part in parts] for parts in (first, second)]
    assert hashes[0] == hashes[1]


def withdraw(bench: Workbench) -> None:
    outcome = bench.attempt("withdraw_table", {"table": "t"})
    assert outcome.failure is None, outcome.failure
    assert cast("Parameters", outcome.facts["withdrawn"])["done"] is True


def test_what_was_withdrawn_is_missing_again(bench: Workbench) -> None:
    ingest(bench)
    bench.write("c.csv", HEADER, *ROWS[100:150])
    backfill(bench)
    withdraw(bench)
    assert files_in(bench) == {"a.csv", "b.csv"}
    assert names_in(discover(bench)) == ["c"]
    assert backfill(bench, "again")["table_rows"] == 150


def test_a_withdrawn_table_holds_what_it_held_before(bench: Workbench) -> None:
    ingest(bench)
    (bench.sources / "b.csv").unlink()
    bench.pipeline_id = "anew"
    contract, _ = bench.propose()
    assert bench.publish((*bench.clean(contract, attempt=2), contract)).failure is None
    withdraw(bench)
    bench.write("b.csv", HEADER, *ROWS[60:100])
    assert names_in(discover(bench)) == []


def test_a_table_that_other_rows_took_the_place_of_lacks_no_files(bench: Workbench) -> None:
    ingest(bench)
    bench.pipeline_id = "other"
    contract, _ = bench.propose()
    clean = [part for part in bench.clean(contract, attempt=2) if part.name == "clean:a"]
    parts = [part.model_copy(update={"name": "part:a"}) for part in clean]
    parameters: Parameters = {"table": "t", "mode": "overwrite", "source": None}
    assert bench.attempt("publish_parts", parameters, parts).failure is None
    wanted: Parameters = {"table": "t", "sources": [f"{bench.sources}/*.csv"]}
    assert bench.failure("discover_missing", wanted).code == "table_sources_unknown"
