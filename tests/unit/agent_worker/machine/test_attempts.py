"""The ReAct loop: from a request to its one response."""

import pytest

from agent_worker.domain.actions import VoteOutcome
from agent_worker.domain.attempts import OUTCOME_BYTES_MAX, STEPS_MAX
from shared.contracts.machine import ActivityEnded
from shared.contracts.payloads import DataResponse, ReActStepTaken, TaskOutcome
from shared.contracts.topics import EVENTS, HUB
from shared.contracts.vocabulary import ActionType, Failure
from shared.contracts.voting import VoteChoice
from tests.unit.agent_worker.machine.berth import (
    AGENT_ID,
    EPOCH,
    LOOP,
    Berth,
    a_cancellation,
    a_request,
    an_artifact,
    an_outcome,
)


def test_a_request_leads_to_the_first_action() -> None:
    berth = Berth.admitted()
    assert berth.take(a_request()) == []
    (request,) = berth.requested_actions
    assert (request.action, request.operator) == (ActionType.ANALYZE_SCHEMA, "clean")
    assert (request.task_id, request.attempt) == ("task-1", 1)


def test_each_outcome_becomes_a_published_step_of_the_trace() -> None:
    berth = Berth.admitted()
    berth.take(a_request())
    berth.advance(2)
    (send,) = berth.end_activity(an_outcome(rows=3))
    assert (send.topic, send.key, send.recipient_id) == (EVENTS, "pipeline-1", "*")
    assert isinstance(send.payload, ReActStepTaken)
    step = send.payload.step
    assert (step.step_number, step.thought, step.action) == (1, "Thought 1.", LOOP[0])
    assert (step.observation, step.data_quality_score) == ({"rows": 3}, 0.5)
    assert step.timestamp == berth.now


def test_the_final_result_ends_the_attempt_with_its_response() -> None:
    berth = Berth.admitted()
    berth.take(a_request())
    berth.end_activity(an_outcome())
    berth.end_activity(an_outcome())
    step, response = berth.end_activity(an_outcome(quality_before=0.5, quality_after=1))
    assert step.topic is EVENTS
    assert (response.topic, response.key) == (HUB, "pipeline-1")
    assert response.payload == DataResponse(
        pipeline_id="pipeline-1",
        task_id="task-1",
        attempt=1,
        agent_id=AGENT_ID,
        outcome=TaskOutcome.SUCCEEDED,
        steps=3,
        quality_before=0.5,
        quality_after=1,
    )
    assert berth.attempts == []


def test_a_response_tells_how_long_the_agent_was_busy() -> None:
    berth = Berth.admitted()
    berth.take(a_request())
    for seconds in (2, 0.5, 10):
        berth.advance(seconds)
        berth.end_activity(an_outcome())
    (response,) = berth.sent(DataResponse)
    assert response.seconds == 12.5


def test_artifacts_and_facts_of_every_action_reach_the_response() -> None:
    berth = Berth.admitted()
    berth.take(a_request())
    for number, name in enumerate(("clean:1", "summary:1", "clean:1")):
        made = {"artifacts": (an_artifact(name),), "facts": {f"fact{number}": number}}
        berth.end_activity(an_outcome().model_copy(update=made))
    (response,) = berth.sent(DataResponse)
    assert [artifact.name for artifact in response.artifacts] == ["clean:1", "summary:1"]
    assert response.facts == {"fact0": 0, "fact1": 1, "fact2": 2}


def test_a_failed_action_fails_the_attempt_with_its_reason() -> None:
    berth = Berth.admitted()
    berth.take(a_request())
    failure = Failure(code="source_missing", detail="a.csv is gone", remedy="put it back")
    berth.end_activity(an_outcome(failure=failure))
    (response,) = berth.sent(DataResponse)
    assert (response.outcome, response.failure) == (TaskOutcome.FAILED, failure)
    assert (response.steps, len(berth.sent(ReActStepTaken))) == (1, 1)


def test_a_reasoner_that_breaks_costs_the_attempt_and_not_the_agent() -> None:
    berth = Berth.admitted()
    berth.take(a_request(operator="break"))
    (response,) = berth.sent(DataResponse)
    assert response.failure is not None
    assert response.failure.code == "reasoner_failed"
    assert "no rule fits" in response.failure.detail


def test_an_outcome_of_the_wrong_kind_fails_the_attempt() -> None:
    berth = Berth.admitted()
    berth.take(a_request())
    berth.end_activity(
        VoteOutcome(choice=VoteChoice.ABSTAIN, confidence=0, evidence=(), reason="lost")
    )
    (response,) = berth.sent(DataResponse)
    assert response.failure is not None
    assert response.failure.code == "outcome_unexpected"


