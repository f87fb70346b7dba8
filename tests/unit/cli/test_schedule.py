"""Goals that begin by themselves, ordered and looked at from the command line."""

import pytest

from argosy.failures import ExitCode
from tests.unit.cli.services import Body, answering, problem
from tests.unit.cli.test_command import ACCEPTED, run

SCHEDULE: Body = {
    "schedule_id": "schedule-1", "name": "nightly", "owner": "ana", "state": "active",
    "goal": {"goal_type": "ingest_table", "parameters": {"table": "trips"}, "priority": 5},
    "cause": {"kind": "cron", "expression": "0 3 * * *", "zone": "Europe/Zurich"},
    "overlap": "skip", "catch_up": "last", "created_at": "2026-01-01T00:00:00Z",
    "next_at": "2026-01-02T02:00:00Z", "goals_begun": 4, "goals_waiting": 1, "goals_skipped": 2,
    "last_goal_id": "goal-4", "last_goal_due": "2026-01-01T02:00:00Z", "checked_at": None,
    "observation": None, "check_failure": None,
    "next_instants": ["2026-03-28T03:00:00+01:00", "2026-03-29T03:00:00+02:00"],
}  # fmt: skip
TRIGGER: Body = {
    **SCHEDULE,
    "cause": {"kind": "files", "pattern": "file:///srv/[a]*.csv", "interval_seconds": 60},
    "observation": {"fingerprint": "f", "count": 3, "newest": "c.csv"},
    "check_failure": {"code": "source_missing", "detail": "no file", "remedy": "Put it there."},
    "next_instants": [],
}
CREATE = ("schedule", "create", "nightly", "ingest_table", "--set", "table=trips")
CRON = ("--cron", "0 3 * * *", "--zone", "Europe/Zurich")


