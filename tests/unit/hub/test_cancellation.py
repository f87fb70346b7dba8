"""A task that is not wanted any more: forgotten, its agent told, its stream given to others."""

import pytest

from shared.contracts.machine import Step
from shared.contracts.payloads import (
    AgentHeartbeat,
    AttemptRef,
    DataRequest,
    DataResponse,
    TaskCancellation,
)
from shared.contracts.topics import INBOX
from tests.unit.hub.harbour import Harbour, cancellation, registration, request, response


@pytest.fixture
def harbour() -> Harbour:
    """Anna carries out a task."""
    harbour = Harbour()
    harbour.board(registration("anna"))
    harbour.take(request("clean"))
    harbour.sent.clear()
    return harbour


def test_the_agent_of_a_cancelled_task_is_told_which_attempt_to_stop(harbour: Harbour) -> None:
    harbour.take(cancellation("clean"))
    (send,) = harbour.sent
    assert (send.topic, send.partition, send.recipient_id) == (INBOX, 0, "anna")
    assert send.payload == TaskCancellation(pipeline_id="pipeline", task_id="clean", attempt=1)
    assert (harbour.task("clean"), harbour.agent("anna").running) == (None, ())


def test_the_stream_of_a_cancelled_task_goes_to_the_next(harbour: Harbour) -> None:
    harbour.take(request("next"))
    harbour.take(cancellation("clean"))
    stopped, begun = harbour.sent
    assert isinstance(stopped.payload, TaskCancellation)
    assert isinstance(begun.payload, DataRequest)
    assert begun.payload.task.task_id == "next"
    assert stopped.partition == begun.partition


def test_a_cancelled_task_that_waits_is_never_begun(harbour: Harbour) -> None:
    harbour.take(request("next"))
    assert harbour.take(cancellation("next")).effects == ()
    harbour.take(response("clean", "anna"))
    assert harbour.assignments() == []


def test_a_cancellation_of_a_task_that_is_not_in_flight_changes_nothing(harbour: Harbour) -> None:
    assert harbour.take(cancellation("other")) == Step()
    harbour.take(cancellation("clean"))
    assert harbour.take(cancellation("clean")) == Step()


def test_an_agent_may_list_a_cancelled_attempt_for_a_while(harbour: Harbour) -> None:
    harbour.take(cancellation("clean"))
    running = (AttemptRef(task_id="clean", attempt=1),)
    for _ in range(4):
        harbour.wait(10)
        harbour.take(AgentHeartbeat(agent_id="anna", epoch=1, running=running))
    assert harbour.agent("anna").running == ()
    assert harbour.assignments() == []


def test_the_outcome_of_a_cancelled_attempt_is_ignored(harbour: Harbour) -> None:
    harbour.take(cancellation("clean"))
    assert harbour.take(response("clean", "anna")) == Step()


def test_a_cancelled_task_of_a_lost_agent_is_not_tried_again(harbour: Harbour) -> None:
    harbour.take(cancellation("clean"))
    harbour.wait(30)
    harbour.board(registration("bert"))
    assert harbour.assignments() == []
    assert harbour.heard(DataResponse) == []
