"""A rule and a proposal's standing in words: what people read beside the numbers."""

from typing import assert_never

from consensus.domain.counting import Count
from consensus.domain.records import ProposalRecord
from consensus.domain.tally import approvals_min
from shared.contracts.electorates import VotingRule
from shared.contracts.voting import SchemaProposal, VotingStage


def rule_in_words(proposal: SchemaProposal, count: Count) -> str:
    """Return when the proposal is accepted, with the numbers of its electorate."""
    tally = count.tally
    roles = sorted((*count.roles_approved, *count.roles_rejected, *count.roles_outstanding))
    people = f"every role approves ({', '.join(roles)})" if roles else ""
    if not tally.total:
        return people or "nobody can vote on it"
    needed = approvals_min(proposal.rule, tally.total, tally.abstained)
    agents = (
        f"{_share(proposal.rule, tally.total)}: at least {needed} of {tally.total}, with at least "
        f"{tally.participation_min} taking part and no row known that contradicts it"
    )
    return f"{agents}; and then {people}" if people else agents


def agents_in_words(record: ProposalRecord, count: Count) -> str:
    """Return how far the agents have come."""
    tally = count.tally
    if not tally.total:
        return "No agent votes on it: it is a question for people."
    stands = f"{tally.approved} of {tally.total} approve, {tally.rejected} reject"
    if record.stage is VotingStage.PEOPLE:
        return f"The agents have accepted it: {stands}."
    return f"The agents are voting: {stands}, {tally.outstanding} have not spoken yet."


def _share(rule: VotingRule, total: int) -> str:
    match rule:
        case VotingRule.MAJORITY:
            return "more than half of the agents' weight approves"
        case VotingRule.TWO_THIRDS:
            return "more than two thirds of the agents' weight approve"
        case VotingRule.UNANIMOUS:
            return "every agent approves that does not abstain"
        case VotingRule.WEIGHTED:
            return "more than half of the agents' weight approves, each below a third of all"
        case VotingRule.BYZANTINE:
            return f"so many agents approve that {(total - 1) // 3} of them may lie"
        case _:
            assert_never(rule)
