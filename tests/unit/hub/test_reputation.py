"""What an agent's votes turned out to be worth: who is judged by what, once, and within bounds."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.reputation import (
    AWAITED_MAX,
    REPUTATIONS_MAX,
    AwaitedAftermath,
    ReputationRecord,
    weight_of,
)
from shared.contracts.electorates import VotingRule
from shared.contracts.vocabulary import Artifact
from shared.contracts.voting import (
    ConsensusResult,
    CountedVote,
    ProposalAftermath,
    ProposalOutcome,
    VoteChoice,
)
from shared.contracts.witnesses import VetoState, VetoView, Witness
from tests.unit.hub.harbour import Harbour

APPROVE, REJECT, ABSTAIN = VoteChoice.APPROVE, VoteChoice.REJECT, VoteChoice.ABSTAIN
ACCEPTED, REJECTED = ProposalOutcome.ACCEPTED, ProposalOutcome.REJECTED
WITNESS = Witness.of(
    ("file:///part-1.csv", 17, "fare"), rule="is a number", value_hash="0" * 64, shown="n/a"
)

Choices = Mapping[str, VoteChoice]
choices = st.dictionaries(
    st.sampled_from(["anna", "bert", "cleo", "dora"]), st.sampled_from(VoteChoice), max_size=4
)
counts = st.integers(0, 10_000)


def decided(
    votes: Choices,
    outcome: ProposalOutcome = ACCEPTED,
    *,
    vetoes: Mapping[str, VetoState] | None = None,
    proposal_id: str = "proposal",
) -> ConsensusResult:
    return ConsensusResult(
        proposal_id=proposal_id,
        pipeline_id="pipeline",
        task_id="task",
        subject="schema of table trips",
        outcome=outcome,
        rule=VotingRule.MAJORITY,
        electorate_size=len(votes),
        electorate_hash="e0",
        artifact=Artifact(name="c", uri="file:///c", task_id="t", attempt=1, content_hash="c0"),
        approvals=0,
        rejections=0,
        abstentions=0,
        votes=tuple(
            CountedVote(voter_id=voter_id, choice=choice, confidence=1, reason="looked")
            for voter_id, choice in votes.items()
        ),
        reason="counted",
        vetoes=tuple(
            VetoView(claimant_id=claimant_id, state=state, witness=WITNESS)
            for claimant_id, state in (vetoes or {}).items()
        ),
    )


def aftermath(*, held: bool) -> ProposalAftermath:
    return ProposalAftermath(
        proposal_id="proposal", pipeline_id="pipeline", held=held, reason="rows were read"
    )


def after(*told: ConsensusResult | ProposalAftermath) -> Harbour:
    harbour = Harbour()
    for each in told:
        harbour.take(each, recipient="planner" if isinstance(each, ConsensusResult) else "hub")
    return harbour


def known(harbour: Harbour) -> dict[str, tuple[int, int, int]]:
    """Return (votes, agreed, disagreed) of each agent."""
    found = harbour.records.select(ReputationRecord, "all", "")
    return {each.agent_id: (each.votes, each.agreed, each.disagreed) for each in found}


def test_an_outcome_alone_judges_nobody() -> None:
    votes = {"anna": APPROVE, "bert": REJECT}
    for outcome in ProposalOutcome:
        assert known(after(decided(votes, outcome))) == {"anna": (1, 0, 0), "bert": (1, 0, 0)}


def test_what_held_agrees_with_its_approvers_and_what_broke_with_its_rejecters() -> None:
    accepted = decided({"anna": APPROVE, "bert": REJECT, "cleo": ABSTAIN})
    held = known(after(accepted, aftermath(held=True)))
    assert held == {"anna": (1, 1, 0), "bert": (1, 0, 1), "cleo": (1, 0, 0)}
    broken = known(after(accepted, aftermath(held=False)))
    assert broken == {"anna": (1, 0, 1), "bert": (1, 1, 0), "cleo": (1, 0, 0)}


def test_a_confirmed_veto_judges_both_sides_at_once_and_for_good() -> None:
    votes = {"anna": APPROVE, "bert": REJECT, "cleo": ABSTAIN}
    vetoed = decided(votes, REJECTED, vetoes={"bert": VetoState.CONFIRMED})
    expected = {"anna": (1, 0, 1), "bert": (1, 1, 0), "cleo": (1, 0, 0)}
    assert known(after(vetoed)) == expected
    assert known(after(vetoed, aftermath(held=True))) == expected


def test_a_refuted_veto_counts_against_its_claimant_alone() -> None:
    """Whether the tally lists the claimant's void vote makes no difference."""
    for votes in ({"anna": APPROVE}, {"anna": APPROVE, "bert": REJECT}):
        refuted = decided(votes, vetoes={"bert": VetoState.REFUTED})
        assert known(after(refuted)) == {"anna": (1, 0, 0), "bert": (1, 0, 1)}
        held = after(refuted, aftermath(held=False))
        assert known(held) == {"anna": (1, 0, 1), "bert": (1, 0, 1)}


@given(votes=choices, outcome=st.sampled_from(ProposalOutcome), held=st.lists(st.booleans()))
def test_an_aftermath_judges_once_however_often_it_is_told(
    votes: Choices, outcome: ProposalOutcome, held: list[bool]
) -> None:
    told = decided(votes, outcome)
    harbour = after(told, *(aftermath(held=each) for each in held))
    assert known(harbour) == known(after(told, *(aftermath(held=each) for each in held[:1])))


@given(votes=choices, vetoes=st.dictionaries(st.sampled_from("abcd"), st.sampled_from(VetoState)))
def test_nobody_is_judged_for_more_votes_than_were_cast(
    votes: Choices, vetoes: Mapping[str, VetoState]
) -> None:
    harbour = after(decided(votes, vetoes=vetoes), aftermath(held=True))
    for cast, agreed, disagreed in known(harbour).values():
        assert agreed + disagreed <= cast


@given(agreed=counts, disagreed=counts)
def test_a_weight_is_within_its_bounds_and_moves_with_the_truth(
    agreed: int, disagreed: int
) -> None:
    weight = weight_of(agreed=agreed, disagreed=disagreed)
    assert 1 <= weight <= 100
    assert weight_of(agreed=agreed + 1, disagreed=disagreed) >= weight
    assert weight_of(agreed=agreed, disagreed=disagreed + 1) <= weight


@given(count=counts)
def test_who_is_right_as_often_as_wrong_weighs_like_a_stranger(count: int) -> None:
    assert weight_of(agreed=count, disagreed=count) == weight_of(agreed=0, disagreed=0) == 50


def test_what_is_remembered_is_bounded_and_the_longest_at_rest_goes_first() -> None:
    harbour = Harbour()
    for number in range(0, REPUTATIONS_MAX + 10, 10):
        votes = {f"agent-{number + place}": APPROVE for place in range(10)}
        harbour.wait(1)
        harbour.take(decided(votes, proposal_id=f"p-{number}"), recipient="planner")
    remembered = known(harbour)
    assert len(remembered) == REPUTATIONS_MAX
    assert "agent-0" not in remembered
    assert f"agent-{REPUTATIONS_MAX + 9}" in remembered
    awaited = list(harbour.records.select(AwaitedAftermath, "all", ""))
    assert len(awaited) <= AWAITED_MAX


def test_a_result_goes_on_to_the_planner_as_before() -> None:
    harbour = after(decided({"anna": APPROVE}))
    assert len(harbour.heard(ConsensusResult)) == 1
