"""A proposal's life, input by input."""

from datetime import timedelta

from consensus.domain import proposals
from consensus.domain.records import BallotRecord, Occupancy, ProposalRecord
from consensus.domain.refusals import RefusalsRecord
from shared.contracts import wire
from shared.contracts.machine import MessageReceived
from shared.contracts.topics import CONSENSUS, EVENTS, HUB
from shared.contracts.voting import (
    ConsensusResult,
    ProposalClose,
    ProposalOutcome,
    SchemaProposal,
    VoteChoice,
)
from tests.unit.consensus.chamber import (
    ELECTORS,
    KEYS,
    OPENED_AT,
    TIMEOUT_SECONDS,
    Chamber,
    a_message,
    a_proposal,
    a_vote,
)

APPROVE, REJECT, ABSTAIN = VoteChoice.APPROVE, VoteChoice.REJECT, VoteChoice.ABSTAIN


def test_an_opened_proposal_goes_to_each_elector_and_everyone_with_its_deadline() -> None:
    chamber = Chamber(size=3)
    sends = chamber.open()
    assert [send.recipient_id for send in sends] == [*(one.agent_id for one in ELECTORS[:3]), "*"]
    deadline = OPENED_AT + timedelta(seconds=TIMEOUT_SECONDS)
    assert [send.topic for send in sends] == [HUB, HUB, HUB, EVENTS]
    assert all(
        isinstance(send.payload, SchemaProposal) and send.payload.deadline == deadline
        for send in sends
    )


def test_a_proposal_may_bring_its_own_timeout() -> None:
    chamber = Chamber()
    chamber.proposal = chamber.proposal.model_copy(update={"timeout_seconds": 5.0})
    chamber.open()
    assert chamber.timers[0].due == OPENED_AT + timedelta(seconds=5)


def test_the_same_proposal_again_opens_nothing() -> None:
    chamber = Chamber()
    chamber.open()
    chamber.now += timedelta(seconds=10)
    assert chamber.open() == []
    assert chamber.timers[0].due == OPENED_AT + timedelta(seconds=TIMEOUT_SECONDS)


def test_the_deciding_vote_ends_the_proposal_at_once() -> None:
    chamber = Chamber(size=3)
    chamber.open()
    assert chamber.vote(0, APPROVE) == []
    assert chamber.vote(2, REJECT) == []
    to_planner, to_everyone = chamber.vote(1, APPROVE)
    assert (to_planner.topic, to_planner.recipient_id) == (HUB, "planner")
    assert (to_everyone.topic, to_everyone.key) == (EVENTS, "pipeline-1")
    assert isinstance(to_planner.payload, ConsensusResult)
    assert to_planner.payload.outcome is ProposalOutcome.ACCEPTED
    assert chamber.timers == []


def test_the_result_names_who_said_what_and_why() -> None:
    chamber = Chamber(size=3)
    chamber.open()
    chamber.vote(2, REJECT)
    chamber.vote(0, ABSTAIN)
    conclusion = chamber.conclusions[0]
    assert [(vote.voter_id, vote.choice) for vote in conclusion.votes] == [
        ("agent-00", ABSTAIN),
        ("agent-02", REJECT),
    ]
    assert conclusion.reason.startswith("0 of 3 electors approved, 2 are needed")


def test_the_deadline_puts_a_mark_into_the_log_and_decides_nothing() -> None:
    chamber = Chamber(size=3)
    chamber.open()
    (marker,) = chamber.reach_deadline()
    assert (marker.topic, marker.key) == (CONSENSUS, "proposal-1")
    assert marker.payload == ProposalClose(proposal_id="proposal-1")
    assert chamber.conclusions == []


def test_a_vote_ahead_of_the_mark_counts_after_the_deadline_too() -> None:
    chamber = Chamber(size=1)
    chamber.open()
    chamber.reach_deadline()
    chamber.vote(0, APPROVE)
    chamber.close()
    assert [each.outcome for each in chamber.conclusions] == [ProposalOutcome.ACCEPTED]


def test_a_majority_waits_for_the_silent_who_may_still_bring_a_row() -> None:
    chamber = Chamber(size=3)
    chamber.open()
    chamber.vote(0, APPROVE)
    chamber.vote(1, APPROVE)
    assert chamber.conclusions == []
    chamber.close()
    assert [each.outcome for each in chamber.conclusions] == [ProposalOutcome.ACCEPTED]


def test_what_is_undecided_at_the_mark_has_timed_out() -> None:
    chamber = Chamber(size=4)
    chamber.open()
    chamber.vote(0, APPROVE)
    chamber.vote(1, APPROVE)
    chamber.vote(3, REJECT)
    chamber.close()
    assert [each.outcome for each in chamber.conclusions] == [ProposalOutcome.TIMED_OUT]
    assert chamber.vote(2, APPROVE) == []


