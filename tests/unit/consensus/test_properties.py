"""The properties of a vote as a whole, over random histories of the real machine.

Those of the count alone (P3, P4, P8, P10 to P12, P15, P16) stand in `test_tally.py` too, where
they are tried exhaustively.
"""

import os
from datetime import timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.electorates import VotingRule
from shared.contracts.topics import HUB
from shared.contracts.voting import ConsensusResult, ProposalOutcome, VoteChoice, VotingStage
from tests.consensus_histories.checking import fault_of
from tests.consensus_histories.history import (
    STRANGER,
    Close,
    Event,
    History,
    Judgement,
    RoleVote,
    Vote,
    a_history,
)
from tests.consensus_histories.playing import play
from tests.consensus_histories.reference import weights_under
from tests.unit.consensus.chamber import (
    ELECTORS,
    KEYS,
    OPENED_AT,
    TIMEOUT_SECONDS,
    Chamber,
    a_proposal,
    a_vote,
)

HISTORIES = int(os.environ.get("ARGOSY_TEST_HISTORIES", "200"))
CHOICES = st.sampled_from(VoteChoice)
RULES = st.sampled_from(VotingRule)
CLOSED = Close(VotingStage.AGENTS)

histories = st.integers(0, 2**32).map(lambda seed: a_history(Random(seed)))
few = settings(max_examples=50)


def result_of(history: History) -> ConsensusResult:
    (conclusion,) = play(history).conclusions
    return conclusion


def honest(history: History) -> list[Vote]:
    """Return the first valid vote of each elector, without rows: what nobody takes back."""
    said: dict[int, Vote] = {}
    for event in history.events:
        if isinstance(event, Vote) and event.signer == event.voter < history.size:
            said.setdefault(event.voter, Vote(event.voter, event.choice, event.signer))
    return list(said.values())


def with_events(history: History, *events: Event) -> History:
    return History(
        rule=history.rule,
        weights=history.weights,
        events=(*events, CLOSED),
        participation_min=history.participation_min,
    )


@settings(max_examples=HISTORIES)
@given(histories, st.randoms(use_true_random=False))
def test_p1_every_history_has_one_result_and_it_is_the_references(
    history: History, chance: Random
) -> None:
    assert fault_of(history, chance) is None


@few
@given(histories, st.data())
def test_p2_order_and_repetition_of_votes_change_nothing(
    history: History, draws: st.DataObject
) -> None:
    said = honest(history)
    shuffled = draws.draw(st.permutations(said + said))
    before, after = (result_of(with_events(history, *each)) for each in (said, shuffled))
    assert after.outcome is before.outcome


@few
@given(histories, st.data())
def test_p3_an_early_decision_stands_whatever_would_have_followed(
    history: History, draws: st.DataObject
) -> None:
    said = honest(history)
    chamber = play(with_events(history, *said))
    decided_at = chamber.conclusions[0].decided_at_position or 0
    if not 0 < decided_at <= len(said):
        return
    early, silent = said[:decided_at], said[decided_at:]
    words = [Vote(each.voter, draws.draw(CHOICES), each.voter) for each in silent]
    completed = result_of(with_events(history, *early, *words))
    assert completed.outcome is chamber.conclusions[0].outcome


@few
@given(histories)
def test_p4_a_no_turned_into_yes_never_turns_accepted_into_rejected(history: History) -> None:
    said = honest(history)
    if result_of(with_events(history, *said)).outcome is not ProposalOutcome.ACCEPTED:
        return
    turned = [Vote(each.voter, VoteChoice.APPROVE, each.voter) for each in said]
    assert result_of(with_events(history, *turned)).outcome is ProposalOutcome.ACCEPTED


@few
@given(RULES, st.lists(CHOICES, min_size=1, max_size=7), st.data())
def test_p5_electors_of_equal_weight_are_interchangeable(
    rule: VotingRule, choices: list[VoteChoice], draws: st.DataObject
) -> None:
    swapped = draws.draw(st.permutations(choices))
    outcomes = {
        result_of(
            History(
                rule,
                (1,) * len(choices),
                (*(Vote(voter, choice, voter) for voter, choice in enumerate(each)), CLOSED),
            )
        ).outcome
        for each in (choices, swapped)
    }
    assert len(outcomes) == 1


