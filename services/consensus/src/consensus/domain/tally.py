"""The rules: from weights to an outcome, in integers alone.

The electorate is that of the moment at which the proposal opened. Whoever stays away stays in
the denominator, for otherwise killing voters would lower the bar. An outcome is named before
the close only when nothing that is still awaited could change it. A rejection is certain when all
who are silent could not make up for it. An acceptance is certain when nobody is silent: one who
was silent may still bring the row that contradicts the proposal.
"""

from dataclasses import dataclass
from typing import assert_never

from shared.contracts.electorates import VotingRule
from shared.contracts.voting import ProposalOutcome


@dataclass(frozen=True, slots=True)
class Tally:
    """Where the agents' vote stands, in weight; what is in none of the sums is outstanding."""

    total: int
    approved: int = 0
    rejected: int = 0
    abstained: int = 0
    void: int = 0
    """Has voted and counts for neither side: contradicted itself, or objected to nothing real."""
    open_vetoes: int = 0
    """How many objections are not looked into yet, of the rejected; a number, not a weight."""
    participation_min: int = 0
    """What must take part for anything to be accepted."""

    @property
    def participation(self) -> int:
        """The weight of those whose word counts, abstentions among them."""
        return self.approved + self.rejected + self.abstained

    @property
    def outstanding(self) -> int:
        """The weight of those who have not voted yet."""
        return self.total - self.participation - self.void


def approvals_min(rule: VotingRule, total: int, abstained: int = 0) -> int:
    """Return the approving weight that accepts a proposal; a tie is always one too little."""
    match rule:
        case VotingRule.MAJORITY | VotingRule.WEIGHTED:
            return total // 2 + 1
        case VotingRule.TWO_THIRDS:
            return 2 * total // 3 + 1
        case VotingRule.UNANIMOUS:
            return max(1, total - abstained)
        case VotingRule.BYZANTINE:
            # Two quorums of ceil((n + f + 1) / 2) share f + 1 electors: one of them is honest.
            lying_max = (total - 1) // 3
            return (total + lying_max + 2) // 2
        case _:
            assert_never(rule)


def outcome_so_far(rule: VotingRule, tally: Tally) -> ProposalOutcome | None:
    """Return the outcome that nothing outstanding can change, or None while something could."""
    needed = approvals_min(rule, tally.total, tally.abstained)
    if tally.approved + tally.outstanding < needed:
        return ProposalOutcome.REJECTED
    if tally.outstanding or tally.open_vetoes:
        return None
    return outcome_at_close(rule, tally)


def outcome_at_close(rule: VotingRule, tally: Tally) -> ProposalOutcome:
    """Return the outcome once no more votes count; what is undecided has timed out."""
    needed = approvals_min(rule, tally.total, tally.abstained)
    if tally.approved + tally.outstanding < needed:
        return ProposalOutcome.REJECTED
    if tally.participation < tally.participation_min:
        return ProposalOutcome.NO_QUORUM
    if tally.approved < needed or tally.open_vetoes:
        return ProposalOutcome.TIMED_OUT
    return ProposalOutcome.ACCEPTED
