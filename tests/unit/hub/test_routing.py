"""Where messages go, who votes, and what becomes of the undeliverable."""

import base64
from hashlib import sha256

import pytest

from shared.contracts import wire
from shared.contracts.electorates import Weighting
from shared.contracts.payloads import DeadLetter
from shared.contracts.topics import CONSENSUS, DEAD_LETTERS, INBOX, PLANNER
from shared.contracts.vocabulary import Artifact
from shared.contracts.voting import (
    ProposalCancellation,
    ProposalClose,
    ProposalKind,
    SchemaProposal,
    VoteChoice,
)
from tests.unit.hub.harbour import Harbour, message, registration, response
from tests.unit.hub.test_reputation import aftermath, decided

PROPOSAL = SchemaProposal(
    proposal_id="proposal",
    pipeline_id="pipeline",
    task_id="decide",
    subject="schema of new table flights",
    proposer_id="bert",
    artifact=Artifact(
        name="schema_contract", uri="file:///schema", task_id="propose", attempt=1, content_hash="0"
    ),
)
VOTER = "validate_proposal"


@pytest.fixture
def harbour() -> Harbour:
    return Harbour()


def electorate(harbour: Harbour) -> list[str]:
    harbour.take(PROPOSAL)
    (proposal,) = harbour.heard(SchemaProposal)
    return [elector.agent_id for elector in proposal.electorate]


def test_the_electorate_is_every_active_voter_but_the_proposer(harbour: Harbour) -> None:
    harbour.board(*(registration(agent, VOTER) for agent in ("carl", "bert", "anna")))
    harbour.board(registration("dora", "clean_partition"))
    harbour.take(registration("emil", VOTER))
    assert electorate(harbour) == ["anna", "carl"]


def test_the_electorate_is_hashed_and_sent_to_consensus(harbour: Harbour) -> None:
    harbour.board(registration("anna", VOTER))
    harbour.sent.clear()
    harbour.take(PROPOSAL)
    (send,) = harbour.sent
    assert (send.topic, send.key, send.recipient_id) == (CONSENSUS, "proposal", "consensus")
    assert isinstance(send.payload, SchemaProposal)
    expected = sha256(b'["majority",[["anna","key of anna",1,"agent"]]]').hexdigest()
    assert send.payload.electorate_hash == expected


def test_a_proposal_that_nobody_wants_any_more_is_cancelled_at_consensus(harbour: Harbour) -> None:
    cancelled = ProposalCancellation(
        proposal_id="proposal", pipeline_id="pipeline", reason="the goal was cancelled"
    )
    harbour.take(cancelled, recipient="consensus")
    (send,) = harbour.sent
    assert (send.topic, send.key, send.recipient_id) == (CONSENSUS, "proposal", "consensus")
    assert send.payload == cancelled


def test_weights_are_equal_unless_reputation_is_asked_for(harbour: Harbour) -> None:
    harbour.board(*(registration(agent, VOTER) for agent in ("anna", "carl")))
    harbour.take(decided({"anna": VoteChoice.APPROVE}), recipient="planner")
    harbour.take(aftermath(held=True))
    weights: list[list[int]] = []
    for weighting in Weighting:
        harbour.take(PROPOSAL.model_copy(update={"weights": weighting}))
        (proposal,) = harbour.heard(SchemaProposal)
        weights.append([elector.weight for elector in proposal.electorate])
    assert weights == [[1, 1], [66, 50]]


def test_a_question_to_people_has_no_agents(harbour: Harbour) -> None:
    harbour.board(registration("anna", VOTER))
    harbour.take(PROPOSAL.model_copy(update={"proposal_kind": ProposalKind.QUESTION}))
    (proposal,) = harbour.heard(SchemaProposal)
    assert proposal.electorate == ()


def test_a_proposal_without_voters_still_reaches_consensus(harbour: Harbour) -> None:
    assert electorate(harbour) == []


def test_a_message_to_an_agent_goes_to_its_slot(harbour: Harbour) -> None:
    harbour.board(registration("anna"), registration("bert"))
    harbour.sent.clear()
    harbour.take(PROPOSAL, recipient="bert")
    (send,) = harbour.sent
    assert (send.topic, send.partition, send.key) == (INBOX, 1, "bert")
    assert (send.payload, send.conversation_id) == (PROPOSAL, "pipeline")


def test_a_message_to_the_planner_is_keyed_by_its_pipeline(harbour: Harbour) -> None:
    harbour.take(response("clean", "anna"), recipient="planner")
    (send,) = harbour.sent
    assert (send.topic, send.recipient_id, send.key) == (PLANNER, "planner", "pipeline")


def test_a_message_to_nobody_is_a_dead_letter_with_its_content(harbour: Harbour) -> None:
    harbour.take(PROPOSAL, recipient="nobody")
    assert harbour.sent[0].topic == DEAD_LETTERS
    (letter,) = harbour.heard(DeadLetter)
    assert letter.reason == "recipient_unknown"
    assert "nobody" in letter.detail
    content = base64.b64decode(letter.content)
    assert wire.decode(content) == message(PROPOSAL, recipient="nobody")


def test_a_message_to_a_lost_agent_is_a_dead_letter(harbour: Harbour) -> None:
    harbour.board(registration("anna"))
    harbour.wait(30)
    harbour.take(PROPOSAL, recipient="anna")
    assert [letter.reason for letter in harbour.heard(DeadLetter)] == ["recipient_gone"]


def test_what_the_hub_does_not_take_is_a_dead_letter(harbour: Harbour) -> None:
    harbour.take(ProposalClose(proposal_id="proposal"))
    assert [letter.reason for letter in harbour.heard(DeadLetter)] == ["payload_unexpected"]


def test_the_planner_gets_nothing_that_is_about_no_pipeline(harbour: Harbour) -> None:
    harbour.take(ProposalClose(proposal_id="proposal"), recipient="planner")
    assert [letter.reason for letter in harbour.heard(DeadLetter)] == ["recipient_unknown"]


def test_a_dead_letter_of_a_large_message_still_fits_on_its_topic(harbour: Harbour) -> None:
    large = PROPOSAL.model_copy(update={"subject": "s" * 900_000})
    harbour.take(large, recipient="nobody")
    (letter,) = harbour.heard(DeadLetter)
    assert len(wire.encode(message(letter))) < 1_000_000
