"""Who does what: capability, load, priority, age, attempts, leases."""

import pytest

from hub.domain.limits import Limits
from hub.handlers import HubMachine
from shared.contracts.payloads import AgentHeartbeat, DataRequest, DataResponse, TaskOutcome
from shared.contracts.topics import INBOX, PLANNER
from shared.kernel.safeguards import Safeguards
from tests.unit.hub.harbour import Harbour, registration, request, response


@pytest.fixture
def harbour() -> Harbour:
    return Harbour()


def test_a_task_goes_to_the_inbox_of_a_free_agent(harbour: Harbour) -> None:
    harbour.board(registration("anna"))
    harbour.sent.clear()
    harbour.take(request("clean"))
    (send,) = harbour.sent
    assert isinstance(send.payload, DataRequest)
    assert (send.topic, send.partition, send.recipient_id) == (INBOX, 0, "anna")
    assert (send.payload.attempt, send.payload.agent_epoch) == (1, 1)


def test_a_task_waits_for_an_agent_with_its_capability(harbour: Harbour) -> None:
    harbour.board(registration("anna", "profile_partition"))
    harbour.take(request("clean"))
    assert harbour.assignments() == []
    harbour.board(registration("bert", "clean_partition"))
    assert harbour.assignments() == [("clean", 1, "bert")]


def test_an_agent_gets_no_work_before_its_first_heartbeat(harbour: Harbour) -> None:
    harbour.take(registration("anna"))
    harbour.take(request("clean"))
    assert harbour.assignments() == []
    harbour.beat("anna")
    assert harbour.assignments() == [("clean", 1, "anna")]


def test_the_least_loaded_agent_is_given_the_task(harbour: Harbour) -> None:
    harbour.board(registration("anna", streams=4), registration("bert", streams=4))
    for number in range(4):
        harbour.take(request(f"task-{number}"))
    assert [agent for _, _, agent in harbour.assignments()] == ["anna", "bert", "anna", "bert"]


def test_no_agent_gets_more_than_its_streams(harbour: Harbour) -> None:
    harbour.board(registration("anna", streams=2))
    for number in range(5):
        harbour.take(request(f"task-{number}"))
    assert len(harbour.assignments()) == 2


def test_the_more_urgent_task_goes_first(harbour: Harbour) -> None:
    harbour.take(request("whenever", priority=1))
    harbour.wait(1)
    harbour.take(request("urgent", priority=9))
    harbour.board(registration("anna"))
    assert harbour.assignments() == [("urgent", 1, "anna")]


def test_priority_holds_across_capabilities(harbour: Harbour) -> None:
    harbour.take(request("clean", "clean_partition", priority=3))
    harbour.take(request("profile", "profile_partition", priority=4))
    harbour.board(registration("anna", "clean_partition", "profile_partition"))
    assert harbour.assignments() == [("profile", 1, "anna")]


def test_among_equals_the_older_task_goes_first(harbour: Harbour) -> None:
    harbour.take(request("younger-by-name"))
    harbour.wait(0.5)
    harbour.take(request("a-later-one"))
    harbour.board(registration("anna"))
    assert harbour.assignments() == [("younger-by-name", 1, "anna")]


def test_an_outcome_frees_the_stream_and_reaches_the_planner(harbour: Harbour) -> None:
    harbour.board(registration("anna"))
    harbour.take(request("first"))
    harbour.take(request("second"))
    harbour.sent.clear()
    harbour.take(response("first", "anna"))
    outcome, assignment = harbour.sent
    assert (outcome.topic, outcome.recipient_id, outcome.key) == (PLANNER, "planner", "pipeline")
    assert outcome.payload == response("first", "anna")
    assert assignment.recipient_id == "anna"
    assert harbour.task("first") is None


def test_a_request_for_a_task_in_flight_is_ignored(harbour: Harbour) -> None:
    harbour.board(registration("anna", streams=2))
    harbour.take(request("clean"))
    assert harbour.take(request("clean")).effects == ()
    assert len(harbour.agent("anna").running) == 1


@pytest.mark.parametrize(
    "late", [response("clean", "bert"), response("clean", "anna", 2), response("other", "anna")]
)
def test_an_outcome_of_any_but_the_current_attempt_is_ignored(
    harbour: Harbour, late: DataResponse
) -> None:
    harbour.board(registration("anna"))
    harbour.take(request("clean"))
    assert harbour.take(late).changes == ()


def test_an_outcome_that_comes_twice_counts_once(harbour: Harbour) -> None:
    harbour.board(registration("anna"))
    harbour.take(request("clean"))
    harbour.take(response("clean", "anna"))
    assert harbour.take(response("clean", "anna")).effects == ()


def test_without_fencing_an_old_attempt_would_be_heard() -> None:
    harbour = Harbour(HubMachine(Limits(), Safeguards(attempt_fencing=False)))
    harbour.board(registration("anna"), registration("bert"))
    harbour.take(request("clean"))
    harbour.sent.clear()
    harbour.take(response("clean", "bert", 7))
    assert [reply.attempt for reply in harbour.heard(DataResponse)] == [7]
    assert harbour.agent("anna").running == ()


def test_the_work_of_a_lost_agent_goes_to_another_once(harbour: Harbour) -> None:
    harbour.board(registration("anna"))
    harbour.take(request("clean"))
    harbour.wait(20)
    harbour.board(registration("bert"))
    harbour.assignments()
    harbour.wait(10)
    assert harbour.assignments() == [("clean", 2, "bert")]


def test_a_lost_agents_late_outcome_is_ignored(harbour: Harbour) -> None:
    harbour.board(registration("anna"))
    harbour.take(request("clean"))
    harbour.wait(30)
    assert harbour.take(response("clean", "anna")).effects == ()


def test_an_attempt_that_heartbeats_do_not_list_is_tried_again(harbour: Harbour) -> None:
    harbour.board(registration("anna"))
    harbour.take(request("clean"))
    harbour.assignments()
    for _ in range(3):
        harbour.wait(10)
        harbour.take(AgentHeartbeat(agent_id="anna", epoch=1))
    assert harbour.assignments() == [("clean", 2, "anna")]


def test_an_attempt_that_heartbeats_list_is_left_alone(harbour: Harbour) -> None:
    harbour.board(registration("anna"))
    harbour.take(request("clean"))
    harbour.assignments()
    for _ in range(30):
        harbour.wait(10)
        harbour.beat("anna")
    assert harbour.assignments() == []


def test_attempts_go_on_counting_from_the_planners_number(harbour: Harbour) -> None:
    harbour.board(registration("anna"))
    harbour.take(request("clean", attempt=2))
    assert harbour.assignments() == [("clean", 3, "anna")]


def test_a_task_fails_after_five_attempts(harbour: Harbour) -> None:
    harbour.take(request("clean"))
    for number in range(5):
        harbour.board(registration(f"agent-{number}"))
        harbour.wait(30)
    outcome = harbour.heard(DataResponse)[-1]
    assert (outcome.outcome, outcome.attempt, outcome.agent_id) == (TaskOutcome.FAILED, 6, "hub")
    assert outcome.failure is not None
    assert outcome.failure.code == "attempts_exhausted"
    assert harbour.task("clean") is None


def test_a_task_that_had_its_attempts_is_not_begun_again(harbour: Harbour) -> None:
    harbour.board(registration("anna"))
    harbour.take(request("clean", attempt=5))
    (outcome,) = harbour.heard(DataResponse)
    assert outcome.outcome is TaskOutcome.FAILED
