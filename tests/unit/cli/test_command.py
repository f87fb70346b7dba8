"""The command as a person meets it: answers, errors in words, exit codes."""

import json
import re
import socket
from pathlib import Path

import pytest

from argosy.failures import ExitCode
from argosy.main import main, told
from tests.unit.cli.services import Answers, Body, answering, problem

ACCEPTED: Body = {
    "goal_id": "goal-1",
    "pipeline_id": "pipeline-1",
    "status": "accepted",
    "links": {},
}
CLEANING: Body = {
    "task_id": "task-1", "name": "clean flights-2013-01.csv", "task_type": "primitive",
    "operator": "clean_partition", "parent_task_id": "", "state": "done", "attempts": 2,
    "quality_before": 0.5, "quality_after": 1.0, "data_dependencies": [],
}  # fmt: skip
GOAL: Body = {
    "goal_id": "goal-1", "pipeline_id": "pipeline-1", "goal_type": "ingest_table",
    "parameters": {"table": "flights"}, "priority": 5, "owner": "me", "state": "completed",
    "tasks_total": 1, "tasks_done": 1, "submitted_at": "2026-01-01T00:00:00Z",
    "ended_at": "2026-01-01T00:00:09Z", "report": {"rows_in": 7}, "plan": [CLEANING],
}  # fmt: skip
FAILURE: Body = {"code": "source_missing", "detail": "no file", "remedy": "Put it there."}
AGENT: Body = {
    "agent_id": "agent-1", "state": "active", "slot": 0, "epoch": 1, "capabilities": ["clean"],
    "streams_max": 8, "running": [{"task_id": "task-1", "attempt": 1}],
    "last_heartbeat_at": "2026-01-01T00:00:00Z",
}  # fmt: skip
STEP: Body = {
    "attempt": 1, "agent_id": "agent-1", "step_number": 1, "thought": "I wonder",
    "action": "analyze_schema", "action_input": {}, "observation": {"rows": 3},
    "data_quality_score": 0.5, "timestamp": "2026-01-01T00:00:00Z",
}  # fmt: skip
VOTE: Body = {"voter_id": "agent-2", "choice": "approve", "confidence": 1.0, "reason": "fits"}
PROPOSAL: Body = {"proposal_id": "proposal-1", "subject": "schema of flights", "state": "accepted"}

FLEET: Answers = {
    "POST /v1/goals": (202, ACCEPTED),
    "GET /v1/goals": (200, {"goals": [GOAL], "next_page_token": ""}),
    "GET /v1/goals/goal-1": (200, GOAL),
    "POST /v1/goals/goal-1/cancel": (202, {**ACCEPTED, "status": "cancelled"}),
    "GET /v1/agents": (200, {"agents": [AGENT]}),
    "GET /v1/pipelines/pipeline-1/waiting": (200, {"waiting": []}),
    "GET /v1/tasks/task-1/trace": (200, {"task_id": "task-1", "steps": [STEP]}),
    "GET /v1/proposals": (200, {"proposals": [PROPOSAL]}),
    "GET /v1/proposals/proposal-1": (200, {**PROPOSAL, "votes": [VOTE]}),
}


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(words)
    return ended.value.code if isinstance(ended.value.code, int) else 0


def test_a_submitted_goal_prints_its_id_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with answering(FLEET) as fleet:
        assert run("goal", "submit", "ingest_table", "--planner-url", fleet.url) == ExitCode.OK
    assert capsys.readouterr().out == "goal-1\n"


def test_parameters_are_json_where_they_can_be_and_text_elsewhere() -> None:
    settings = ("--set", "table=flights", "--set", 'sources=["a", "b"]', "--set", "quality_min=0.9")
    with answering(FLEET) as fleet:
        run("goal", "submit", "ingest_table", *settings, "--planner-url", fleet.url)
    assert fleet.bodies == [
        {
            "goal_type": "ingest_table",
            "parameters": {"table": "flights", "sources": ["a", "b"], "quality_min": 0.9},
            "priority": 5,
            "owner": "anonymous",
        }
    ]


