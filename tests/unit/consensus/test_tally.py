"""The count: exact thresholds, irreversible early decisions, a differential check."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consensus.domain.tally import Tally, approvals_min, outcome_at_close, outcome_so_far
from shared.contracts.electorates import VotingRule
from shared.contracts.voting import ProposalOutcome

MAJORITY = VotingRule.MAJORITY
ACCEPTED, REJECTED = ProposalOutcome.ACCEPTED, ProposalOutcome.REJECTED
TIMED_OUT = ProposalOutcome.TIMED_OUT


@st.composite
def tallies(draw: st.DrawFn, size_min: int = 1) -> Tally:
    size = draw(st.integers(size_min, 50))
    counts: list[int] = []
    for _ in range(4):
        counts.append(draw(st.integers(0, size - sum(counts))))
    return Tally(size, *counts)


@pytest.mark.parametrize("size", range(1, 51))
def test_exactly_the_threshold_accepts(size: int) -> None:
    needed = approvals_min(MAJORITY, size)
    assert (needed - 1) * 2 <= size < needed * 2
    below = Tally(size, approvals=needed - 1, rejections=size - needed + 1)
    assert outcome_so_far(MAJORITY, below) is REJECTED
    assert outcome_so_far(MAJORITY, Tally(size, approvals=needed)) is ACCEPTED
    above = min(needed + 1, size)
    assert outcome_so_far(MAJORITY, Tally(size, approvals=above)) is ACCEPTED


@pytest.mark.parametrize("size", range(1, 51))
def test_rejection_waits_for_the_vote_that_makes_it_certain(size: int) -> None:
    enough = size - approvals_min(MAJORITY, size)
    assert outcome_so_far(MAJORITY, Tally(size, rejections=enough)) is None
    assert outcome_so_far(MAJORITY, Tally(size, rejections=enough + 1)) is REJECTED


@pytest.mark.parametrize("size", range(2, 51, 2))
def test_a_tie_is_rejected(size: int) -> None:
    tie = Tally(size, approvals=size // 2, rejections=size // 2)
    assert outcome_at_close(MAJORITY, tie) is REJECTED


@pytest.mark.parametrize("size", range(1, 51))
def test_abstentions_and_equivocations_alone_accept_nothing(size: int) -> None:
    assert outcome_at_close(MAJORITY, Tally(size, abstentions=size)) is REJECTED
    assert outcome_at_close(MAJORITY, Tally(size, equivocations=size)) is REJECTED


def test_nobody_can_decide_nothing() -> None:
    assert outcome_so_far(MAJORITY, Tally(0)) is ProposalOutcome.INVALID_ELECTORATE


@given(tallies())
def test_the_close_accepts_nothing_that_was_undecided(tally: Tally) -> None:
    if outcome_so_far(MAJORITY, tally) is None:
        assert outcome_at_close(MAJORITY, tally) is TIMED_OUT


@given(tallies(), st.data())
def test_an_early_outcome_is_that_of_every_completion(tally: Tally, draws: st.DataObject) -> None:
    early = outcome_so_far(MAJORITY, tally)
    approving = draws.draw(st.integers(0, tally.outstanding))
    rejecting = draws.draw(st.integers(0, tally.outstanding - approving))
    completed = Tally(
        tally.electorate_size,
        tally.approvals + approving,
        tally.rejections + rejecting,
        tally.abstentions + tally.outstanding - approving - rejecting,
        tally.equivocations,
    )
    assert early in {None, outcome_at_close(MAJORITY, completed)}


@given(tallies())
def test_an_undecided_vote_can_still_go_both_ways(tally: Tally) -> None:
    if outcome_so_far(MAJORITY, tally) is not None:
        return
    size, left = tally.electorate_size, tally.outstanding
    approved = Tally(size, tally.approvals + left, tally.rejections)
    refused = Tally(size, tally.approvals, size - tally.approvals)
    assert outcome_at_close(MAJORITY, approved) is ACCEPTED
    assert outcome_at_close(MAJORITY, refused) is REJECTED


@given(tallies(size_min=1))
def test_an_approval_more_never_hurts(tally: Tally) -> None:
    if tally.rejections == 0 or outcome_at_close(MAJORITY, tally) is not ACCEPTED:
        return
    turned = Tally(
        tally.electorate_size,
        tally.approvals + 1,
        tally.rejections - 1,
        tally.abstentions,
        tally.equivocations,
    )
    assert outcome_at_close(MAJORITY, turned) is ACCEPTED


def reference_outcome(said: tuple[str, ...]) -> ProposalOutcome:
    """Return the outcome at the close, by brute force over what the silent could have said."""
    silent = said.count("nothing")
    spoken = [word for word in said if word != "nothing"]
    accepted = {
        2 * [*spoken, *others].count("yes") > len(said)
        for others in product(("yes", "no"), repeat=silent)
    }
    if accepted == {True}:
        return ACCEPTED
    return REJECTED if accepted == {False} else TIMED_OUT


@pytest.mark.parametrize("size", range(1, 6))
def test_every_small_vote_ends_as_brute_force_says(size: int) -> None:
    for said in product(("yes", "no", "abstain", "both", "nothing"), repeat=size):
        counts = (said.count(word) for word in ("yes", "no", "abstain", "both"))
        assert outcome_at_close(MAJORITY, Tally(size, *counts)) is reference_outcome(said)


@given(tallies(size_min=0))
def test_the_count_knows_integers_only(tally: Tally) -> None:
    assert type(approvals_min(MAJORITY, tally.electorate_size)) is int
    assert type(tally.outstanding) is int
