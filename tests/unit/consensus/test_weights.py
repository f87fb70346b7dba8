"""What an elector weighs under a rule."""

from hypothesis import given
from hypothesis import strategies as st

from consensus.domain.weights import counted_weights
from shared.contracts.electorates import Elector, VotingRule, role_elector
from tests.consensus_histories import reference
from tests.unit.consensus.chamber import ELECTORS

WEIGHTS = st.lists(st.integers(1, 100), min_size=1, max_size=50)


def an_electorate(weights: list[int]) -> tuple[Elector, ...]:
    return tuple(
        elector.model_copy(update={"weight": weight})
        for elector, weight in zip(ELECTORS, weights, strict=False)
    )


@given(WEIGHTS)
def test_nobody_weighs_a_third_under_the_weighted_rule(weights: list[int]) -> None:
    counted = tuple(counted_weights(VotingRule.WEIGHTED, an_electorate(weights)).values())
    if len(weights) >= 4:
        assert 3 * max(counted) < sum(counted)
    else:
        assert counted == (1,) * len(weights)


@given(st.sampled_from(VotingRule), WEIGHTS)
def test_the_cap_is_as_high_as_it_can_be(rule: VotingRule, weights: list[int]) -> None:
    counted = counted_weights(rule, an_electorate(weights))
    assert list(counted.values()) == reference.weights_under(rule, weights)


def test_a_role_weighs_nothing_among_agents() -> None:
    electorate = (*an_electorate([2, 3]), role_elector("steward", "key"))
    counted = counted_weights(VotingRule.MAJORITY, electorate)
    assert counted == {"agent-00": 2, "agent-01": 3}
