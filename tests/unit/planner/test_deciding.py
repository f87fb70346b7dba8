"""What votes lead to, on which terms they are held, and what is said while one is awaited."""

import pytest

from planner.domain.planning import Planning
from planner.domain.proposals import proposal_id_of
from planner.domain.waiting import WaitReason, deciding_in
from shared.contracts.electorates import VotingRule
from shared.contracts.payloads import Command, PipelineState, TaskState
from shared.contracts.terms import GoalTerms, Undecided, VotingTerms
from shared.contracts.voting import (
    ProposalAftermath,
    ProposalCancellation,
    ProposalOutcome,
    SchemaProposal,
)
from tests.unit.planner.bridge import GOAL, Bridge, response, verdict

ROUNDS = 3
PLANNING = Planning(source_folders=())


def voting(bridge: Bridge, terms: VotingTerms) -> SchemaProposal:
    bridge.take(GOAL.model_copy(update={"terms": GoalTerms(voting=terms)}))
    bridge.succeed("discover_sources")
    bridge.succeed_all("profile_partition")
    bridge.succeed("propose_schema")
    return bridge.payloads(SchemaProposal)[-1]


def stay_silent(bridge: Bridge, outcome: ProposalOutcome = ProposalOutcome.TIMED_OUT) -> None:
    """Let every round of the vote decide nothing."""
    for _ in range(ROUNDS):
        bridge.take(verdict(bridge.payloads(SchemaProposal)[-1], outcome))
        bridge.pass_time(60)


def test_a_goals_terms_travel_in_its_proposals() -> None:
    terms = VotingTerms(
        rule=VotingRule.TWO_THIRDS,
        timeout_seconds=12,
        participation_min=2,
        approval_roles=("steward",),
        approval_timeout_seconds=600,
    )
    proposal = voting(Bridge(), terms)
    assert proposal.rule is VotingRule.TWO_THIRDS
    assert proposal.timeout_seconds == 12
    assert proposal.participation_min == 2
    assert proposal.approval_roles == ("steward",)
    assert proposal.approval_timeout_seconds == 600


@pytest.mark.parametrize("outcome", [ProposalOutcome.TIMED_OUT, ProposalOutcome.NO_QUORUM])
def test_a_goal_without_a_policy_fails_when_nothing_was_decided(outcome: ProposalOutcome) -> None:
    bridge = Bridge()
    voting(bridge, VotingTerms())
    stay_silent(bridge, outcome)
    assert bridge.pipeline.state is PipelineState.FAILED
    assert bridge.pipeline.failure is not None
    assert bridge.pipeline.failure.code == f"schema_{outcome}"


def test_a_held_goal_waits_and_asks_again_when_it_is_resumed() -> None:
    bridge = Bridge()
    first = voting(bridge, VotingTerms(undecided=Undecided.HOLD))
    stay_silent(bridge)
    assert bridge.pipeline.state is PipelineState.PAUSED
    waiting = deciding_in(bridge.pipeline, [], PLANNING.program)
    assert waiting is not None
    assert waiting.reason is WaitReason.UNDECIDED
    assert "ended timed_out" in waiting.detail
    assert "argosy goal resume goal-1" in waiting.detail
    bridge.tell(Command.RESUME)
    again = bridge.payloads(SchemaProposal)[-1]
    assert again.proposal_id != first.proposal_id
    bridge.take(verdict(again))
    assert bridge.task("decide_schema").state is TaskState.DONE
    assert bridge.pipeline.held_by == ""


def test_people_who_let_their_time_pass_are_not_asked_again_at_once() -> None:
    bridge = Bridge()
    proposal = voting(bridge, VotingTerms(approval_roles=("steward",), undecided=Undecided.HOLD))
    silent = verdict(proposal, ProposalOutcome.TIMED_OUT)
    bridge.take(silent.model_copy(update={"roles_outstanding": ("steward",)}))
    assert bridge.pipeline.state is PipelineState.PAUSED


def test_who_looks_at_a_goal_reads_which_vote_it_waits_for() -> None:
    bridge = Bridge()
    proposal = voting(bridge, VotingTerms())
    waiting = deciding_in(bridge.pipeline, bridge.tasks().values(), PLANNING.program)
    assert waiting is not None
    assert waiting.reason is WaitReason.VOTE
    assert waiting.detail == f"waiting: vote decide_schema (proposal {proposal.proposal_id})"


def test_who_looks_at_a_goal_reads_whose_approval_it_waits_for() -> None:
    bridge = Bridge()
    voting(bridge, VotingTerms(approval_roles=("steward", "owner")))
    waiting = deciding_in(bridge.pipeline, bridge.tasks().values(), PLANNING.program)
    assert waiting is not None
    assert waiting.detail.startswith("waiting: approval by role steward, owner")


def test_no_agent_is_asked_for_anything_while_a_vote_is_awaited() -> None:
    bridge = Bridge()
    voting(bridge, VotingTerms())
    running = [
        task
        for task in bridge.tasks().values()
        if task.state is TaskState.RUNNING and task.operator
    ]
    assert [task.operator for task in running] == ["decide_schema"]


def test_cancelling_a_goal_cancels_its_open_proposal() -> None:
    bridge = Bridge()
    proposal = voting(bridge, VotingTerms())
    bridge.tell(Command.CANCEL)
    (cancelled,) = bridge.payloads(ProposalCancellation)
    assert cancelled.proposal_id == proposal.proposal_id
    assert bridge.pipeline.state is PipelineState.CANCELLED


def test_what_was_accepted_and_published_held() -> None:
    bridge = Bridge()
    proposal = voting(bridge, VotingTerms())
    bridge.take(verdict(proposal))
    bridge.succeed_all("clean_partition")
    bridge.succeed("publish_table")
    (aftermath,) = bridge.payloads(ProposalAftermath)
    assert (aftermath.proposal_id, aftermath.held) == (proposal.proposal_id, True)


@pytest.mark.parametrize(("code", "held"), [("quality_below_minimum", [False]), ("disk_full", [])])
def test_what_could_not_be_published_for_its_quality_did_not_hold(
    code: str, held: list[bool]
) -> None:
    bridge = Bridge()
    bridge.take(verdict(voting(bridge, VotingTerms())))
    bridge.succeed_all("clean_partition")
    answer = response(bridge.request("publish_table"))
    assert answer.failure is None
    failure = {"code": code, "detail": "no", "remedy": "mend", "retryable": False}
    bridge.take(
        type(answer).model_validate({**dict(answer), "outcome": "failed", "failure": failure})
    )
    assert [each.held for each in bridge.payloads(ProposalAftermath)] == held


def test_a_proposal_has_the_id_of_the_attempt_that_it_decides() -> None:
    bridge = Bridge()
    proposal = voting(bridge, VotingTerms())
    assert proposal.proposal_id == proposal_id_of(bridge.task("decide_schema"))
