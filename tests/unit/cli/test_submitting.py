"""`argosy goal submit`: what it says of goal types, how it waits for a planner and for the end."""

import pytest

from argosy.client import Addresses, Client
from argosy.failures import ExitCode, NotStartedError
from argosy.goal_types import ONE_LINERS
from argosy.main import main
from argosy.options import ask
from planner.domain.built_in import data_domain
from shared.contracts.vocabulary import DataTaskType
from tests.unit.cli.services import Answers, Body, answering, problem

NOWHERE = Addresses.embedded("http://127.0.0.1:9")
STARTING = NotStartedError("not yet", remedy="Wait.", exit_code=ExitCode.UNREACHABLE)
GOAL: Body = {"goal_id": "goal-1", "pipeline_id": "pipeline-1", "goal_type": "ingest_table"}


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(words)
    return ended.value.code if isinstance(ended.value.code, int) else 0


def submitted_and_awaited(state: str) -> int:
    answers: Answers = {
        "POST /v1/goals": (202, GOAL),
        "GET /v1/goals/goal-1": (200, {**GOAL, "state": state}),
        "GET /v1/agents": (200, {"agents": []}),
        "GET /v1/pipelines/pipeline-1/waiting": (200, {"waiting": []}),
        "GET /v1/proposals": (200, {"proposals": []}),
    }
    with answering(answers) as fleet:
        urls = [f"--{name}-url={fleet.url}" for name in ("planner", "hub", "consensus")]
        return run("goal", "submit", "ingest_table", "--wait", *urls)


def test_the_help_tells_what_a_goal_of_each_type_does(capsys: pytest.CaptureFixture[str]) -> None:
    run("goal", "submit", "--help")
    said = " ".join(capsys.readouterr().out.split())
    assert [name for name, does in ONE_LINERS.items() if f"{name}: {does}" not in said] == []


def test_the_help_says_of_goal_types_what_the_domain_says() -> None:
    abstract = [
        task for task in data_domain().tasks.values() if task.task_type is DataTaskType.ABSTRACT
    ]
    assert {task.name: task.description for task in abstract} == ONE_LINERS


@pytest.mark.parametrize(
    ("state", "code"), [("completed", ExitCode.OK), ("failed", ExitCode.GOAL_FAILED)]
)
def test_waiting_ends_with_the_goal_and_tells_how(
    state: str, code: ExitCode, capsys: pytest.CaptureFixture[str]
) -> None:
    assert submitted_and_awaited(state) == code
    assert capsys.readouterr().out == f"goal goal-1 {state}\n"


def test_a_planner_that_starts_meanwhile_gets_the_goal() -> None:
    tries: list[Client] = []

    async def question(client: Client) -> str:
        tries.append(client)
        if len(tries) == 1:
            raise STARTING
        return "accepted"

    assert ask(NOWHERE, question, start_seconds_max=60) == "accepted"


def test_a_planner_that_does_not_start_is_given_up() -> None:
    async def question(client: Client) -> str:
        await client.agents()
        return "accepted"

    with pytest.raises(NotStartedError):
        ask(NOWHERE, question, start_seconds_max=0.1)


def test_whoever_only_looks_is_told_at_once_that_a_service_is_starting() -> None:
    with answering({"GET /v1/goals": (503, problem("starting", "not yet"))}) as fleet:
        assert run("goal", "list", "--planner-url", fleet.url) == ExitCode.UNREACHABLE