def test_parameters_are_read_from_a_file_and_refined_by_options(tmp_path: Path) -> None:
    file = tmp_path / "goal.json"
    file.write_text('{"table": "flights", "quality_min": 0.5}')
    words = ("--parameters", str(file), "--set", "quality_min=0.9")
    with answering(FLEET) as fleet:
        run("goal", "submit", "ingest_table", *words, "--planner-url", fleet.url)
    sent = json.loads(json.dumps(fleet.bodies[0]))
    assert sent["parameters"] == {"table": "flights", "quality_min": 0.9}


def test_the_idempotency_key_travels_as_a_header() -> None:
    with answering(FLEET) as fleet:
        run(
            "goal",
            "submit",
            "ingest_table",
            "--idempotency-key",
            "mine",
            "--planner-url",
            fleet.url,
        )
    assert fleet.headers[0]["idempotency-key"] == "mine"


@pytest.mark.parametrize(
    ("words", "service", "answer"),
    [
        (("goal", "submit", "ingest_table"), "planner", "POST /v1/goals"),
        (("goal", "list"), "planner", "GET /v1/goals"),
        (("goal", "show", "goal-1"), "planner", "GET /v1/goals/goal-1"),
        (("goal", "cancel", "goal-1"), "planner", "POST /v1/goals/goal-1/cancel"),
        (("task", "trace", "task-1"), "hub", "GET /v1/tasks/task-1/trace"),
        (("agent", "list"), "hub", "GET /v1/agents"),
    ],
)
def test_json_is_what_the_service_said(
    words: tuple[str, ...], service: str, answer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with answering(FLEET) as fleet:
        assert run(*words, "--json", f"--{service}-url", fleet.url) == ExitCode.OK
    assert json.loads(capsys.readouterr().out) == FLEET[answer][1]


@pytest.mark.parametrize(
    ("words", "service", "shown"),
    [
        (("goal", "list"), "planner", "completed"),
        (("goal", "show", "goal-1"), "planner", "clean flights-2013-01.csv done"),
        (("task", "trace", "task-1"), "hub", "I wonder"),
        (("agent", "list"), "hub", "agent-1"),
    ],
)
def test_people_get_a_page(
    words: tuple[str, ...], service: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with answering(FLEET) as fleet:
        assert run(*words, f"--{service}-url", fleet.url) == ExitCode.OK
    assert shown in capsys.readouterr().out


def watch(url: str) -> int:
    urls = ("--planner-url", url, "--hub-url", url, "--consensus-url", url)
    return run("goal", "watch", "goal-1", *urls, "--timeout", "0")


def test_watching_tells_tasks_votes_and_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    with answering(FLEET) as fleet:
        assert watch(fleet.url) == ExitCode.OK
    told = capsys.readouterr()
    assert told.err.splitlines() == [
        "goal goal-1: ingest_table, 1 tasks planned",
        "task clean flights-2013-01.csv: done",
        "vote on schema of flights: agent-2 approve: fits",
        "decision on schema of flights: accepted",
        "goal goal-1: completed",
    ]
    assert told.out == "goal goal-1 completed\n"


def test_a_failed_goal_exits_with_one_and_its_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    failed = {**GOAL, "state": "failed", "failure": FAILURE}
    with answering({**FLEET, "GET /v1/goals/goal-1": (200, failed)}) as fleet:
        assert watch(fleet.url) == ExitCode.GOAL_FAILED
    assert "source_missing: no file. Put it there." in capsys.readouterr().out


def test_a_capability_that_nobody_has_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    missing = "waiting: no agent with capability `clean_partition`"
    waiting = [
        {"capability": "clean_partition", "tasks": 12, "agents": 0, "detail": missing},
        {"capability": "publish_table", "tasks": 1, "agents": 1, "detail": "waiting: busy"},
    ]
    slow: Answers = {
        "GET /v1/goals/goal-1": (200, {**GOAL, "state": "running"}),
        "GET /v1/pipelines/pipeline-1/waiting": (200, {"waiting": waiting}),
    }
    with answering({**FLEET, **slow}) as fleet:
        assert watch(fleet.url) == ExitCode.TIMED_OUT
    lines = capsys.readouterr().err.splitlines()
    assert [line for line in lines if "waiting" in line] == [missing]


def test_a_step_that_a_model_was_asked_for_says_who_reasoned(
    capsys: pytest.CaptureFixture[str],
) -> None:
    usage = {"requests": 1, "tokens_in": 1200, "tokens_out": 80, "cost": 0.0032}
    chosen = {"reasoner": "model", "model": "qwen3", "usage": usage}
    fallen = {"reasoner": "rules_after_model", "model": "qwen3", "detail": "it was slow"}
    steps = [STEP, {**STEP, "reasoning": chosen}, {**STEP, "reasoning": fallen}]
    trace = {"GET /v1/tasks/task-1/trace": (200, {"task_id": "task-1", "steps": steps})}
    with answering({**FLEET, **trace}) as fleet:
        assert run("task", "trace", "task-1", "--hub-url", fleet.url) == ExitCode.OK
    told = [line for line in capsys.readouterr().out.splitlines() if "reasoned by" in line]
    took = "1 requests, 1200 tokens read, 80 written, 0.0032 by the configured prices"
    assert told == [
        f"   reasoned by  model qwen3 ({took})",
        "   reasoned by  rules after the model qwen3",
    ]


def test_a_goal_that_does_not_end_in_time_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    with answering({**FLEET, "GET /v1/goals/goal-1": (200, {**GOAL, "state": "running"})}) as fleet:
        assert watch(fleet.url) == ExitCode.TIMED_OUT
    assert "it goes on" in capsys.readouterr().err


def test_an_unknown_goal_is_named_with_the_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    unknown = (404, problem("goal_unknown", "goal lost was never submitted"))
    with answering({"GET /v1/goals/lost": unknown}) as fleet:
        code = run("goal", "show", "lost", "--planner-url", fleet.url)
    assert code == ExitCode.NOT_FOUND
    said = capsys.readouterr().err
    assert "goal lost was never submitted" in said
    assert "Ask for something else." in said


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (422, problem("goal_type_unknown", "no such type"), ExitCode.REFUSED),
        (503, problem("unavailable", "the bus is away"), ExitCode.UNREACHABLE),
        (502, b"<html>", ExitCode.UNREACHABLE),
        (200, b"<html>", ExitCode.UNREACHABLE),
    ],
)
def test_what_a_service_cannot_do_has_its_own_code(
    status: int, body: object, code: ExitCode
) -> None:
    with answering({"POST /v1/goals": (status, body)}) as fleet:
        assert run("goal", "submit", "dance", "--planner-url", fleet.url) == code


