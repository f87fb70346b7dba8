"""An agent's vote on a proposal."""

from agent_worker.domain.actions import VoteOutcome, VoteRequest
from agent_worker.domain.ballots import BALLOTS_MAX
from shared.contracts.machine import DrainRequested
from shared.contracts.topics import CONSENSUS
from shared.contracts.voting import Evidence, ValidationVote, VoteChoice
from tests.unit.agent_worker.machine.berth import AGENT_ID, Berth, a_proposal, an_outcome

APPROVAL = VoteOutcome(
    choice=VoteChoice.APPROVE,
    confidence=0.9,
    evidence=(Evidence(partition="01.csv", rows_checked=1000, violations=0),),
    reason="1000 of 1000 rows fit",
)


def test_a_proposal_is_checked_by_its_elector() -> None:
    berth = Berth.admitted()
    assert berth.take(a_proposal()) == []
    (request,) = berth.performs.values()
    assert request == VoteRequest(proposal=a_proposal(), voter_id=AGENT_ID)


def test_the_judgement_is_cast_bound_to_what_was_checked() -> None:
    berth = Berth.admitted()
    berth.take(a_proposal())
    (send,) = berth.end_activity(APPROVAL)
    assert (send.topic, send.recipient_id, send.key) == (CONSENSUS, "consensus", "proposal-1")
    assert send.payload == ValidationVote(
        proposal_id="proposal-1",
        artifact_hash="c0",
        electorate_hash="e0",
        voter_id=AGENT_ID,
        choice=VoteChoice.APPROVE,
        confidence=0.9,
        evidence=APPROVAL.evidence,
        reason=APPROVAL.reason,
    )


def test_who_is_no_elector_does_not_vote() -> None:
    berth = Berth.admitted()
    berth.take(a_proposal(elector_id="agent-b"))
    assert berth.performs == {}


def test_the_same_proposal_twice_is_checked_once() -> None:
    berth = Berth.admitted()
    berth.take(a_proposal())
    berth.take(a_proposal())
    assert len(berth.performs) == 1


def test_a_check_that_goes_wrong_abstains_and_says_so() -> None:
    berth = Berth.admitted()
    berth.take(a_proposal())
    berth.end_activity(an_outcome())
    (vote,) = berth.sent(ValidationVote)
    assert (vote.choice, vote.confidence) == (VoteChoice.ABSTAIN, 0)
    assert "ActionOutcome" in vote.reason


def test_a_restart_in_the_middle_of_a_check_still_votes_once() -> None:
    berth = Berth.admitted()
    berth.take(a_proposal())
    berth.restart("run-2")
    berth.end_activity(APPROVAL)
    assert len(berth.sent(ValidationVote)) == 1


def test_a_draining_agent_still_casts_its_vote() -> None:
    berth = Berth.admitted()
    berth.take(a_proposal())
    berth.feed(DrainRequested())
    assert berth.membership.state == "draining"
    berth.end_activity(APPROVAL)
    assert berth.membership.state == "stopped"
    assert len(berth.sent(ValidationVote)) == 1


def test_checks_under_way_are_bounded() -> None:
    berth = Berth.admitted()
    for number in range(BALLOTS_MAX + 1):
        berth.take(a_proposal().model_copy(update={"proposal_id": f"proposal-{number}"}))
    assert len(berth.performs) == BALLOTS_MAX
