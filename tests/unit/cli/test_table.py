"""`argosy table`: versions, rows of any of them, and what was set aside."""

import json

import pytest

from agent_worker.domain.odcs.reading import read_contract
from argosy.failures import ExitCode
from argosy.main import main
from tests.unit.agent_worker.workbench import Workbench


def run(*words: str) -> int:
    """Return the code that the shell gets."""
    with pytest.raises(SystemExit) as ended:
        main(["table", *words])
    return int(ended.value.code or 0)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Publish a table twice: with a broken line, then with a row more and none broken."""
    bench = Workbench(tmp_path_factory.mktemp("tables"))
    lines = [f"{number},N{number % 7}" for number in range(60)]
    for version, more in enumerate(("broken", "60,N4")):
        bench.pipeline_id = f"run-{version}"
        bench.write("a.csv", "id,name", *lines, more)
        contract, _ = bench.propose()
        parts = [*bench.clean(contract, attempt=version + 1), contract]
        assert bench.publish(parts).failure is None
    bench.workshop.connection.close()
    return str(bench.store)


def test_a_version_has_the_rows_that_it_had(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    counts: list[int] = []
    for version in ("0", "1"):
        options = ("--version", version, "--limit", "100", "--json", "--object-store", store)
        assert run("rows", "t", *options) == ExitCode.OK
        counts.append(len(json.loads(capsys.readouterr().out)))
    assert counts == [60, 61]


def test_the_history_names_runs_and_quality(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("history", "t", "--json", "--object-store", store) == ExitCode.OK
    told = json.loads(capsys.readouterr().out)
    assert [(each["version"], each["pipeline_id"], each["rows"]) for each in told] == [
        (1, "run-1", 61),
        (0, "run-0", 60),
    ]
    assert told[1]["quality_after"] < told[0]["quality_after"] == 1


def test_the_quarantine_is_that_of_the_version(
    store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--quarantine", "--json", "--object-store", store)
    assert run("rows", "t", "--version", "0", *options) == ExitCode.OK
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["reason"], row["raw"]) == ("too_few_fields", "broken")
    assert run("rows", "t", *options) == ExitCode.OK
    assert json.loads(capsys.readouterr().out) == []


def test_what_is_not_there_is_named(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("show", "t", "--version", "9", "--object-store", store) == ExitCode.NOT_FOUND
    assert "its newest is 1" in capsys.readouterr().err
    assert run("show", "nope", "--object-store", store) == ExitCode.NOT_FOUND
    assert run("list", "--object-store", f"{store}/nowhere") == ExitCode.NOT_FOUND


def test_people_see_columns_and_types(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list", "--object-store", store) == ExitCode.OK
    assert run("show", "t", "--object-store", store) == ExitCode.OK
    assert "BIGINT" in capsys.readouterr().out


def test_the_contract_that_a_version_keeps_can_be_declared_again(
    store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("contract", "t", "--version", "0", "--object-store", store) == ExitCode.OK
    declared = read_contract(capsys.readouterr().out, "t.yaml")
    assert [column.name for column in declared.columns] == ["id", "name"]
