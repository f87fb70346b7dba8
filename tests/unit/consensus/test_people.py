"""People in the electorate: roles that approve, object, or do not answer in time."""

from datetime import timedelta

from consensus.domain.proposals import APPROVAL_TIMEOUT_SECONDS
from shared.contracts.electorates import ElectorKind
from shared.contracts.topics import HUB
from shared.contracts.voting import (
    ProposalCancellation,
    ProposalClose,
    ProposalKind,
    ProposalOutcome,
    VoteChoice,
    VotingStage,
)
from tests.unit.consensus.chamber import OPENED_AT, TERMS, TIMEOUT_SECONDS, Chamber

APPROVE, REJECT, ABSTAIN = VoteChoice.APPROVE, VoteChoice.REJECT, VoteChoice.ABSTAIN
PEOPLE = VotingStage.PEOPLE


def a_chamber(*roles: str, size: int = 2) -> Chamber:
    """Return an open chamber whose proposal asks for these roles."""
    chamber = Chamber(size)
    kind = ProposalKind.SCHEMA if size else ProposalKind.QUESTION
    asked = {"approval_roles": roles, "proposal_kind": kind}
    chamber.proposal = chamber.proposal.model_copy(update=asked)
    chamber.open()
    return chamber


def agents_accept(chamber: Chamber) -> None:
    chamber.vote(0, APPROVE)
    chamber.vote(1, APPROVE)


def outcomes(chamber: Chamber) -> list[ProposalOutcome]:
    return [conclusion.outcome for conclusion in chamber.conclusions]


def test_roles_join_the_electorate_with_the_services_key_and_are_not_sent_anything() -> None:
    chamber = a_chamber("steward", "owner")
    people = [each for each in chamber.proposal.electorate if each.kind is ElectorKind.PERSON]
    assert [each.agent_id for each in people] == ["role:owner", "role:steward"]
    assert {each.public_key for each in people} == {TERMS.public_key}
    recipients = {send.recipient_id for send in chamber.sends if send.topic is HUB}
    assert recipients == {"agent-00", "agent-01"}


def test_what_agents_accepted_waits_for_people_with_a_deadline_of_their_own() -> None:
    chamber = a_chamber("steward")
    agents_accept(chamber)
    assert outcomes(chamber) == []
    patience = timedelta(seconds=TIMEOUT_SECONDS + APPROVAL_TIMEOUT_SECONDS)
    assert chamber.timers[0].due == OPENED_AT + patience
    chamber.speak_for("steward", APPROVE)
    assert outcomes(chamber) == [ProposalOutcome.ACCEPTED]
    assert chamber.conclusions[0].roles_approved == ("steward",)
    assert chamber.conclusions[0].votes[-1].person == "mara"


def test_a_role_may_approve_before_the_agents_do() -> None:
    chamber = a_chamber("steward")
    chamber.speak_for("steward", APPROVE)
    agents_accept(chamber)
    assert outcomes(chamber) == [ProposalOutcome.ACCEPTED]


def test_a_persons_rejection_needs_no_row() -> None:
    chamber = a_chamber("owner", "steward")
    chamber.speak_for("owner", APPROVE, "noor")
    chamber.speak_for("owner", REJECT, "mara")
    assert outcomes(chamber) == [ProposalOutcome.REJECTED]
    assert chamber.conclusions[0].reason.startswith("owner rejected it")


def test_people_are_not_waited_for_where_agents_do_not_accept() -> None:
    chamber = a_chamber("steward")
    chamber.vote(0, REJECT)
    chamber.vote(1, REJECT)
    assert outcomes(chamber) == [ProposalOutcome.REJECTED]


def test_people_who_do_not_answer_in_time_have_not_approved() -> None:
    chamber = a_chamber("owner", "steward")
    agents_accept(chamber)
    chamber.speak_for("owner", APPROVE)
    chamber.speak_for("steward", ABSTAIN)
    (marker,) = chamber.reach_deadline()
    assert marker.payload == ProposalClose(proposal_id="proposal-1", stage=PEOPLE)
    chamber.close(PEOPLE)
    assert outcomes(chamber) == [ProposalOutcome.TIMED_OUT]
    assert chamber.conclusions[0].roles_outstanding == ("steward",)
    assert chamber.conclusions[0].reason.startswith("steward did not answer before the deadline")


def test_the_agents_mark_does_not_end_the_peoples_stage() -> None:
    chamber = a_chamber("steward")
    agents_accept(chamber)
    chamber.close(VotingStage.AGENTS)
    assert outcomes(chamber) == []


def test_agents_are_late_in_the_peoples_stage() -> None:
    chamber = a_chamber("steward")
    agents_accept(chamber)
    chamber.vote(0, REJECT)
    chamber.veto(1)
    chamber.speak_for("steward", APPROVE)
    (conclusion,) = chamber.conclusions
    assert (conclusion.outcome, conclusion.late) == (ProposalOutcome.ACCEPTED, 2)


def test_a_question_may_be_for_people_alone() -> None:
    chamber = a_chamber("owner", "steward", size=0)
    assert outcomes(chamber) == []
    chamber.speak_for("owner", APPROVE)
    chamber.speak_for("steward", APPROVE)
    assert outcomes(chamber) == [ProposalOutcome.ACCEPTED]


def test_what_agents_can_check_is_not_for_people_alone() -> None:
    chamber = Chamber(0)
    asked = {"approval_roles": ("owner",)}
    chamber.proposal = chamber.proposal.model_copy(update=asked)
    chamber.open()
    assert outcomes(chamber) == [ProposalOutcome.INVALID_ELECTORATE]


def test_many_words_for_a_role_leave_room_for_a_rejection() -> None:
    chamber = a_chamber("steward")
    for number in range(9):
        chamber.speak_for("steward", ABSTAIN, f"person {number}")
    chamber.speak_for("steward", REJECT)
    assert outcomes(chamber) == [ProposalOutcome.REJECTED]


def test_a_cancelled_proposal_is_over_at_once() -> None:
    chamber = a_chamber("steward")
    agents_accept(chamber)
    said = ProposalCancellation(proposal_id="proposal-1", pipeline_id="pipeline-1", reason="no use")
    chamber.take(said.model_copy(update={"pipeline_id": "another"}))
    assert outcomes(chamber) == []
    chamber.take(said)
    assert outcomes(chamber) == [ProposalOutcome.CANCELLED]
    assert chamber.conclusions[0].reason == "cancelled: no use"
    assert chamber.timers == []
