"""`argosy domain solve` prints a plan, or says why there is none, with a code of its own."""

from pathlib import Path

import pytest

from argosy.failures import ExitCode
from argosy.main import main
from tests.support.plan_judge.judge import judge
from tests.unit.planner.puzzles import BACKWARDS, ROADS, roads


def run(folder: Path, domain: str, problem: str, *options: str) -> int:
    (folder / "domain.hddl").write_text(domain)
    (folder / "p01.hddl").write_text(problem)
    files = [str(folder / "domain.hddl"), str(folder / "p01.hddl")]
    with pytest.raises(SystemExit) as ended:
        main(["domain", "solve", *files, *options])
    return int(ended.value.code or 0)


def test_a_plan_is_printed_and_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    problem = roads("ab", "bc", goal="c")
    assert run(tmp_path, ROADS, problem) == ExitCode.OK
    judge(ROADS, problem, capsys.readouterr().out)


def test_a_proof_that_there_is_none_has_its_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, ROADS, roads("ab", goal="c")) == ExitCode.UNSOLVABLE
    output = capsys.readouterr()
    assert "no plan exists" in output.err
    assert not output.out


def test_running_out_of_time_has_its_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    endless = roads("ab", "ef", "fe", goal="f")
    code = run(tmp_path, BACKWARDS, endless, "--seconds", "0.05")
    assert code == ExitCode.TIMED_OUT
    assert "no plan within 0.05 seconds" in capsys.readouterr().err


def test_bad_input_is_named_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(tmp_path, ROADS.replace("(road ?a ?b))\n", "(rode ?a ?b))\n"), roads(goal="a"))
    assert code == ExitCode.USAGE
    assert "domain.hddl:10:3: drive: there is no rode" in capsys.readouterr().err


def test_a_missing_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["domain", "solve", str(tmp_path / "no.hddl"), str(tmp_path / "p.hddl")])
    assert ended.value.code == ExitCode.USAGE
    assert "no.hddl cannot be read" in capsys.readouterr().err
