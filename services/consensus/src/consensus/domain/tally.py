"""The count: from an electorate's votes to an outcome, in integers alone.

The electorate is that of the moment at which the proposal opened. Whoever stays away stays in
the denominator, for otherwise killing voters would lower the bar. An outcome is named before
the close only when no vote that is still outstanding could change it.
"""

from dataclasses import dataclass
from typing import assert_never

from shared.contracts.electorates import VotingRule
from shared.contracts.voting import ProposalOutcome


@dataclass(frozen=True, slots=True)
class Tally:
    """Where a vote stands; electors in none of the counts have not voted yet."""

    electorate_size: int
    approvals: int = 0
    rejections: int = 0
    abstentions: int = 0
    equivocations: int = 0
    """Electors who voted twice differently: they have voted, and for neither side."""

    @property
    def outstanding(self) -> int:
        """How many electors have not voted yet."""
        voted = self.approvals + self.rejections + self.abstentions + self.equivocations
        return self.electorate_size - voted


def approvals_min(rule: VotingRule, electorate_size: int) -> int:
    """Return how many approvals accept a proposal; a tie is always one too few."""
    match rule:
        case VotingRule.MAJORITY | VotingRule.WEIGHTED:
            return electorate_size // 2 + 1
        case VotingRule.TWO_THIRDS:
            return 2 * electorate_size // 3 + 1
        case VotingRule.UNANIMOUS:
            return electorate_size
        case VotingRule.BYZANTINE:
            return (electorate_size + (electorate_size - 1) // 3 + 2) // 2
        case _:
            assert_never(rule)


def outcome_so_far(rule: VotingRule, tally: Tally) -> ProposalOutcome | None:
    """Return the outcome that no outstanding vote can change, or None while one could."""
    if tally.electorate_size == 0:
        return ProposalOutcome.INVALID_ELECTORATE
    needed = approvals_min(rule, tally.electorate_size)
    if tally.approvals >= needed:
        return ProposalOutcome.ACCEPTED
    if tally.approvals + tally.outstanding < needed:
        return ProposalOutcome.REJECTED
    return None


def outcome_at_close(rule: VotingRule, tally: Tally) -> ProposalOutcome:
    """Return the outcome once no more votes count; what is undecided has timed out."""
    return outcome_so_far(rule, tally) or ProposalOutcome.TIMED_OUT
