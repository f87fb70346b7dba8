"""Plans looked at and changed from the command line."""

import json

import pytest

from argosy.failures import ExitCode
from tests.unit.cli.services import Body, answering
from tests.unit.cli.test_command import ACCEPTED, GOAL, run

LEAF: Body = {
    "task_id": "task-2", "name": "discover_sources", "state": "running", "waits": "agent",
    "children": [],
}  # fmt: skip
TREE: Body = {
    "goal_id": "goal-1", "plan_version": 2, "tree": {
        "task_id": "task-1", "name": "ingest_table", "state": "running", "method": "from_files",
        "children_total": 5, "children_done": 1, "children": [LEAF], "children_left_out": 4,
        "next_child": 1,
    },
}  # fmt: skip
GRAPH: Body = {
    "goal_id": "goal-1", "nodes_left_out": 3,
    "nodes": [LEAF, {"task_id": "task-3", "name": "profile", "state": "deferred"}],
    "edges": [
        {"source": "task-2", "target": "task-3", "kind": "data", "through": ["partitions"]},
    ],
}  # fmt: skip
DIFF: Body = {
    "goal_id": "goal-1", "added_total": 30, "removed_total": 0,
    "versions": [{"version": 2, "reason": "facts", "detail": "partitions came", "added": 30}],
    "added": [{"path": f"ingest_table/{number}", "version": 2} for number in range(30)],
}  # fmt: skip
KEPT: Body = {
    "goal_id": "goal-1", "kept": 2, "kept_tasks": ["one", "two"], "anew": 1,
    "anew_tasks": ["three"], "work_seconds": 2.5,
}  # fmt: skip


def test_a_tree_shows_states_methods_and_what_is_left_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with answering({"GET /v1/goals/goal-1/plan": (200, TREE)}) as fleet:
        words = ("--tree", "--task", "ingest_table", "--planner-url", fleet.url)
        assert run("goal", "plan", "goal-1", *words) == ExitCode.OK
    shown = capsys.readouterr().out
    assert "ingest_table running 1/5 by from_files" in shown
    assert "discover_sources running waits for agent" in shown
    assert "4 more: --task task-1, from --children-from 1" in shown
    assert "task=ingest_table" in fleet.paths[0]
    assert "shape=tree" in fleet.paths[0]


def test_a_graph_shows_what_passes_between_tasks(capsys: pytest.CaptureFixture[str]) -> None:
    with answering({"GET /v1/goals/goal-1/plan": (200, GRAPH)}) as fleet:
        assert run("goal", "plan", "goal-1", "--graph", "--planner-url", fleet.url) == ExitCode.OK
    shown = capsys.readouterr().out
    assert "discover_sources (partitions)" in shown
    assert "3 more tasks" in shown


def test_a_plan_is_not_shown_in_two_shapes() -> None:
    assert run("goal", "plan", "goal-1", "--graph", "--tree") == ExitCode.USAGE


def test_a_difference_tells_why_and_what(capsys: pytest.CaptureFixture[str]) -> None:
    with answering({"GET /v1/goals/goal-1/diff": (200, DIFF)}) as fleet:
        words = ("--from", "1", "--to", "2", "--planner-url", fleet.url)
        assert run("goal", "diff", "goal-1", *words) == ExitCode.OK
    shown = capsys.readouterr().out
    assert "version 2 facts partitions came: 30 added, 0 removed" in shown
    assert "+ ingest_table/0\n" in shown
    assert "+ 10 more added" in shown
    assert fleet.paths == ["/v1/goals/goal-1/diff?from=1&to=2"]


def test_a_replan_sends_what_changes_and_prints_the_state_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = (202, {**ACCEPTED, "status": "running"})
    with answering({"POST /v1/goals/goal-1/replan": answer}) as fleet:
        changes = ("--set", "quality_min=0.9", "--unset", "key", "--deadline", "1h")
        assert run("goal", "replan", "goal-1", *changes, "--planner-url", fleet.url) == ExitCode.OK
    assert capsys.readouterr().out == "running\n"
    expected = {
        "parameters": {"quality_min": 0.9, "key": None},
        "terms": {"deadline_seconds": 3600},
    }
    assert fleet.bodies == [expected]


def test_a_dry_run_of_a_replan_tells_what_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    with answering({"POST /v1/goals/goal-1/replan": (200, KEPT)}) as fleet:
        words = ("--set", "quality_min=0.9", "--dry-run", "--planner-url", fleet.url)
        assert run("goal", "replan", "goal-1", *words) == ExitCode.OK
    shown = capsys.readouterr().out
    assert "2 tasks: one, two" in shown
    assert "1 tasks, 2.5 s of work: three" in shown
    assert fleet.paths == ["/v1/goals/goal-1/replan?dry_run=true"]


def test_a_replan_of_nothing_is_wrong_usage() -> None:
    assert run("goal", "replan", "goal-1") == ExitCode.USAGE


def test_a_retry_names_the_task_to_do_again() -> None:
    answer = (202, {**ACCEPTED, "status": "running"})
    with answering({"POST /v1/goals/goal-1/retry": answer}) as fleet:
        words = ("--from", "clean_partitions", "--planner-url", fleet.url)
        assert run("goal", "retry", "goal-1", *words) == ExitCode.OK
    assert fleet.paths == ["/v1/goals/goal-1/retry?from_task=clean_partitions"]


def test_facts_are_assumed_for_a_plan_that_nobody_has_begun() -> None:
    preview = {"goal_type": "ingest_table", "tasks": [], "assumed": ["partitions"]}
    with answering({"POST /v1/goals": (200, preview)}) as fleet:
        words = ("--assume", 'partitions=[{"name": "a"}]', "--planner-url", fleet.url)
        assert run("goal", "plan", "ingest_table", *words) == ExitCode.OK
    sent = json.loads(json.dumps(fleet.bodies[0]))
    assert sent["assume"] == {"partitions": [{"name": "a"}]}


def test_a_goal_shows_how_far_it_is_and_when_it_may_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    end = {
        name: f"2026-01-01T00:0{minute}:00Z" for minute, name in enumerate(("early", "at", "late"))
    }
    goal = {**GOAL, "progress": 0.42, "expected_end": {**end, "awaits": ["partitions"]}}
    with answering({"GET /v1/goals/goal-1": (200, goal)}) as fleet:
        assert run("goal", "show", "goal-1", "--planner-url", fleet.url) == ExitCode.OK
    shown = capsys.readouterr().out
    assert "42 % of the work known so far" in shown
    assert "more may follow from partitions" in shown
