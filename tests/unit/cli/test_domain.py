"""`argosy domain` solves and checks; what it says and the code for the shell go together."""

from pathlib import Path

import pytest

from argosy.domain_check import CheckReport
from argosy.failures import ExitCode
from argosy.main import main
from tests.support.plan_judge.judge import judge
from tests.unit.planner.puzzles import HANOI, ROADS, hanoi, roads

BREWING = """\
domain: brewing
version: "1"
tasks:
  tea: {type: abstract, parameters: [leaves]}
  boil: {type: primitive, work: {}}
methods:
  - {name: way, task: tea, when: leaves > 0, steps: [boil]}
"""


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
    code = run(tmp_path, HANOI, hanoi(14), "--seconds", "0.05")
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


def check(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["domain", "check", *arguments])
    return int(ended.value.code or 0)


def test_a_sound_domain_is_checked_in_silence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "domain.yaml").write_text(BREWING)
    (tmp_path / "domain.hddl").write_text(ROADS)
    (tmp_path / "p01.hddl").write_text(roads("ab", goal="b"))
    assert check(str(tmp_path / "domain.yaml"), "--strict") == ExitCode.OK
    assert check(str(tmp_path / "domain.hddl"), str(tmp_path / "p01.hddl")) == ExitCode.OK
    assert not capsys.readouterr().out


def test_errors_have_their_lines_and_their_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "domain.yaml"
    file.write_text(BREWING.replace("steps: [boil]", "steps: [bail]"))
    assert check(str(file)) == ExitCode.USAGE
    expected = f"{file}:7: error: method way: there is no task bail; "
    assert capsys.readouterr().out.startswith(expected)
    assert check(str(file), "--json") == ExitCode.USAGE
    report = CheckReport.model_validate_json(capsys.readouterr().out)
    assert [report.errors, report.warnings, report.remarks[0].line] == [1, 0, 7]


def test_warnings_have_a_code_when_they_are_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "domain.hddl"
    file.write_text(ROADS.replace("(drive ?t ?a ?b) (go", "(go"))
    assert check(str(file)) == ExitCode.OK
    assert check(str(file), "--strict") == ExitCode.GOAL_FAILED


def test_a_file_that_is_no_domain_is_named_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "domain.hddl"
    file.write_text(ROADS.replace("(road ?a ?b))\n", "(rode ?a ?b))\n"))
    assert check(str(file)) == ExitCode.USAGE
    assert "domain.hddl:10: error: drive: there is no rode" in capsys.readouterr().out


def test_files_of_two_formats_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(str(tmp_path / "a.yaml"), str(tmp_path / "b.hddl")) == ExitCode.USAGE
    assert "one domain is in one format" in capsys.readouterr().err
