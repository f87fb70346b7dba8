"""Validation tells what is wrong, and touches nothing."""

import json
from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st

from agent_worker.domain.cleaning import CellClass, ColumnTally, PartitionTally
from agent_worker.domain.data_types import DataType
from agent_worker.domain.profile import Partition
from agent_worker.domain.quality import quality_of
from agent_worker.domain.schema_contract import ColumnContract, TableContract
from agent_worker.domain.validation import PartitionFindings, QualityReport, report_on
from shared.contracts.vocabulary import Artifact, Parameters
from tests.unit.agent_worker.workbench import Workbench

GOOD = [f"{number},N{number},2013-01-{1 + number % 28:02}" for number in range(200)]
BAD = ["200,N200,01/31/2013", "201,N201,02/20/2013", "x7,N202,2013-01-05", GOOD[3], "broken"]


def validate(bench: Workbench, contract: Artifact, *, attempt: int = 1) -> list[Artifact]:
    """Validate all source files and return what that wrote."""
    summaries: list[Artifact] = []
    for partition in bench.discover():
        parameters: Parameters = {"partition": partition.model_dump(mode="json")}
        outcome = bench.attempt(
            "validate_partition",
            parameters,
            (contract,),
            task_id=f"validate-{partition.name}",
            attempt=attempt,
        )
        assert outcome.failure is None, outcome.failure
        summaries += outcome.artifacts
    return summaries


def report(bench: Workbench, quality_min: float = 0.0) -> tuple[Parameters, QualityReport]:
    """Validate everything; return the report in short and whole."""
    contract, _ = bench.propose()
    inputs = (*validate(bench, contract), contract)
    outcome = bench.attempt("report_quality", {"dataset": "d", "quality_min": quality_min}, inputs)
    assert outcome.failure is None, outcome.failure
    (document,) = outcome.artifacts
    whole = bench.workshop.store.fetch(document.uri).read_bytes()
    return cast("Parameters", outcome.facts["report"]), QualityReport.model_validate_json(whole)


def test_poor_quality_is_a_finding_and_no_failure(bench: Workbench) -> None:
    bench.write("a.csv", "id,name,day", *GOOD, *BAD)
    told, whole = report(bench, quality_min=1.0)
    assert told["meets_minimum"] is False
    assert not whole.meets_minimum
    assert 0 < whole.score < 1
    assert "too little" in bench.trace[1].thought


def test_good_data_meets_the_minimum(bench: Workbench) -> None:
    bench.write("a.csv", "id,name,day", *GOOD)
    told, whole = report(bench, quality_min=1.0)
    assert told["meets_minimum"] is True
    assert whole.problems == ()


def test_every_kind_of_dirt_is_reported_with_its_place_and_count(bench: Workbench) -> None:
    bench.write("a.csv", "id,name,day", *GOOD, *BAD)
    bench.write("b.csv", "id,name,day", *GOOD)
    told, whole = report(bench)
    assert (whole.rows, whole.broken_lines, whole.duplicates) == (405, 1, 1)
    assert whole.unusable == {"too_few_fields": 1}
    assert told["rows_out"] == whole.rows_usable == 403
    found = {(problem.column, problem.problem): problem for problem in whole.problems}
    assert found["day", "in another time format"].cells == 2
    assert [each.text for each in found["id", "not of the column's type"].examples] == ["x7"]
    assert [each.partition for each in whole.partitions] == ["a", "b"]
    assert whole.partitions[1].score == 1.0


def test_the_worst_column_comes_first(bench: Workbench) -> None:
    bench.write("a.csv", "id,name,day", *GOOD, "200,N200,01/31/2013")
    _, whole = report(bench)
    assert whole.columns[0].column == "day"
    assert whole.columns[0].dimensions["consistency"] < 1


def test_the_most_frequent_texts_are_shown_first(bench: Workbench) -> None:
    often = [f"{number},N{number},31/31/2013" for number in range(300, 304)]
    bench.write("a.csv", "id,name,day", *GOOD, "1000,N,13/32/2013", *often)
    _, whole = report(bench)
    (problem,) = whole.problems
    assert [(each.text, each.cells) for each in problem.examples] == [
        ("31/31/2013", 4),
        ("13/32/2013", 1),
    ]


def test_sources_stay_as_they_are_and_no_rows_are_written(bench: Workbench) -> None:
    path = bench.write("a.csv", "id,name,day", *GOOD, *BAD)
    before = path.read_bytes()
    report(bench)
    assert path.read_bytes() == before
    written = {path.name for path in bench.store.rglob("*.parquet")}
    assert written == {"sample-a.parquet"}


def test_validating_again_writes_the_same_bytes(bench: Workbench) -> None:
    bench.write("a.csv", "id,name,day", *GOOD, *BAD)
    contract, _ = bench.propose()
    hashes = [
        [artifact.content_hash for artifact in validate(bench, contract, attempt=attempt)]
        for attempt in (1, 2)
    ]
    assert hashes[0] == hashes[1]


def test_the_content_hash_is_that_of_the_data_whatever_the_files_are_called(
    bench: Workbench,
) -> None:
    path = bench.write("a.csv", "id,name,day", *GOOD)
    first, _ = report(bench)
    path.rename(path.with_name("z.csv"))
    second, _ = report(bench)
    assert first["content_hash"] == second["content_hash"]


def test_a_report_on_nothing_is_refused(bench: Workbench) -> None:
    bench.write("a.csv", "id,name,day", *GOOD)
    contract, _ = bench.propose()
    failure = bench.attempt("report_quality", {"dataset": "d"}, (contract,)).failure
    assert failure is not None
    assert failure.code == "parts_missing"


def test_a_file_that_changed_since_discovery_is_refused(bench: Workbench) -> None:
    path = bench.write("a.csv", "id,name,day", *GOOD)
    contract, _ = bench.propose()
    (partition,) = bench.discover()
    path.write_text("other", encoding="utf-8")
    parameters: Parameters = {"partition": partition.model_dump(mode="json")}
    failure = bench.attempt("validate_partition", parameters, (contract,)).failure
    assert failure is not None
    assert failure.code == "source_changed"


CELLS = st.dictionaries(st.sampled_from([*CellClass]), st.integers(0, 50))


@st.composite
def findings_of(draw: st.DrawFn) -> PartitionFindings:
    cells = draw(CELLS)
    rows = sum(cells.values())
    tally = PartitionTally(
        rows=rows + 3,
        quarantined={"too_few_fields": 3},
        duplicates=0,
        columns=(ColumnTally(column="c", cells=cells),),
    )
    partition = Partition(name="p", uri="file:///p", bytes=1, fingerprint=json.dumps(cells))
    return PartitionFindings(partition=partition, tally=tally, broken_lines=3)


@given(st.lists(findings_of(), min_size=1, max_size=5))
@settings(max_examples=50)
def test_a_report_is_that_of_all_rows_together(findings: list[PartitionFindings]) -> None:
    contract = TableContract(
        table="t", columns=(ColumnContract(name="c", data_type=DataType.BIGINT),)
    )
    whole = report_on("d", contract, findings, 0.5)
    weights = [quality_of(found.tally).score * found.tally.rows for found in findings]
    assert abs(whole.score - sum(weights) / whole.rows) < 1e-9
    assert whole.meets_minimum == (whole.score >= 0.5)
    assert abs(whole.columns[0].score - whole.score) < 1e-9
