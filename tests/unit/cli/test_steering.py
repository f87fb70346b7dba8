"""Goals told what to do, and plans looked at, from the command line."""

import pytest

from argosy.failures import ExitCode
from tests.unit.cli.services import Body, answering, problem
from tests.unit.cli.test_command import ACCEPTED, CLEANING, GOAL, run

PREVIEW: Body = {
    "goal_type": "ingest_table", "tasks": [{**CLEANING, "state": "pending"}],
    "awaits": ["partitions"], "work_seconds": 9.0, "estimated_seconds": 4.0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("command", "state"),
    [("cancel", "cancelled"), ("pause", "paused"), ("resume", "running"), ("retry", "running")],
)
def test_a_goal_that_was_told_something_prints_its_state_alone(
    command: str, state: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = (202, {**ACCEPTED, "status": state})
    with answering({f"POST /v1/goals/goal-1/{command}": answer}) as fleet:
        assert run("goal", command, "goal-1", "--planner-url", fleet.url) == ExitCode.OK
    assert capsys.readouterr().out == f"{state}\n"


def test_a_command_that_means_nothing_is_refused_with_the_remedy(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ended = (409, problem("goal_ended", "goal goal-1 is completed"))
    with answering({"POST /v1/goals/goal-1/cancel": ended}) as fleet:
        assert run("goal", "cancel", "goal-1", "--planner-url", fleet.url) == ExitCode.REFUSED
    assert "goal goal-1 is completed" in capsys.readouterr().err


def test_a_command_to_an_unknown_goal_has_its_own_code() -> None:
    unknown = (404, problem("goal_unknown", "no such goal"))
    with answering({"POST /v1/goals/lost/pause": unknown}) as fleet:
        assert run("goal", "pause", "lost", "--planner-url", fleet.url) == ExitCode.NOT_FOUND


def test_a_plan_shows_what_it_takes_before_anything_is_begun(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with answering({"POST /v1/goals": (200, PREVIEW)}) as fleet:
        words = ("--set", "table=flights", "--planner-url", fleet.url)
        assert run("goal", "plan", "ingest_table", *words) == ExitCode.OK
    shown = capsys.readouterr().out
    assert "4 s, for 9 s of work" in shown
    assert "clean flights-2013-01.csv pending" in shown
    assert fleet.bodies == [{"goal_type": "ingest_table", "parameters": {"table": "flights"}}]
    assert fleet.paths == ["/v1/goals?dry_run=true"]


def test_watching_goes_on_while_a_goal_is_paused() -> None:
    with answering(
        {
            "GET /v1/goals/goal-1": (200, {**GOAL, "state": "paused"}),
            "GET /v1/agents": (200, {"agents": []}),
            "GET /v1/pipelines/pipeline-1/waiting": (200, {"waiting": []}),
            "GET /v1/proposals": (200, {"proposals": []}),
        }
    ) as fleet:
        urls = ("--planner-url", fleet.url, "--hub-url", fleet.url, "--consensus-url", fleet.url)
        assert run("goal", "watch", "goal-1", *urls, "--timeout", "0") == ExitCode.TIMED_OUT