@few
@given(histories)
def test_p6_strangers_forgeries_and_late_votes_have_no_effect(history: History) -> None:
    end = history.events.index(CLOSED)
    valid = [event for event in history.events[:end] if not is_foreign(history, event)]
    clean = History(
        history.rule,
        history.weights,
        (*valid, CLOSED, Close(VotingStage.PEOPLE)),
        history.participation_min,
    )
    noisy = History(
        history.rule,
        history.weights,
        (*history.events[:end], CLOSED, *history.events),
        history.participation_min,
    )
    before, after = result_of(clean), result_of(noisy)
    assert after.outcome is before.outcome
    assert after.figures == before.figures


def is_foreign(history: History, event: Event) -> bool:
    match event:
        case Vote(voter=voter, signer=signer) | Judgement(voter=voter, signer=signer):
            return voter >= history.size or signer != voter
        case RoleVote():
            return True
        case _:
            return False


@few
@given(histories, st.permutations((VoteChoice.APPROVE, VoteChoice.REJECT)))
def test_p7_who_contradicts_itself_is_worth_nothing_in_either_order(
    history: History, contradiction: list[VoteChoice]
) -> None:
    if history.size == 0:
        return
    others = [each for each in honest(history) if each.voter > 0]
    doubled = [Vote(0, choice, 0) for choice in contradiction]
    conclusion = result_of(with_events(history, *doubled, *others))
    if conclusion.decided_at_position == 1:
        return  # the first of the two decided; the second came too late to be heard
    assert conclusion.equivocators == ("agent-00",)
    assert conclusion.figures is not None
    assert conclusion.figures.void == weights_under(history.rule, history.weights)[0]


@few
@given(histories, st.integers(0, 40))
def test_p9_a_crash_before_any_event_leaves_the_same_bytes(history: History, place: int) -> None:
    undisturbed, crashed = play(history), play(history, {place})
    assert crashed.stored_bytes() == undisturbed.stored_bytes()
    assert crashed.sends == undisturbed.sends


@few
@given(histories, st.integers(1, 3))
def test_p13_a_deadline_that_rings_again_still_gives_one_result(
    history: History, rings: int
) -> None:
    chamber = Chamber(history.size)
    chamber.open()
    for vote in honest(history)[:2]:
        chamber.vote(vote.voter, vote.choice)
    for _ in range(rings):
        if chamber.timers:
            chamber.reach_deadline()
    for _ in range(rings):
        chamber.close()
    assert len(chamber.conclusions) == 1


def test_p13_a_clock_that_goes_back_moves_no_deadline() -> None:
    chamber = Chamber()
    chamber.open()
    due = chamber.timers[0].due
    chamber.now = due.replace(year=2001)
    chamber.vote(0, VoteChoice.APPROVE)
    assert chamber.timers[0].due == due
    assert due == OPENED_AT + timedelta(seconds=TIMEOUT_SECONDS)


@few
@given(RULES, CHOICES)
def test_p14_a_signed_vote_counts_for_nothing_else(rule: VotingRule, choice: VoteChoice) -> None:
    said = a_vote(a_proposal(ELECTORS[:3], rule=rule), 0, choice)
    other_rule = next(each for each in VotingRule if each is not rule)
    elsewhere = (
        a_proposal(ELECTORS[:3], "proposal-2", rule),
        a_proposal(ELECTORS[:3], rule=other_rule),
        a_proposal((ELECTORS[0], *ELECTORS[STRANGER - 1 :]), rule=rule),
    )
    for proposal in elsewhere:
        chamber = Chamber(0)
        chamber.proposal = proposal
        chamber.open()
        chamber.say(said, KEYS[0])
        chamber.close()
        conclusion = chamber.payloads_on(HUB)[0]
        assert conclusion.votes == ()
