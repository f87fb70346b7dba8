"""Declared rules from the contract to the clean rows: they bind, act, count and tell."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from pydantic import JsonValue

from agent_worker.domain.cleaning import Repair
from agent_worker.domain.dimensions import Dimension
from agent_worker.domain.rules.rule import Origin
from agent_worker.domain.schema_contract import TableContract
from agent_worker.domain.summary import PartitionSummary
from agent_worker.domain.validation import QualityReport
from shared.contracts.vocabulary import Artifact, Failure, Parameters
from tests.unit.agent_worker.workbench import Workbench

HEADER = "id,city,size,day"
ROWS = tuple(f"{number},{('Ulm', 'Bonn')[number % 2]},{number % 9},2024-01-{1 + number % 28:02}"
             for number in range(1, 401))  # fmt: skip
ESSEN = tuple(f"{number},Essen,{number % 9},2024-01-02" for number in range(401, 441))
BAD = ("401,Bonn,3,2024-01-01", "402,Ulm,30,2024-01-02")


def contract_with(*rules: Parameters, columns: Sequence[Parameters] = ()) -> Parameters:
    properties: list[Parameters] = [
        {"name": "id", "logicalType": "integer", "primaryKey": True},
        {"name": "city", "logicalType": "string"},
        {"name": "size", "logicalType": "integer"},
        {"name": "day", "logicalType": "date"},
    ]
    named = {column["name"]: column for column in columns}
    merged = [{**each, **named.pop(each["name"], {})} for each in properties]
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "schema": [{"name": "t", "properties": [*merged, *named.values()], "quality": [*rules]}],
    }


def rule(name: str, check: Parameters, on_fail: str, **more: JsonValue) -> Parameters:
    own: Parameters = {"onFail": on_fail, **more}
    return {
        "id": name,
        "type": "custom",
        "engine": "argosy",
        "implementation": check,
        "customProperties": [{"property": key, "value": value} for key, value in own.items()],
    }


CITIES: Parameters = {"kind": "row_condition", "condition": "city <> 'Ulm' or id <> 402"}
SMALL: Parameters = {"kind": "row_condition", "condition": "size <= 10"}


def propose(bench: Workbench, contract: Parameters | str) -> tuple[Artifact, TableContract]:
    bench.write("a.csv", HEADER, *ROWS, *BAD)
    return bench.propose(contract=contract)


def read_summary(bench: Workbench, written: Sequence[Artifact]) -> PartitionSummary:
    (summary,) = [each for each in written if each.name.startswith("summary:")]
    return PartitionSummary.model_validate_json(
        bench.workshop.store.fetch(summary.uri).read_bytes()
    )


def of_city(name: str, on_fail: str, **more: JsonValue) -> Parameters:
    return rule(name, CITIES, on_fail, columns=["city"], **more)


def test_failing_rows_are_set_aside_under_the_rules_name(bench: Workbench) -> None:
    artifact, _ = propose(bench, contract_with(of_city("known_city", "quarantine_row")))
    written = bench.clean(artifact)
    summary = read_summary(bench, written)
    assert summary.quarantine_reasons == {"known_city": 1}
    assert (summary.rows_in, summary.rows_out) == (402, 401)
    assert 402 not in {row[0] for row in bench.rows(written)}
    (count,) = summary.rules
    assert (count.failed, count.evaluated, count.examples) == (1, 402, ("Ulm",))
    assert summary.quality_after.score < 1


def test_failing_values_are_emptied(bench: Workbench) -> None:
    declared = rule("small", SMALL, "null_value")
    artifact, _ = propose(bench, contract_with(declared))
    written = bench.clean(artifact)
    sizes = {row[0]: row[2] for row in bench.rows(written)}
    assert sizes[402] is None
    assert sizes[401] == 3
    summary = read_summary(bench, written)
    for counts in (summary.quality_before, summary.quality_after):
        assert counts.bad[Dimension.CONSISTENCY] == 1


def test_a_rule_that_stops_fails_the_task_and_nothing_is_written(bench: Workbench) -> None:
    artifact, _ = propose(bench, contract_with(of_city("known_city", "stop")))
    failure = clean_failure(bench, artifact)
    assert failure.code == "rule_failed"
    assert "1 of 402 rows fail rule known_city" in failure.detail
    assert [*Path(bench.store).rglob("clean*")] == []


def clean_failure(bench: Workbench, contract: Artifact) -> Failure:
    (partition,) = bench.discover()
    outcome = bench.attempt(
        "clean_partition", {"partition": partition.model_dump(mode="json")}, (contract,)
    )
    assert outcome.failure is not None
    return outcome.failure


def test_what_is_tolerated_does_not_act_and_still_counts(bench: Workbench) -> None:
    declared = of_city("known_city", "stop", maxFraction=0.01)
    artifact, _ = propose(bench, contract_with(declared))
    summary = read_summary(bench, bench.clean(artifact))
    assert summary.rows_out == 402
    assert summary.quality_after.bad[Dimension.CONSISTENCY] == 1


def test_a_rule_changes_no_score_when_it_is_said_twice(bench: Workbench) -> None:
    scores: list[float] = []
    for rules in (("one",), ("one", "two")):
        artifact, _ = propose(bench, contract_with(*(of_city(name, "warn") for name in rules)))
        attempt = len(rules)
        written = bench.clean(artifact, attempt=attempt)
        scores.append(read_summary(bench, written).quality_after.score)
    assert scores[0] == scores[1] < 1


def test_declared_types_and_keys_bind(bench: Workbench) -> None:
    text: Parameters = {"name": "size", "logicalType": "string"}
    _, contract = propose(bench, contract_with(columns=[text]))
    types = {column.name: str(column.data_type) for column in contract.columns}
    assert types == {"id": "BIGINT", "city": "VARCHAR", "size": "VARCHAR", "day": "DATE"}
    assert contract.key == ("id",)
    assert not contract.columns[0].nullable


def test_a_contract_may_lie_beside_the_sources(bench: Workbench) -> None:
    path = bench.sources / "contract.yaml"
    path.write_text(json.dumps(contract_with(of_city("known_city", "warn"))))
    _, contract = propose(bench, path.as_uri())
    assert [each.id for each in contract.asked_rules] == ["known_city"]


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ([{"name": "city", "logicalType": "integer"}], "contract_unsatisfied"),
        ([{"name": "weight", "logicalType": "number", "required": True}],
         "contract_column_missing"),
        ([{"name": "size", "logicalTyp": "number"}], "contract_unsound"),
    ],
)  # fmt: skip
def test_sources_that_are_not_as_declared_are_a_clear_failure(
    bench: Workbench, columns: list[Parameters], code: str
) -> None:
    bench.write("a.csv", HEADER, *ROWS)
    outcome = bench.proposed(contract=contract_with(columns=columns))
    assert outcome.failure is not None
    assert outcome.failure.code == code
    assert outcome.failure.remedy


def test_what_the_data_suggests_is_proposed_and_does_nothing(bench: Workbench) -> None:
    bench.write("a.csv", HEADER, *ROWS, *BAD)
    artifact, contract = bench.propose()
    proposed = {each.id: each for each in contract.rules if each.origin is Origin.PROPOSED}
    assert "id_key_unique_proposed" in proposed
    support = proposed["city_not_null_proposed"].support
    assert support is not None
    assert (support.rows, support.followed) == (402, 402)
    assert contract.asked_rules == ()
    summary = read_summary(bench, bench.clean(artifact))
    assert summary.rules == ()
    assert Repair.DROP_DUPLICATES not in summary.repaired_cells


def test_a_report_tells_what_each_rule_came_to(bench: Workbench) -> None:
    artifact, contract = propose(bench, contract_with(of_city("known_city", "quarantine_row")))
    (partition,) = bench.discover()
    given: Parameters = {"partition": partition.model_dump(mode="json")}
    findings = bench.attempt("validate_partition", given, (artifact,)).artifacts
    outcome = bench.attempt("report_quality", {"dataset": "d"}, (*findings, artifact))
    (document,) = outcome.artifacts
    path = bench.workshop.store.fetch(document.uri)
    report = QualityReport.model_validate_json(path.read_bytes())
    results = {asked.rule: asked for asked in report.rules}
    known = results["known_city"]
    assert (known.failed, known.evaluated, known.holds, known.examples) == (1, 402, False, ("Ulm",))
    assert {each.id for each in contract.rules} == {*results}
    assert report.rows_usable == 402
    assert report.coverage == 0.8
    assert report.cell_score < 1


def test_freshness_is_measured_from_the_attempts_begin(bench: Workbench) -> None:
    fresh = rule("fresh", {"kind": "fresh_within", "seconds_max": 3_600}, "warn", columns=["day"])
    artifact, _ = propose(bench, contract_with(fresh))
    (partition,) = bench.discover()
    given: Parameters = {"partition": partition.model_dump(mode="json")}
    findings = bench.attempt("validate_partition", given, (artifact,)).artifacts
    report = bench.attempt("report_quality", {"dataset": "d"}, (*findings, artifact)).facts
    told = report["report"]
    assert isinstance(told, dict)
    assert told["rules_failed"] == ["fresh"]
    assert told["coverage"] == 1


def test_a_reference_is_held_against_the_other_table(bench: Workbench) -> None:
    bench.write("places.csv", "place", "Bonn", "Ulm")
    known, _ = bench.propose()
    bench.publish((*bench.clean(known), known))
    (bench.sources / "places.csv").unlink()
    check: Parameters = {"kind": "reference", "table": "t", "columns": ["place"]}
    declared = rule("known_place", check, "quarantine_row", columns=["city"])
    bench.write("a.csv", HEADER, *ROWS, *ESSEN)
    artifact, _ = bench.propose(contract=contract_with(declared))
    (count,) = read_summary(bench, bench.clean(artifact, attempt=2)).rules
    assert count.evaluated == 440
    assert count.failed == 40


def test_a_reference_to_a_table_that_is_not_there_fails_the_task(bench: Workbench) -> None:
    check: Parameters = {"kind": "reference", "table": "nowhere", "columns": ["place"]}
    artifact, _ = propose(bench, contract_with(rule("known", check, "warn", columns=["city"])))
    assert "nowhere" in clean_failure(bench, artifact).detail


@pytest.mark.parametrize(
    ("check", "columns", "detail"),
    [
        ({"kind": "row_count_between", "maximum": 500}, [], "802 rows"),
        ({"kind": "fresh_within", "seconds_max": 3_600}, ["day"], "seconds old"),
    ],
)
def test_a_rule_of_the_whole_table_stops_its_publication(
    bench: Workbench, check: Parameters, columns: list[JsonValue], detail: str
) -> None:
    declared = rule("whole", check, "stop", columns=columns)
    later = (
        f"{int(number) + 402},{rest}" for number, rest in (each.split(",", 1) for each in ROWS)
    )
    bench.write("b.csv", HEADER, *later)
    artifact, _ = propose(bench, contract_with(declared))
    failure = bench.publish([*bench.clean(artifact), artifact]).failure
    assert failure is not None
    assert failure.code == "rule_failed"
    assert detail in failure.detail
    assert [*Path(bench.store).rglob("_delta_log")] == []