def test_only_the_services_own_mark_closes() -> None:
    chamber = Chamber()
    chamber.open()
    assert chamber.take(ProposalClose(proposal_id="proposal-1"), "agent-00") == []
    assert chamber.conclusions == []


def test_a_timer_or_mark_of_a_concluded_proposal_is_nothing() -> None:
    chamber = Chamber(size=1)
    chamber.open()
    timer = chamber.timers[0]
    chamber.vote(0, REJECT)
    chamber.stored[timer.kind, timer.key] = timer
    assert chamber.reach_deadline() == []
    assert chamber.close() == []


def test_an_empty_electorate_decides_nothing_at_once() -> None:
    chamber = Chamber(size=0)
    chamber.open()
    assert chamber.conclusions[0].outcome is ProposalOutcome.INVALID_ELECTORATE
    assert chamber.timers == []


def test_an_electorate_with_the_proposer_in_it_is_invalid() -> None:
    chamber = Chamber()
    chamber.proposal = chamber.proposal.model_copy(update={"proposer_id": "agent-01"})
    chamber.open()
    assert chamber.conclusions[0].outcome is ProposalOutcome.INVALID_ELECTORATE
    assert "agent-01 made the artifact" in chamber.conclusions[0].reason


def test_an_electorate_that_is_not_the_hashed_one_is_invalid() -> None:
    chamber = Chamber(size=3)
    chamber.proposal = chamber.proposal.model_copy(update={"electorate": ELECTORS[:2]})
    chamber.open()
    assert chamber.conclusions[0].outcome is ProposalOutcome.INVALID_ELECTORATE


def test_an_equivocator_counts_for_neither_side_and_shows() -> None:
    chamber = Chamber(size=3)
    chamber.open()
    for choice in (APPROVE, REJECT, ABSTAIN):
        chamber.vote(0, choice)
    chamber.vote(1, APPROVE)
    chamber.vote(2, APPROVE)
    conclusion = chamber.conclusions[0]
    assert (conclusion.approvals, conclusion.equivocators) == (2, ("agent-00",))
    (ballot,) = (each for each in chamber.stored.values() if each.key == "proposal-1/agent-00")
    assert isinstance(ballot, BallotRecord)
    assert len(ballot.votes) == 2


def test_the_very_same_vote_again_is_no_event() -> None:
    chamber = Chamber(size=3)
    chamber.open()
    chamber.vote(0, APPROVE)
    before = chamber.stored_bytes()
    assert chamber.vote(0, APPROVE) == []
    assert chamber.stored_bytes() == before


def test_a_vote_on_another_artifact_or_electorate_is_no_vote() -> None:
    chamber = Chamber(size=1)
    chamber.open()
    vote = a_vote(chamber.proposal, 0, APPROVE)
    for foreign in ({"artifact_hash": "c1"}, {"electorate_hash": "e1"}, {"proposal_id": "p9"}):
        message = a_message(vote.model_copy(update=foreign))
        assert chamber.feed(MessageReceived(wire.signed(message, KEYS[0]))) == []


def test_a_vote_of_more_than_32_kib_is_no_vote() -> None:
    chamber = Chamber(size=1)
    chamber.open()
    vote = a_vote(chamber.proposal, 0, APPROVE).model_copy(update={"reason": "x" * 32_768})
    assert chamber.feed(MessageReceived(wire.signed(a_message(vote), KEYS[0]))) == []


def test_a_full_house_turns_a_proposal_away_with_the_reason() -> None:
    chamber = Chamber()
    full = Occupancy(open_proposals=proposals.OPEN_PROPOSALS_MAX)
    chamber.preload(full)
    chamber.open()
    assert chamber.conclusions[0].outcome is ProposalOutcome.REJECTED
    assert "propose it again later" in chamber.conclusions[0].reason
    assert chamber.stored["occupancy", "occupancy"] == full.model_copy(
        update={"concluded_proposals": 1}
    )


def test_the_oldest_concluded_proposal_makes_room() -> None:
    chamber = Chamber(size=1)
    for number in range(proposals.CONCLUDED_PROPOSALS_MAX + 1):
        chamber.proposal = a_proposal(ELECTORS[:1], f"proposal-{number}")
        chamber.now += timedelta(seconds=1)
        chamber.open()
        chamber.vote(0, APPROVE)
    kept = [each for each in chamber.stored.values() if isinstance(each, ProposalRecord)]
    assert len(kept) == proposals.CONCLUDED_PROPOSALS_MAX
    assert ("proposal", "proposal-0") not in chamber.stored
    assert ("ballot", "proposal-0/agent-00") not in chamber.stored


def test_a_vote_on_an_unknown_proposal_is_kept_with_the_reason() -> None:
    chamber = Chamber()
    assert chamber.vote(0, APPROVE) == []
    (refusals,) = chamber.stored.values()
    assert isinstance(refusals, RefusalsRecord)
    (refusal,) = refusals.refusals
    assert (refusal.voter_id, refusal.reason) == ("agent-00", "unknown_proposal")