def test_a_created_schedule_prints_its_id_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with answering({"POST /v1/schedules": (201, SCHEDULE)}) as fleet:
        words = (*CREATE, *CRON, "--owner", "ana", "--overlap", "queue", "--catch-up", "all")
        assert run(*words, "--deadline", "1h", "--planner-url", fleet.url) == ExitCode.OK
    assert capsys.readouterr().out == "schedule-1\n"
    assert fleet.bodies == [
        {
            "name": "nightly",
            "owner": "ana",
            "goal": {
                "goal_type": "ingest_table",
                "parameters": {"table": "trips"},
                "priority": 5,
                "terms": {"deadline_seconds": 3600},
            },
            "cause": {"kind": "cron", "expression": "0 3 * * *", "zone": "Europe/Zurich"},
            "overlap": "queue",
            "catch_up": "all",
        }
    ]
    assert fleet.paths == ["/v1/schedules"]


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        (
            ("--on-files", "file:///srv/*.csv", "--every", "5m", "--at-first"),
            {
                "kind": "files",
                "pattern": "file:///srv/*.csv",
                "interval_seconds": 300,
                "fire_at_first": True,
            },
        ),
        (
            ("--on-table", "trips"),
            {"kind": "table", "table": "trips", "interval_seconds": 60, "fire_at_first": False},
        ),
        (("--cron", "@hourly"), {"kind": "cron", "expression": "@hourly", "zone": "UTC"}),
    ],
)
def test_each_cause_has_its_options(words: tuple[str, ...], cause: Body) -> None:
    with answering({"POST /v1/schedules": (201, SCHEDULE)}) as fleet:
        assert run(*CREATE, *words, "--planner-url", fleet.url) == ExitCode.OK
    (body,) = fleet.bodies
    assert isinstance(body, dict)
    assert body["cause"] == cause


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ((), "exactly one cause"),
        (("--cron", "* * * * *", "--on-table", "trips"), "exactly one cause"),
        (("--cron", "* * * * *", "--every", "60s"), "--every"),
        (("--on-table", "trips", "--zone", "UTC"), "--zone"),
        (("--on-table", "trips", "--every", "soon"), "soon"),
    ],
)
def test_options_that_do_not_fit_together_are_wrong_usage(
    words: tuple[str, ...], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with answering({}) as fleet:
        assert run(*CREATE, *words, "--planner-url", fleet.url) == ExitCode.USAGE
    assert fleet.paths == []
    assert named in capsys.readouterr().err


def test_a_dry_run_shows_when_goals_would_begin(capsys: pytest.CaptureFixture[str]) -> None:
    with answering({"POST /v1/schedules": (200, SCHEDULE)}) as fleet:
        words = (*CREATE, *CRON, "--dry-run", "--planner-url", fleet.url)
        assert run(*words) == ExitCode.OK
    assert "Sun 2026-03-29 03:00 +0200" in capsys.readouterr().out
    assert fleet.paths == ["/v1/schedules?dry_run=true"]


def test_a_schedule_is_replaced_only_when_that_is_said() -> None:
    with answering({"POST /v1/schedules": (201, SCHEDULE)}) as fleet:
        words = (*CREATE, *CRON, "--replace", "--planner-url", fleet.url)
        assert run(*words) == ExitCode.OK
    assert fleet.paths == ["/v1/schedules?replace=true"]


def test_what_is_refused_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    refusal = (422, problem("cron_invalid", "cause.expression: '61' is no minute"))
    with answering({"POST /v1/schedules": refusal}) as fleet:
        assert run(*CREATE, *CRON, "--planner-url", fleet.url) == ExitCode.REFUSED
    assert "'61' is no minute" in capsys.readouterr().err


def test_a_schedule_shows_its_next_instants_in_its_zone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with answering({"GET /v1/schedules/schedule-1": (200, SCHEDULE)}) as fleet:
        assert run("schedule", "show", "schedule-1", "--planner-url", fleet.url) == ExitCode.OK
    shown = capsys.readouterr().out
    assert "Sat 2026-03-28 03:00 +0100" in shown
    assert "Sun 2026-03-29 03:00 +0200" in shown
    assert "4 begun, 1 waiting, 2 skipped" in shown
    assert "0 3 * * * Europe/Zurich" in shown


def test_a_trigger_shows_what_it_saw_and_why_it_saw_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with answering({"GET /v1/schedules/schedule-1": (200, TRIGGER)}) as fleet:
        assert run("schedule", "show", "schedule-1", "--planner-url", fleet.url) == ExitCode.OK
    shown = capsys.readouterr().out
    assert "files file:///srv/[a]*.csv every 60 s" in shown
    assert "3, newest c.csv" in shown
    assert "source_missing: no file" in shown


def test_schedules_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    page = {"schedules": [SCHEDULE, TRIGGER], "next_page_token": "more"}
    with answering({"GET /v1/schedules": (200, page)}) as fleet:
        words = ("schedule", "list", "--owner", "ana", "--planner-url", fleet.url)
        assert run(*words) == ExitCode.OK
    shown = capsys.readouterr()
    assert "nightly" in shown.out
    assert "--page-token more" in shown.err
    assert fleet.paths == ["/v1/schedules?owner=ana"]


@pytest.mark.parametrize(("verb", "state"), [("pause", "paused"), ("resume", "active")])
def test_a_schedule_that_was_told_something_prints_its_state_alone(
    verb: str, state: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = (202, {**SCHEDULE, "state": state})
    with answering({f"POST /v1/schedules/schedule-1/{verb}": answer}) as fleet:
        assert run("schedule", verb, "schedule-1", "--planner-url", fleet.url) == ExitCode.OK
    assert capsys.readouterr().out == f"{state}\n"


def test_a_run_prints_the_goal_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with answering({"POST /v1/schedules/schedule-1/run": (202, ACCEPTED)}) as fleet:
        words = ("schedule", "run", "schedule-1", "--idempotency-key", "k")
        assert run(*words, "--planner-url", fleet.url) == ExitCode.OK
    assert capsys.readouterr().out == "goal-1\n"
    assert fleet.headers[0]["idempotency-key"] == "k"


def test_a_deleted_schedule_leaves_its_goals(capsys: pytest.CaptureFixture[str]) -> None:
    with answering({"DELETE /v1/schedules/schedule-1": (204, b"")}) as fleet:
        assert run("schedule", "delete", "schedule-1", "--planner-url", fleet.url) == ExitCode.OK
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "its goals go on" in shown.err


def test_an_unknown_schedule_has_its_own_code() -> None:
    unknown = (404, problem("schedule_unknown", "no such schedule"))
    with answering({"GET /v1/schedules/lost": unknown}) as fleet:
        assert run("schedule", "show", "lost", "--planner-url", fleet.url) == ExitCode.NOT_FOUND