def test_an_outcome_that_fits_into_no_message_fails_the_attempt() -> None:
    berth = Berth.admitted()
    berth.take(a_request())
    bulk = {"observation": {"rows": "x" * OUTCOME_BYTES_MAX}}
    berth.end_activity(an_outcome().model_copy(update=bulk))
    (response,) = berth.sent(DataResponse)
    assert response.failure is not None
    assert response.failure.code == "outcome_too_large"


def test_a_loop_without_end_is_ended_after_the_most_steps() -> None:
    berth = Berth.admitted()
    berth.take(a_request(operator="wander"))
    for _ in range(STEPS_MAX):
        berth.end_activity(an_outcome())
    (response,) = berth.sent(DataResponse)
    assert response.failure is not None
    assert (response.failure.code, response.steps) == ("steps_exhausted", STEPS_MAX)
    assert berth.performs == {}


def test_an_attempt_whose_time_is_over_is_given_up() -> None:
    berth = Berth.admitted()
    berth.take(a_request())
    berth.fire("attempt:task-1")
    (response,) = berth.sent(DataResponse)
    assert response.failure is not None
    assert (response.failure.code, response.failure.retryable) == ("attempt_timed_out", True)
    assert (berth.performs, berth.attempts) == ({}, [])


def test_a_duplicate_of_a_running_attempt_is_ignored() -> None:
    berth = Berth.admitted()
    berth.take(a_request())
    berth.end_activity(an_outcome())
    berth.take(a_request())
    assert [len(attempt.steps) for attempt in berth.attempts] == [1]


def test_a_newer_attempt_replaces_the_older_one() -> None:
    berth = Berth.admitted()
    berth.take(a_request(attempt=2))
    berth.take(a_request(attempt=1))
    berth.take(a_request(attempt=3))
    assert [request.attempt for request in berth.requested_actions] == [3]
    assert berth.sent(DataResponse) == []


@pytest.mark.parametrize("foreign", [{"agent_epoch": EPOCH - 1}, {"attempt": 0}])
def test_a_request_of_another_epoch_or_without_attempt_is_ignored(foreign: dict[str, int]) -> None:
    berth = Berth.admitted()
    berth.take(a_request().model_copy(update=foreign))
    assert berth.performs == {}


def test_a_request_to_somebody_else_is_ignored() -> None:
    berth = Berth.admitted()
    berth.take(a_request(), recipient_id="agent-b")
    assert berth.performs == {}


def test_more_attempts_than_streams_are_ignored() -> None:
    berth = Berth.admitted()
    for number in range(3):
        berth.take(a_request(f"task-{number}"))
    assert len(berth.requested_actions) == 2


def test_the_outcome_of_an_unknown_activity_is_ignored() -> None:
    berth = Berth.admitted()
    assert berth.feed(ActivityEnded("unknown", an_outcome())) == []


def test_a_restart_in_the_middle_continues_the_trace() -> None:
    berth = Berth.admitted()
    berth.take(a_request())
    berth.end_activity(an_outcome(rows=1))
    under_way = dict(berth.performs)
    berth.restart("run-2")
    assert berth.performs == under_way
    berth.end_activity(an_outcome(rows=2))
    berth.end_activity(an_outcome(rows=3))
    steps = [taken.step for taken in berth.sent(ReActStepTaken)]
    assert [step.step_number for step in steps] == [1, 2, 3]
    assert [response.outcome for response in berth.sent(DataResponse)] == [TaskOutcome.SUCCEEDED]


def test_a_cancelled_attempt_stops_without_a_word() -> None:
    berth = Berth.admitted()
    berth.take(a_request())
    assert berth.take(a_cancellation()) == []
    assert (berth.performs, berth.attempts) == ({}, [])
    assert berth.sent(DataResponse) == []


def test_a_cancelled_attempt_makes_room_for_another() -> None:
    berth = Berth.admitted()
    for number in range(2):
        berth.take(a_request(f"task-{number}"))
    berth.take(a_cancellation("task-0"))
    berth.take(a_request("task-2"))
    assert [attempt.key for attempt in berth.attempts] == ["task-1", "task-2"]


@pytest.mark.parametrize(("task_id", "attempt"), [("task-1", 1), ("task-9", 2)])
def test_a_cancellation_stops_no_newer_attempt_and_no_other_task(
    task_id: str, attempt: int
) -> None:
    berth = Berth.admitted()
    berth.take(a_request(attempt=2))
    berth.take(a_cancellation(task_id, attempt))
    assert [each.request.attempt for each in berth.attempts] == [2]


def test_the_end_of_an_action_after_the_cancellation_is_ignored() -> None:
    berth = Berth.admitted()
    berth.take(a_request())
    (activity_id,) = berth.performs
    berth.take(a_cancellation())
    assert berth.end_activity(an_outcome(), activity_id) == []
