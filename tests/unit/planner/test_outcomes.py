"""What comes of outcomes: done, tried again, the end, or nothing at all."""

import pytest

from shared.contracts.machine import Step
from shared.contracts.payloads import DataRequest, PipelineState, PipelineStatus, TaskState
from shared.contracts.voting import ProposalOutcome, SchemaProposal
from tests.unit.planner.bridge import (
    FAULT,
    GOAL,
    PASSING_FAULT,
    Bridge,
    response,
    verdict,
)


def states(bridge: Bridge) -> dict[str, TaskState]:
    return {name: task.state for name, task in bridge.tasks().items()}


def test_a_lasting_failure_ends_the_pipeline_and_skips_the_rest() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.take(response(bridge.request("discover_sources"), failure=FAULT))
    assert bridge.pipeline.failure is not None
    assert bridge.pipeline.failure.detail == "discover_sources: no room"
    assert states(bridge)["discover_sources"] is TaskState.FAILED
    assert states(bridge)["ingest_table"] is TaskState.FAILED
    assert states(bridge)["publish_table"] is TaskState.SKIPPED
    assert bridge.payloads(PipelineStatus)[-1].failure == bridge.pipeline.failure


def test_a_passing_failure_is_tried_again_after_a_wait() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.take(response(bridge.request("discover_sources"), failure=PASSING_FAULT))
    assert states(bridge)["discover_sources"] is TaskState.PENDING
    bridge.pass_time(0.9)
    assert len(bridge.payloads(DataRequest)) == 1
    bridge.pass_time(0.2)
    assert bridge.request("discover_sources").attempt == 1
    assert states(bridge)["discover_sources"] is TaskState.RUNNING


def test_the_third_failure_is_the_last() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    for _ in range(3):
        bridge.take(response(bridge.request("discover_sources"), failure=PASSING_FAULT))
        bridge.pass_time(60)
    assert len(bridge.payloads(DataRequest)) == 3
    assert bridge.pipeline.state is PipelineState.FAILED


def test_attempts_lost_with_their_agents_are_not_failures() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    late = response(bridge.request("discover_sources"), failure=PASSING_FAULT, attempt=4)
    bridge.take(late)
    bridge.pass_time(2)
    assert bridge.request("discover_sources").attempt == 4


def test_a_second_outcome_of_an_attempt_changes_nothing() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    request = bridge.request("discover_sources")
    bridge.take(response(request, failure=PASSING_FAULT))
    bridge.pass_time(2)
    bridge.take(response(request))
    assert bridge.last == Step()
    bridge.succeed("discover_sources")
    bridge.take(response(request, attempt=9, failure=FAULT))
    assert bridge.last == Step()


def test_an_outcome_after_the_end_changes_nothing() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.succeed("discover_sources")
    first, second = bridge.payloads(DataRequest)[1:]
    bridge.take(response(first, failure=FAULT))
    bridge.take(response(second))
    assert bridge.last == Step()


def test_a_retry_that_comes_due_after_the_end_changes_nothing() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.succeed("discover_sources")
    first, second = bridge.payloads(DataRequest)[1:]
    bridge.take(response(first, failure=PASSING_FAULT))
    bridge.take(response(second, failure=FAULT))
    bridge.pass_time(60)
    assert bridge.last == Step()
    assert len(bridge.payloads(DataRequest)) == 3


def test_a_skipped_task_waits_for_nothing_any_more() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.take(response(bridge.request("discover_sources"), failure=FAULT))
    skipped = bridge.task("publish_table")
    assert (skipped.waiting_on, skipped.awaits) == (0, ())


def test_an_outcome_for_an_unknown_task_changes_nothing() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    stray = response(bridge.request("discover_sources"))
    bridge.take(stray.model_copy(update={"task_id": "nobody"}))
    assert bridge.last == Step()
    bridge.take(stray.model_copy(update={"pipeline_id": "another"}))
    assert bridge.last == Step()


def test_success_without_what_the_plan_expects_is_a_failure() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.take(response(bridge.request("discover_sources")).model_copy(update={"facts": {}}))
    assert bridge.pipeline.failure is not None
    assert bridge.pipeline.failure.code == "outcome_incomplete"
    assert "without partitions" in bridge.pipeline.failure.detail


def test_a_rejected_schema_is_proposed_again_without_its_recipe() -> None:
    bridge = Bridge()
    bridge.take(verdict(bridge.reach_vote(), ProposalOutcome.REJECTED))
    again = bridge.request("propose_schema")
    assert again.parameters["is_mending"] is False
    assert bridge.pipeline.failure is None


def test_a_schema_that_is_rejected_again_fails_the_pipeline_with_the_vote() -> None:
    bridge = Bridge()
    bridge.take(verdict(bridge.reach_vote(), ProposalOutcome.REJECTED))
    bridge.succeed("propose_schema")
    bridge.take(verdict(bridge.payloads(SchemaProposal)[-1], ProposalOutcome.REJECTED))
    assert bridge.pipeline.failure is not None
    assert bridge.pipeline.failure.code == "schema_rejected"
    assert "2 of 2 electors" in bridge.pipeline.failure.detail


@pytest.mark.parametrize("outcome", [ProposalOutcome.TIMED_OUT, ProposalOutcome.INVALID_ELECTORATE])
def test_a_vote_that_decided_nothing_is_held_again(outcome: ProposalOutcome) -> None:
    bridge = Bridge()
    first = bridge.reach_vote()
    bridge.take(verdict(first, outcome))
    bridge.pass_time(2)
    second = bridge.payloads(SchemaProposal)[-1]
    assert second.proposal_id != first.proposal_id
    bridge.take(verdict(first))
    assert bridge.last == Step()
    bridge.take(verdict(second))
    assert states(bridge)["decide_schema"] is TaskState.DONE
