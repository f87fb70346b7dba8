"""What each agent of an electorate weighs under a rule, in integers."""

from collections.abc import Mapping, Sequence
from typing import assert_never

from shared.contracts.electorates import Elector, ElectorKind, VotingRule

CAPPED_ELECTORATE_MIN = 4
"""Of fewer than four, somebody always has a third: there all weigh the same."""


def counted_weights(rule: VotingRule, electorate: Sequence[Elector]) -> Mapping[str, int]:
    """Return the weight that the rule gives to each agent; people have none."""
    weights = {
        elector.agent_id: elector.weight
        for elector in electorate
        if elector.kind is ElectorKind.AGENT
    }
    match rule:
        case VotingRule.MAJORITY | VotingRule.TWO_THIRDS | VotingRule.UNANIMOUS:
            return weights
        case VotingRule.BYZANTINE:
            return dict.fromkeys(weights, 1)
        case VotingRule.WEIGHTED:
            return _capped(weights)
        case _:
            assert_never(rule)


def _capped(weights: Mapping[str, int]) -> Mapping[str, int]:
    """Cap the weights as high as leaves each below a third of what all then weigh."""
    if len(weights) < CAPPED_ELECTORATE_MIN:
        return dict.fromkeys(weights, 1)
    cap = max(weights.values())
    while 3 * cap >= sum(min(weight, cap) for weight in weights.values()):
        cap -= 1
    return {agent_id: min(weight, cap) for agent_id, weight in weights.items()}