def test_a_service_that_is_not_there_is_named_with_the_remedy(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    code = run("agent", "list", "--hub-url", f"http://127.0.0.1:{port}")
    assert code == ExitCode.UNREACHABLE
    said = capsys.readouterr().err
    assert f"The hub at http://127.0.0.1:{port}/ does not answer" in said
    assert "argosy up" in said


@pytest.mark.parametrize(
    "words",
    [
        ("goal", "submit", "ingest_table", "--set", "table"),
        ("goal", "submit", "ingest_table", "--parameters", "/nowhere.json"),
        ("goal", "submit", "ingest_table", "--parameters", "/dev/null"),
        ("goal", "list", "--planner-url", "localhost:8080"),
        ("goal", "dance"),
        ("agent", "list", "--loud"),
    ],
)
def test_wrong_usage_exits_with_two(words: tuple[str, ...]) -> None:
    assert run(*words) == ExitCode.USAGE


@pytest.mark.parametrize("words", [(), ("goal",), ("goal", "submit"), ("demo",), ("up",)])
def test_every_command_has_help_with_an_example_or_the_exit_codes(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words, "--help") == ExitCode.OK
    assert re.search("Example: argosy|Exit codes|Commands", capsys.readouterr().out)


def test_a_mistake_of_the_command_is_said_in_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        told(lambda: 1 // 0)
    said = capsys.readouterr().err
    assert ended.value.code == ExitCode.MISTAKEN
    assert "ZeroDivisionError in test_command.py, line" in said
    assert "Report it" in said
    assert "Traceback" not in said
    with pytest.raises(ZeroDivisionError):
        told(lambda: 1 // 0, with_traceback=True)
