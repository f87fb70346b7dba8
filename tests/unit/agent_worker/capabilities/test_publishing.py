"""What a published table holds, and what happens when publishing meets trouble."""

from pathlib import Path

from deltalake import DeltaTable

from agent_worker.capabilities.delta_table import Publication, TableFile, publish, schema_of
from agent_worker.domain.data_types import DataType
from agent_worker.domain.schema_contract import ColumnContract, TableContract
from shared.contracts.vocabulary import Artifact, Parameters
from tests.unit.agent_worker.workbench import Workbench

ROWS = [f"{number},N{number},{number / 4}" for number in range(1, 101)]
SCHEMA = schema_of(
    TableContract(table="t", columns=(ColumnContract(name="id", data_type=DataType.BIGINT),))
)
STATISTICS = {"numRecords": 1}


def prepare(bench: Workbench, quality_min: float = 0.0) -> list[Artifact]:
    """Clean two files of one table."""
    bench.write("a.csv", "id,name,share", *ROWS[:60], ROWS[3], "broken")
    bench.write("b.csv", "id,name,share", *ROWS[60:])
    contract, _ = bench.propose(quality_min=quality_min)
    return [*bench.clean(contract), contract]


def report_of(bench: Workbench, parts: list[Artifact]) -> Parameters:
    outcome = bench.attempt("publish_table", {"table": "t"}, parts)
    assert outcome.failure is None, outcome.failure
    report = outcome.facts["report"]
    assert isinstance(report, dict)
    return report


def test_the_report_accounts_for_every_row(bench: Workbench) -> None:
    report = report_of(bench, prepare(bench))
    assert (report["rows_in"], report["rows_out"]) == (102, 100)
    assert (report["rows_quarantined"], report["duplicates_removed"]) == (1, 1)
    assert report["quarantine_reasons"] == {"too_few_fields": 1}


def test_the_table_holds_the_accepted_files_and_nothing_else(bench: Workbench) -> None:
    parts = prepare(bench)
    report = report_of(bench, parts)
    table = DeltaTable(str(report["table_uri"]))
    assert {*table.file_uris()} == {
        part.uri.removeprefix("file://") for part in parts if part.name.startswith("clean:")
    }


def test_the_commit_names_pipeline_and_attempts(bench: Workbench) -> None:
    table = DeltaTable(str(report_of(bench, prepare(bench))["table_uri"]))
    (commit,) = table.history()
    assert commit["pipeline_id"] == "pipeline"
    assert commit["attempts"] == '["clean-a/1", "clean-b/1"]'


def test_publishing_again_is_the_same_version_and_report(bench: Workbench) -> None:
    parts = prepare(bench)
    assert report_of(bench, parts) == report_of(bench, parts)


def test_equal_content_has_an_equal_hash_whatever_the_attempt(bench: Workbench) -> None:
    parts = prepare(bench)
    first = report_of(bench, parts)["content_hash"]
    second = report_of(bench, [*bench.clean(parts[-1], attempt=2), parts[-1]])["content_hash"]
    assert first == second


def test_too_low_a_quality_publishes_nothing(bench: Workbench) -> None:
    parts = prepare(bench, quality_min=0.9999)
    failure = bench.attempt("publish_table", {"table": "t"}, parts).failure
    assert failure is not None
    assert failure.code == "quality_below_minimum"
    assert not (bench.store / "tables" / "t" / "_delta_log").exists()


def test_a_part_that_was_tampered_with_publishes_nothing(bench: Workbench) -> None:
    parts = prepare(bench)
    bench.workshop.store.fetch(parts[0].uri).write_bytes(b"other")
    failure = bench.attempt("publish_table", {"table": "t"}, parts).failure
    assert failure is not None
    assert failure.code == "artifact_changed"
    assert "clean:a" in failure.detail


def test_a_missing_part_publishes_nothing(bench: Workbench) -> None:
    failure = bench.attempt("publish_table", {"table": "t"}, prepare(bench)[1:]).failure
    assert failure is not None
    assert failure.code == "parts_missing"


def test_a_key_that_repeats_across_files_publishes_nothing(bench: Workbench) -> None:
    bench.write("a.csv", "id,name", "1,a", "2,b")
    bench.write("b.csv", "id,name", "2,c", "3,d")
    contract, _ = bench.propose(key=("id",))
    parts = [*bench.clean(contract), contract]
    failure = bench.attempt("publish_table", {"table": "t"}, parts).failure
    assert failure is not None
    assert failure.code == "key_not_unique"


def test_a_later_pipeline_replaces_the_content_and_keeps_the_history(tmp_path: Path) -> None:
    files = [TableFile(f"data/{name}.parquet", 1, STATISTICS) for name in "ab"]
    versions = [
        publish(str(tmp_path), SCHEMA, [file], Publication(file.path, ["task/1"])) for file in files
    ]
    assert versions == [0, 1]
    assert [Path(uri).name for uri in DeltaTable(tmp_path).file_uris()] == ["b.parquet"]


def test_a_pipeline_that_published_before_finds_its_own_version(tmp_path: Path) -> None:
    file = TableFile("data/a.parquet", 1, STATISTICS)
    for pipeline in ("first", "second", "first"):
        version = publish(str(tmp_path), SCHEMA, [file], Publication(pipeline, ["task/1"]))
    assert version == 0
    assert DeltaTable(tmp_path).version() == 1
