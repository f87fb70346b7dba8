"""Objections that stand on rows: asked about, confirmed, refuted, or left open."""

from shared.contracts.topics import HUB
from shared.contracts.voting import ProposalOutcome, VoteChoice
from shared.contracts.witnesses import (
    WITNESS_TEXT_MAX,
    WITNESSES_MAX,
    Verdict,
    VetoState,
    Witness,
    WitnessCheck,
)
from tests.unit.consensus.chamber import ELECTORS, KEYS, Chamber, a_vote

APPROVE, REJECT = VoteChoice.APPROVE, VoteChoice.REJECT
CONFIRMED, REFUTED, UNREADABLE = Verdict.CONFIRMED, Verdict.REFUTED, Verdict.UNREADABLE


def a_chamber_with_a_veto(size: int = 5) -> Chamber:
    """Return a chamber in which all approve but the first, who has seen a row."""
    chamber = Chamber(size)
    chamber.open()
    chamber.veto(0)
    for voter in range(1, size):
        chamber.vote(voter, APPROVE)
    return chamber


def test_every_other_elector_is_asked_to_look_at_the_row() -> None:
    chamber = Chamber(size=3)
    chamber.open()
    sends = chamber.veto(1)
    assert [send.recipient_id for send in sends] == ["agent-00", "agent-02"]
    assert {send.topic for send in sends} == {HUB}
    assert all(
        isinstance(send.payload, WitnessCheck) and send.payload.claimant_id == "agent-01"
        for send in sends
    )


def test_an_open_veto_keeps_a_majority_from_deciding() -> None:
    chamber = a_chamber_with_a_veto()
    assert chamber.conclusions == []
    chamber.close()
    (conclusion,) = chamber.conclusions
    assert conclusion.outcome is ProposalOutcome.TIMED_OUT
    assert conclusion.vetoes[0].state is VetoState.OPEN
    assert "nobody looked into agent-00's objection: row 17" in conclusion.reason


def test_one_who_saw_the_row_too_outweighs_every_approval() -> None:
    chamber = a_chamber_with_a_veto()
    chamber.judge(1, 0, REFUTED)
    chamber.judge(2, 0, CONFIRMED)
    (conclusion,) = chamber.conclusions
    assert conclusion.outcome is ProposalOutcome.REJECTED
    assert conclusion.decided_at_position == chamber.position
    (veto,) = conclusion.vetoes
    assert (veto.confirmed_by, veto.refuted_by) == (("agent-02",), ("agent-01",))
    assert conclusion.reason.startswith(
        "agent-00 found a row that contradicts it, and agent-02 saw it too: "
        "row 17 of file:///p.csv, delay = 'n/a': is no DOUBLE"
    )


def test_a_veto_that_nobody_else_finds_is_worth_nothing() -> None:
    chamber = a_chamber_with_a_veto()
    for voter in (1, 2, 3):
        chamber.judge(voter, 0, REFUTED)
    assert chamber.conclusions == []
    chamber.judge(4, 0, UNREADABLE)
    (conclusion,) = chamber.conclusions
    assert conclusion.outcome is ProposalOutcome.ACCEPTED
    assert conclusion.vetoes[0].state is VetoState.REFUTED
    assert conclusion.figures is not None
    assert (conclusion.figures.approved, conclusion.figures.void) == (4, 1)


def test_at_the_close_one_who_looked_in_vain_is_enough() -> None:
    chamber = a_chamber_with_a_veto()
    chamber.judge(1, 0, REFUTED)
    chamber.close()
    assert chamber.conclusions[0].outcome is ProposalOutcome.ACCEPTED


def test_rows_that_nobody_could_read_leave_the_veto_open() -> None:
    chamber = a_chamber_with_a_veto()
    for voter in (1, 2, 3, 4):
        chamber.judge(voter, 0, UNREADABLE)
    chamber.close()
    assert chamber.conclusions[0].outcome is ProposalOutcome.TIMED_OUT


def test_a_second_and_other_verdict_takes_the_first_one_back() -> None:
    chamber = a_chamber_with_a_veto()
    chamber.judge(1, 0, REFUTED)
    chamber.judge(1, 0, CONFIRMED)
    chamber.close()
    (veto,) = chamber.conclusions[0].vetoes
    assert (veto.state, veto.unreadable_by) == (VetoState.OPEN, ("agent-01",))


def test_nobody_confirms_its_own_row_and_no_stranger_does() -> None:
    chamber = a_chamber_with_a_veto()
    chamber.judge(0, 0, CONFIRMED)
    chamber.judge(9, 0, CONFIRMED)
    chamber.judge(1, 2, CONFIRMED)
    assert chamber.conclusions == []


def test_a_rejection_without_a_row_is_a_vote_like_any_other() -> None:
    chamber = Chamber(size=3)
    chamber.open()
    assert chamber.vote(0, REJECT) == []
    chamber.vote(1, APPROVE)
    chamber.vote(2, APPROVE)
    assert chamber.conclusions[0].outcome is ProposalOutcome.ACCEPTED


def test_who_contradicts_itself_has_no_veto() -> None:
    chamber = Chamber(size=4)
    chamber.open()
    chamber.veto(0)
    chamber.vote(0, APPROVE)
    for voter in (1, 2, 3):
        chamber.vote(voter, APPROVE)
    (conclusion,) = chamber.conclusions
    assert conclusion.outcome is ProposalOutcome.ACCEPTED
    assert conclusion.equivocators == (ELECTORS[0].agent_id,)
    assert conclusion.vetoes == ()


def test_the_largest_veto_that_can_be_written_is_heard() -> None:
    chamber = Chamber(size=3)
    chamber.open()
    longest = "x" * WITNESS_TEXT_MAX
    witness = Witness.of((longest, 10**9, longest), rule=longest, value_hash="h", shown=longest)
    veto = a_vote(chamber.proposal, 0, REJECT).model_copy(
        update={"witnesses": (witness,) * WITNESSES_MAX}
    )
    assert len(chamber.say(veto, KEYS[0])) == 2, "both others are asked to look"
