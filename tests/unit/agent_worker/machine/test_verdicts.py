"""An agent's second look at rows that another elector brings against a proposal."""

from agent_worker.domain.actions import VerdictOutcome, VerdictRequest, VoteOutcome
from agent_worker.domain.ballots import CAST_MAX
from agent_worker.domain.records import BallotRecord
from agent_worker.domain.verdicts import VERDICTS_MAX
from shared.contracts.machine import DrainRequested
from shared.contracts.topics import CONSENSUS
from shared.contracts.voting import ValidationVote, VoteChoice
from shared.contracts.witnesses import Verdict, Witness, WitnessCheck, WitnessVerdict
from tests.unit.agent_worker.machine.berth import (
    AGENT_ID,
    Berth,
    a_proposal,
    an_artifact,
    an_outcome,
)

ROW = Witness.of(("file:///a.csv", 7, "size"), rule="is no number", value_hash="0")
SEEN = VerdictOutcome(verdict=Verdict.CONFIRMED, reason="I read it myself.")
ABSTENTION = VoteOutcome(choice=VoteChoice.ABSTAIN, confidence=0, evidence=(), reason="no rows")


def a_check(claimant_id: str = "agent-b", **changes: object) -> WitnessCheck:
    check = WitnessCheck(
        proposal_id="proposal-1",
        pipeline_id="pipeline-1",
        artifact=an_artifact("schema_contract"),
        electorate_hash="e0",
        claimant_id=claimant_id,
        witnesses=(ROW,),
    )
    return check.model_copy(update=changes)


def an_elector() -> Berth:
    """An agent that has voted on the proposal."""
    berth = Berth.admitted()
    berth.take(a_proposal())
    berth.end_activity(ABSTENTION)
    return berth


def test_the_very_rows_are_read_again() -> None:
    berth = an_elector()
    assert berth.take(a_check()) == []
    (request,) = berth.performs.values()
    assert request == VerdictRequest(proposal=a_proposal(), check=a_check(), voter_id=AGENT_ID)


def test_the_verdict_is_sent_bound_to_what_was_voted_on() -> None:
    berth = an_elector()
    berth.take(a_check())
    (send,) = berth.end_activity(SEEN)
    assert (send.topic, send.recipient_id, send.key) == (CONSENSUS, "consensus", "proposal-1")
    assert send.payload == WitnessVerdict(
        proposal_id="proposal-1",
        artifact_hash="c0",
        electorate_hash="e0",
        voter_id=AGENT_ID,
        claimant_id="agent-b",
        verdict=Verdict.CONFIRMED,
        reason=SEEN.reason,
    )


def test_each_claimant_is_answered_once() -> None:
    berth = an_elector()
    berth.take(a_check())
    berth.take(a_check())
    assert len(berth.performs) == 1
    berth.end_activity(SEEN)
    berth.take(a_check())
    assert berth.performs == {}
    berth.take(a_check("agent-c"))
    assert len(berth.performs) == 1


def test_an_agent_does_not_look_at_its_own_witnesses() -> None:
    berth = an_elector()
    berth.take(a_check(AGENT_ID))
    assert berth.performs == {}
    assert berth.sent(WitnessVerdict) == []


def test_rows_against_an_unknown_proposal_are_unreadable() -> None:
    berth = an_elector()
    berth.take(a_check(proposal_id="proposal-2"))
    berth.take(a_check(electorate_hash="other"))
    assert [each.verdict for each in berth.sent(WitnessVerdict)] == [Verdict.UNREADABLE] * 2
    assert berth.performs == {}


def test_a_look_that_goes_wrong_says_nothing_about_the_rows() -> None:
    berth = an_elector()
    berth.take(a_check())
    berth.end_activity(an_outcome())
    (verdict,) = berth.sent(WitnessVerdict)
    assert verdict.verdict is Verdict.UNREADABLE
    assert "ActionOutcome" in verdict.reason


def test_a_restart_in_the_middle_of_a_look_answers_once() -> None:
    berth = an_elector()
    berth.take(a_check())
    berth.restart("run-2")
    berth.end_activity(SEEN)
    assert len(berth.sent(WitnessVerdict)) == 1


def test_a_draining_agent_stops_looking_and_begins_no_look() -> None:
    berth = an_elector()
    berth.take(a_check())
    berth.feed(DrainRequested())
    assert berth.membership.state == "stopped"
    berth.take(a_check("agent-c"))
    assert berth.performs == {}
    assert berth.sent(WitnessVerdict) == []


def test_looks_under_way_are_bounded() -> None:
    berth = an_elector()
    for number in range(VERDICTS_MAX + 1):
        berth.take(a_check(f"claimant-{number}"))
    assert len(berth.performs) == VERDICTS_MAX


def test_a_proposal_that_comes_again_after_the_vote_gets_no_second_one() -> None:
    berth = an_elector()
    berth.take(a_proposal())
    assert berth.performs == {}
    assert len(berth.sent(ValidationVote)) == 1


def test_only_the_newest_proposals_are_remembered() -> None:
    berth = Berth.admitted()
    for number in range(CAST_MAX + 3):
        berth.advance(1)
        berth.take(a_proposal().model_copy(update={"proposal_id": f"proposal-{number:03}"}))
        berth.end_activity(ABSTENTION)
    known = sorted(each.key for each in berth.records.select(BallotRecord, "cast", ""))
    assert known == [f"proposal-{number:03}" for number in range(3, CAST_MAX + 3)]
