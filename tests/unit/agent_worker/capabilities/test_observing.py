"""Looking at sources and tables from outside, and at a platform's tables together."""

import os
from pathlib import Path

import pytest

from shared.contracts.vocabulary import Parameters
from tests.unit.agent_worker.monitor import Monitor, only, report_of
from tests.unit.agent_worker.workbench import Workbench


@pytest.fixture
def log(bench: Workbench) -> Path:
    return bench.write("log.csv", "id,name", "1,a", "2,b")


def observed(bench: Workbench, **parameters: str) -> Parameters:
    outcome = bench.attempt("observe_source", {**parameters})
    assert outcome.failure is None, outcome.failure
    seen = outcome.facts["observed"]
    assert isinstance(seen, dict)
    return seen


def test_a_source_that_stays_the_same_looks_the_same(bench: Workbench, log: Path) -> None:
    source = f"{log.parent}/*.csv"
    assert observed(bench, source=source) == observed(bench, source=source)


def test_whatever_happens_to_its_files_a_source_looks_different(
    bench: Workbench, log: Path
) -> None:
    source = f"{log.parent}/*.csv"
    seen = [observed(bench, source=source)["fingerprint"]]
    with log.open("a") as file:
        file.write("3,c\n")
    seen.append(observed(bench, source=source)["fingerprint"])
    other = bench.write("other.csv", "id,name")
    seen.append(observed(bench, source=source)["fingerprint"])
    other.rename(other.with_name("third.csv"))
    seen.append(observed(bench, source=source)["fingerprint"])
    os.utime(log, ns=(1, 1))
    seen.append(observed(bench, source=source)["fingerprint"])
    log.unlink()
    seen.append(observed(bench, source=source)["fingerprint"])
    assert len({str(each) for each in seen}) == len(seen)


def test_the_newest_change_and_the_number_of_files_are_told(bench: Workbench, log: Path) -> None:
    os.utime(log, (0, 1))
    seen = observed(bench, source=log.as_uri())
    assert (seen["count"], seen["newest"]) == (1, "1970-01-01T00:00:01+00:00")


def test_a_table_looks_different_after_each_commit(bench: Workbench, log: Path) -> None:
    seen = [observed(bench, table="t")]
    monitor = Monitor(bench, log.as_uri())
    for number, pipeline_id in enumerate(("first", "second")):
        with log.open("a") as file:
            file.write(f"{number + 3},x\n")
        monitor.run(pipeline_id)
        seen.append(observed(bench, table="t"))
    assert [each["count"] for each in seen] == [0, 1, 2]
    assert len({str(each["fingerprint"]) for each in seen}) == 3


def test_exactly_one_of_source_and_table_is_observed(bench: Workbench) -> None:
    for parameters in ({}, {"source": "/x", "table": "t"}):
        failure = bench.failure("observe_source", {**parameters})
        assert failure.code == "parameters_invalid"


def test_the_tables_of_a_platform_are_reported_together(bench: Workbench, log: Path) -> None:
    monitor = Monitor(bench, log.as_uri())
    table = only(monitor.commit("first", monitor.prepare("first")))
    report = report_of(bench.attempt("summarize_tables", {"tables": ["t"]}, [table]))
    assert report["tables"] == [
        {
            "table": "t",
            "table_uri": table.uri,
            "version": 0,
            "rows": 2,
            "bytes": table.bytes,
            "content_hash": table.content_hash,
        }
    ]


def test_a_table_that_this_pipeline_did_not_publish_is_told(bench: Workbench, log: Path) -> None:
    monitor = Monitor(bench, log.as_uri())
    table = only(monitor.commit("first", monitor.prepare("first")))
    bench.pipeline_id = "another"
    failure = bench.attempt("summarize_tables", {"tables": ["t"]}, [table]).failure
    assert failure is not None
    assert failure.code == "table_not_published"


def test_a_table_that_is_not_there_has_no_contract_to_load(bench: Workbench) -> None:
    assert bench.failure("load_contract", {"table": "t"}).code == "table_unknown"
