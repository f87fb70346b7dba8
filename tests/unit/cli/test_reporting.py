"""`argosy goal report`: from the object store and the hub to text, JSON and a page."""

import json
from pathlib import Path

import pytest

from agent_worker.capabilities.object_store import open_store
from agent_worker.domain.report import Quality, RunReport
from agent_worker.domain.report_details import NO_DETAILS
from argosy.failures import ExitCode
from tests.unit.cli.services import Answers, Body, answering
from tests.unit.cli.test_command import CLEANING, GOAL, run

REPORT = RunReport(
    table="t",
    sources=(),
    rows_in=3,
    rows_out=2,
    rows_quarantined=1,
    duplicates_removed=0,
    quality_before=Quality(score=0.5, dimensions={}),
    quality_after=Quality(score=0.75, dimensions={}),
    cells=6,
    cells_repaired=1,
    cells_suspected=0,
    columns=(),
    details=NO_DETAILS,
)
STEP: Body = {
    "attempt": 1, "agent_id": "a", "step_number": 1, "thought": "I look first.",
    "action": "analyze_schema", "action_input": {}, "observation": {}, "data_quality_score": 0.5,
}  # fmt: skip


def kept_in(folder: Path) -> str:
    """Store the report where a table would keep it; return its URI."""
    store, name = open_store(folder.as_uri(), folder), "tables/t/_argosy/report-1.json"
    staged = store.stage(name)
    staged.write_text(REPORT.model_dump_json())
    return store.put(name, staged)


def test_a_report_has_the_runs_figures_version_and_thoughts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report: Body = {"run_report_uri": kept_in(tmp_path), "version": 4}
    task: Body = {**CLEANING, "state": "done"}
    trace: Body = {"task_id": task["task_id"], "steps": [STEP]}
    answers: Answers = {
        "GET /v1/goals/goal-1": (200, {**GOAL, "report": report, "plan": [task]}),
        f"GET /v1/tasks/{task['task_id']}/trace": (200, trace),
    }
    page = tmp_path / "report.html"
    with answering(answers) as fleet:
        where = ("--planner-url", fleet.url, "--hub-url", fleet.url)
        assert run("goal", "report", "goal-1", "--json", *where) == ExitCode.OK
        told = json.loads(capsys.readouterr().out)
        assert run("goal", "report", "goal-1", "--html", str(page), *where) == ExitCode.OK
        assert run("goal", "report", "goal-1", *where) == ExitCode.OK
    assert (told["version"], told["rows_out"]) == (4, 2)
    assert [each["thought"] for each in told["decisions"]] == ["I look first."]
    assert "I look first." in page.read_text()
    assert "75.00 %" in capsys.readouterr().out


def test_a_goal_without_a_report_is_said_to_have_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    goal: Body = {**GOAL, "report": {}, "plan": []}
    with answering({"GET /v1/goals/goal-1": (200, goal)}) as fleet:
        where = ("--planner-url", fleet.url, "--hub-url", fleet.url)
        assert run("goal", "report", "goal-1", *where) == ExitCode.NOT_FOUND
    assert "no report" in capsys.readouterr().err
