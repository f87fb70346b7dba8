"""The count: exact thresholds, irreversible early decisions, a differential check."""

from collections import Counter
from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consensus.domain.tally import Tally, approvals_min, outcome_at_close, outcome_so_far
from shared.contracts.electorates import VotingRule
from shared.contracts.voting import ProposalOutcome
from tests.consensus_histories import reference

ACCEPTED, REJECTED = ProposalOutcome.ACCEPTED, ProposalOutcome.REJECTED
SIZES = range(1, 51)
SPOKEN = ("yes", "no", "abstain", "void")

each_rule = pytest.mark.parametrize("rule", VotingRule)


def tally_of(said: tuple[str, ...], participation_min: int | None = None) -> Tally:
    count = Counter(said)
    return Tally(
        total=len(said),
        approved=count["yes"],
        rejected=count["no"] + count["objects"],
        abstained=count["abstain"],
        void=count["void"],
        open_vetoes=count["objects"],
        participation_min=participation_min or len(said) // 2 + 1,
    )


def votes(size: int, approving: int) -> tuple[str, ...]:
    return ("yes",) * approving + ("no",) * (size - approving)


@each_rule
def test_p11_thresholds_are_exact_at_one_less_and_one_more(rule: VotingRule) -> None:
    for size in SIZES:
        needed = approvals_min(rule, size)
        assert outcome_at_close(rule, tally_of(votes(size, needed - 1))) is REJECTED
        for approving in {needed, min(needed + 1, size)}:
            assert outcome_at_close(rule, tally_of(votes(size, approving))) is ACCEPTED


def test_the_thresholds_are_those_of_the_rules_table() -> None:
    table = {
        VotingRule.MAJORITY: (3, 4, 26),
        VotingRule.WEIGHTED: (3, 4, 26),
        VotingRule.TWO_THIRDS: (3, 5, 34),
        VotingRule.UNANIMOUS: (4, 7, 50),
        VotingRule.BYZANTINE: (3, 5, 34),
    }
    for rule, needed in table.items():
        assert tuple(approvals_min(rule, size) for size in (4, 7, 50)) == needed


@each_rule
def test_p16_every_split_of_every_electorate_ends_as_the_reference_says(rule: VotingRule) -> None:
    for size in SIZES:
        for approving, silent in product(range(size + 1), (0, 1, size // 3)):
            spoken = max(0, size - approving - silent)
            said = ("yes",) * approving + ("no",) * spoken
            said += ("nothing",) * (size - len(said))
            expected = reference.outcome_at_close(rule, [1] * size, said)
            assert outcome_at_close(rule, tally_of(said)) is expected


@each_rule
@pytest.mark.parametrize("size", range(1, 7))
def test_p16_every_small_vote_ends_as_the_reference_says(rule: VotingRule, size: int) -> None:
    words = (*SPOKEN, "nothing", "objects")
    for said in combinations_with_replacement(words, size):
        for minimum in (1, size // 2 + 1, size):
            expected = reference.outcome_at_close(rule, [1] * size, said, minimum)
            assert outcome_at_close(rule, tally_of(said, minimum)) is expected


@each_rule
@pytest.mark.parametrize("size", range(1, 5))
def test_p3_early_is_what_every_completion_comes_to_and_never_later(
    rule: VotingRule, size: int
) -> None:
    """Who is silent may say anything or nothing, or bring a row that another one confirms."""
    for said in combinations_with_replacement((*SPOKEN, "nothing", "objects"), size):
        completions = product(*(COMPLETIONS.get(word, (word,)) for word in said))
        endings = {ending_of(rule, completion) for completion in completions}
        early = outcome_so_far(rule, tally_of(said))
        assert {early} == (endings if len(endings) == 1 else {None}), said


COMPLETIONS = {
    "nothing": (*SPOKEN, "nothing", "objects", "confirmed"),
    "objects": ("objects", "void", "confirmed"),
}


def ending_of(rule: VotingRule, said: tuple[str, ...]) -> ProposalOutcome:
    return REJECTED if "confirmed" in said else outcome_at_close(rule, tally_of(said))


@st.composite
def splits(draw: st.DrawFn) -> tuple[str, ...]:
    size = draw(st.integers(1, 50))
    words = st.sampled_from((*SPOKEN, "nothing"))
    return tuple(draw(st.lists(words, min_size=size, max_size=size)))


@given(st.sampled_from(VotingRule), splits(), st.sampled_from(("no", "nothing", "abstain", "void")))
def test_p4_an_approval_more_never_hurts(
    rule: VotingRule, said: tuple[str, ...], before: str
) -> None:
    if before not in said or outcome_at_close(rule, tally_of(said)) is not ACCEPTED:
        return
    place = said.index(before)
    turned = (*said[:place], "yes", *said[place + 1 :])
    assert outcome_at_close(rule, tally_of(turned)) is ACCEPTED


def test_p8_two_byzantine_quorums_share_somebody_honest() -> None:
    for size in SIZES:
        lying_max = max(count for count in range(size) if 3 * count < size)
        quorum = approvals_min(VotingRule.BYZANTINE, size)
        assert 2 * quorum - size > lying_max
        assert 2 * (quorum - 1) - size <= lying_max, "no smaller quorum would do"
        assert quorum <= size - lying_max, "the honest ones are enough"


@each_rule
def test_p10_a_tie_is_rejected(rule: VotingRule) -> None:
    for size in range(2, 51, 2):
        assert outcome_at_close(rule, tally_of(votes(size, size // 2))) is REJECTED


@given(st.sampled_from(VotingRule), splits())
def test_p12_the_count_knows_integers_only(rule: VotingRule, said: tuple[str, ...]) -> None:
    tally = tally_of(said)
    assert type(approvals_min(rule, tally.total, tally.abstained)) is int
    assert type(tally.outstanding) is int
    assert type(tally.participation) is int


@each_rule
def test_p15_abstentions_alone_are_rejected_and_silence_is_no_quorum(rule: VotingRule) -> None:
    for size in SIZES:
        silent = tally_of(("nothing",) * size)
        assert outcome_so_far(rule, tally_of(("abstain",) * size)) is REJECTED
        assert outcome_so_far(rule, silent) is None
        assert outcome_at_close(rule, silent) is ProposalOutcome.NO_QUORUM


def test_rejection_is_certain_with_the_vote_that_makes_it_so() -> None:
    for size in SIZES:
        enough = size - approvals_min(VotingRule.MAJORITY, size)
        silent = ("nothing",) * (size - enough)
        assert outcome_so_far(VotingRule.MAJORITY, tally_of(("no",) * enough + silent)) is None
        decided = ("no",) * (enough + 1) + silent[1:]
        assert outcome_so_far(VotingRule.MAJORITY, tally_of(decided)) is REJECTED


def test_one_rejection_ends_what_must_be_unanimous() -> None:
    tally = tally_of(("no", "yes", "nothing", "nothing", "nothing"))
    assert outcome_so_far(VotingRule.UNANIMOUS, tally) is REJECTED
