"""Deadlines, budgets and keys as people type them, and why a goal waits as they read it."""

import pytest

from argosy.failures import CommandError, ExitCode
from argosy.terms import seconds_of
from tests.unit.cli.test_command import FLEET, GOAL, answering, run

SUBMIT = ("goal", "submit", "ingest_table")
WAITING = {
    "reason": "owner_limit",
    "ahead": 3,
    "detail": "waiting: limit of owner ada (20 at once), 3 ahead",
}


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("90s", 90),
        ("0.5", 0.5),
        ("15m", 900),
        ("1h30m", 5400),
        ("1.5h", 5400),
        ("2d", 172_800),
    ],
)
def test_a_duration_is_read_with_or_without_units(text: str, seconds: float) -> None:
    assert seconds_of("--deadline", text) == seconds


@pytest.mark.parametrize("text", ["soon", "1h soon", "h", "1x", "-5", "1,5h", "nan", "inf", "1 h"])
def test_what_is_no_duration_is_refused_with_examples(text: str) -> None:
    with pytest.raises(CommandError, match="is no duration") as refusal:
        seconds_of("--budget", text)
    assert "--budget" in refusal.value.detail
    assert "1h30m" in refusal.value.remedy


def test_the_terms_travel_with_the_goal() -> None:
    words = ("--deadline", "1h", "--budget", "90m", "--key", "trips")
    more = ("--on-failure", "undo", "--tasks-running-max", "8", "--budget-model-tokens", "50000")
    with answering(FLEET) as fleet:
        assert run(*SUBMIT, *words, *more, "--planner-url", fleet.url) == ExitCode.OK
    (body,) = fleet.bodies
    assert isinstance(body, dict)
    assert body["terms"] == {
        "deadline_seconds": 3600,
        "budget_seconds": 5400,
        "budget_model_tokens": 50_000,
        "key": "trips",
        "on_failure": "undo",
        "tasks_running_max": 8,
    }


def test_how_votes_are_decided_travels_with_the_goal() -> None:
    words = ("--voting", "rule=two_thirds", "--voting", "timeout=20s")
    more = ("--voting", "roles=steward,owner", "--voting", "undecided=hold")
    with answering(FLEET) as fleet:
        assert run(*SUBMIT, *words, *more, "--planner-url", fleet.url) == ExitCode.OK
    (body,) = fleet.bodies
    assert isinstance(body, dict)
    assert body["terms"] == {
        "voting": {
            "rule": "two_thirds",
            "timeout_seconds": 20,
            "approval_roles": ["steward", "owner"],
            "undecided": "hold",
        }
    }


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--deadline", "31d"), "further away than 30d"),
        (("--deadline", "0"), "no time at all"),
        (("--budget", "lots"), "no duration"),
        (("--key", "k" * 129), "129 characters"),
        (("--on-failure", "explode"), "explode"),
        (("--tasks-running-max", "0"), "--tasks-running-max"),
        (("--budget-model-tokens", "-1"), "--budget-model-tokens"),
        (("--voting", "rule=loudest"), "--voting rule"),
        (("--voting", "timeout=2h"), "--voting timeout"),
        (("--voting", "mood=good"), "no term of a vote"),
    ],
)
def test_terms_that_no_goal_can_have_are_refused(
    words: tuple[str, ...], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with answering(FLEET) as fleet:
        assert run(*SUBMIT, *words, "--planner-url", fleet.url) == ExitCode.USAGE
    assert not fleet.bodies
    assert complaint in capsys.readouterr().err


def test_a_queued_goal_is_shown_with_what_it_waits_for(capsys: pytest.CaptureFixture[str]) -> None:
    queued = {**GOAL, "state": "queued", "waiting": WAITING, "terms": {"key": "trips"}}
    with answering({**FLEET, "GET /v1/goals/goal-1": (200, queued)}) as fleet:
        run("goal", "show", "goal-1", "--planner-url", fleet.url)
    shown = capsys.readouterr().out
    assert "limit of owner ada (20 at once), 3 ahead" in shown
    assert '"key": "trips"' in shown


def test_watching_a_queued_goal_tells_what_it_waits_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    queued = {**GOAL, "state": "queued", "waiting": WAITING}
    with answering({**FLEET, "GET /v1/goals/goal-1": (200, queued)}) as fleet:
        places = ("--planner-url", fleet.url, "--hub-url", fleet.url, "--consensus-url", fleet.url)
        code = run("goal", "watch", "goal-1", "--timeout", "0.1", *places)
    assert code == ExitCode.TIMED_OUT
    assert "3 ahead" in capsys.readouterr().err
