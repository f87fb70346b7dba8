"""How often each agent's vote agreed with what turned out true, as a count and as a weight.

Two things tell what was true. A veto does at once: a witness that another elector confirmed shows
that who approved had not looked closely, and one that all others refuted shows the same of its
claimant. The aftermath of an accepted proposal does later: the data agreed with it, or did not.
An outcome by itself tells nothing, for a majority may be wrong. So most votes are never judged,
and an agent of whom nothing is known weighs half of one who was always right.
"""

from collections.abc import Iterable
from typing import ClassVar

from pydantic import AwareDatetime, Field

from shared.contracts.electorates import ElectorKind
from shared.contracts.machine import Decision
from shared.contracts.voting import (
    ConsensusResult,
    CountedVote,
    ProposalAftermath,
    ProposalOutcome,
    VoteChoice,
)
from shared.contracts.witnesses import VetoState
from shared.kernel.records import Record

REPUTATIONS_MAX = 1000
"""Agents whose votes are remembered, gone ones too: 20 fleets of 50, some 200 kB."""

AWAITED_MAX = 500
"""Accepted proposals whose aftermath is awaited, each some 2 kB with the votes of 50 electors."""

WEIGHT_MAX = 100
"""The weight of an elector who would always be right (shared.contracts.electorates.Elector)."""


def weight_of(*, agreed: int, disagreed: int) -> int:
    """Return the weight from 1 to 100 that so many judged votes have earned; 50 for none.

    Laplace's rule of succession: the chance that the next vote is true, in hundredths.
    """
    return max(1, WEIGHT_MAX * (agreed + 1) // (agreed + disagreed + 2))


class ReputationRecord(Record):
    """What one agent's votes turned out to be worth."""

    kind: ClassVar[str] = "reputation"

    agent_id: str
    votes: int = Field(default=0, ge=0)
    """Votes that were counted for it."""
    agreed: int = Field(default=0, ge=0)
    """Votes that turned out true."""
    disagreed: int = Field(default=0, ge=0)
    """Votes that turned out false; of the others nothing is known."""
    changed_at: AwareDatetime

    @property
    def key(self) -> str:
        """The agent's id."""
        return self.agent_id

    @property
    def rank(self) -> str:
        """When it last changed, so that the one to forget comes first."""
        return self.changed_at.isoformat(timespec="microseconds")

    @property
    def weight(self) -> int:
        """What the agent weighs in a proposal whose weights are by reputation."""
        return weight_of(agreed=self.agreed, disagreed=self.disagreed)

    def indexes(self) -> Iterable[tuple[str, str]]:
        """All are in one index, the one that has rested longest first."""
        return (("all", ""),)


class AwaitedAftermath(Record):
    """Who said what to an accepted proposal, until it is known whether it held."""

    kind: ClassVar[str] = "awaited_aftermath"

    proposal_id: str
    approvers: tuple[str, ...]
    rejecters: tuple[str, ...]
    decided_at: AwareDatetime

    @property
    def key(self) -> str:
        """The proposal's id."""
        return self.proposal_id

    @property
    def rank(self) -> str:
        """When it was decided, so that the one to forget comes first."""
        return self.decided_at.isoformat(timespec="microseconds")

    def indexes(self) -> Iterable[tuple[str, str]]:
        """All are in one index, the oldest first."""
        return (("all", ""),)


def take_result(decision: Decision, decided: ConsensusResult) -> None:
    """Count the votes of a result, and judge those that its vetoes already tell about."""
    votes = [vote for vote in decided.votes if vote.kind is ElectorKind.AGENT]
    refuted = _claimants(decided, VetoState.REFUTED)
    for voter_id in sorted({vote.voter_id for vote in votes} | refuted):
        _count(decision, voter_id, votes=1, disagreed=int(voter_id in refuted))
    judged = [vote for vote in votes if vote.voter_id not in refuted]
    approvers = _voters(judged, VoteChoice.APPROVE)
    rejecters = _voters(judged, VoteChoice.REJECT)
    if _claimants(decided, VetoState.CONFIRMED):
        _judge(decision, agreed=rejecters, disagreed=approvers)
    elif decided.outcome is ProposalOutcome.ACCEPTED:
        decision.draft.put(
            AwaitedAftermath(
                proposal_id=decided.proposal_id,
                approvers=approvers,
                rejecters=rejecters,
                decided_at=decision.now,
            )
        )
    _forget_the_oldest(decision)


def take_aftermath(decision: Decision, aftermath: ProposalAftermath) -> None:
    """Judge the votes on an accepted proposal by whether it held; once, whoever says it again."""
    awaited = decision.draft.get(AwaitedAftermath, aftermath.proposal_id)
    if awaited is None:
        return
    decision.draft.delete(awaited)
    if aftermath.held:
        _judge(decision, agreed=awaited.approvers, disagreed=awaited.rejecters)
    else:
        _judge(decision, agreed=awaited.rejecters, disagreed=awaited.approvers)
    _forget_the_oldest(decision)


def _voters(votes: Iterable[CountedVote], choice: VoteChoice) -> tuple[str, ...]:
    return tuple(vote.voter_id for vote in votes if vote.choice is choice)


def _claimants(decided: ConsensusResult, state: VetoState) -> set[str]:
    return {veto.claimant_id for veto in decided.vetoes if veto.state is state}


def _judge(decision: Decision, *, agreed: Iterable[str], disagreed: Iterable[str]) -> None:
    for agent_id in agreed:
        _count(decision, agent_id, agreed=1)
    for agent_id in disagreed:
        _count(decision, agent_id, disagreed=1)


def _count(
    decision: Decision, agent_id: str, *, votes: int = 0, agreed: int = 0, disagreed: int = 0
) -> None:
    known = decision.draft.get(ReputationRecord, agent_id) or ReputationRecord(
        agent_id=agent_id, changed_at=decision.now
    )
    decision.draft.put(
        ReputationRecord(
            agent_id=agent_id,
            votes=known.votes + votes,
            agreed=known.agreed + agreed,
            disagreed=known.disagreed + disagreed,
            changed_at=decision.now,
        )
    )


def _forget_the_oldest(decision: Decision) -> None:
    for kind, kept_max in ((ReputationRecord, REPUTATIONS_MAX), (AwaitedAftermath, AWAITED_MAX)):
        kept = list(decision.draft.select(kind, "all", ""))
        for oldest in kept[: max(0, len(kept) - kept_max)]:
            decision.draft.delete(oldest)
