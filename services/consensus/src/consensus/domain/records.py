"""What consensus remembers: proposals, the votes on them, and how many there are."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from pydantic import Field

from shared.contracts.electorates import Elector
from shared.contracts.messages import ValidationVoteMessage
from shared.contracts.voting import ConsensusResult, SchemaProposal, VoteChoice
from shared.kernel.records import Record

VOTES_OF_AN_ELECTOR_MAX = 2
"""One that counts, or two that prove an equivocation; a third would prove nothing more."""


class ProposalRecord(Record):
    """A proposal as it was opened, and the one result that it came to."""

    kind: ClassVar[str] = "proposal"

    proposal: SchemaProposal
    """With electorate, timeout and deadline as they are for good."""
    opened_at: datetime
    conclusion: ConsensusResult | None = None
    concluded_at: datetime | None = None

    @property
    def key(self) -> str:
        """The proposal's id."""
        return self.proposal.proposal_id

    @property
    def parent(self) -> str:
        """The pipeline that asked."""
        return self.proposal.pipeline_id

    @property
    def rank(self) -> str:
        """When it was opened, so that listings are in order of time."""
        return self.opened_at.isoformat()

    @property
    def is_open(self) -> bool:
        """Whether votes still count."""
        return self.conclusion is None

    def elector(self, agent_id: str) -> Elector | None:
        """Return the member of the electorate with this id, or None."""
        return next((one for one in self.proposal.electorate if one.agent_id == agent_id), None)

    def indexes(self) -> Iterable[tuple[str, bool]]:
        """Concluded proposals are in one index, the oldest first."""
        return (("is_open", self.is_open),)


class BallotRecord(Record):
    """What one elector said to one proposal, kept signed as it came."""

    kind: ClassVar[str] = "ballot"

    votes: tuple[ValidationVoteMessage, ...] = Field(
        min_length=1, max_length=VOTES_OF_AN_ELECTOR_MAX
    )

    @property
    def proposal_id(self) -> str:
        """The proposal that was voted on."""
        return self.votes[0].data_payload.proposal_id

    @property
    def voter_id(self) -> str:
        """The elector who voted."""
        return self.votes[0].data_payload.voter_id

    @property
    def is_equivocation(self) -> bool:
        """Whether the elector voted twice differently."""
        return len(self.votes) > 1

    @property
    def counted_choice(self) -> VoteChoice | None:
        """The choice that counts; None for an equivocation."""
        return None if self.is_equivocation else self.votes[0].data_payload.choice

    @property
    def key(self) -> str:
        """The proposal and the voter."""
        return ballot_key(self.proposal_id, self.voter_id)

    @property
    def parent(self) -> str:
        """The proposal that was voted on."""
        return self.proposal_id

    def indexes(self) -> Iterable[tuple[str, str]]:
        """Ballots are found by their proposal, in order of the voters' ids."""
        return (("proposal_id", self.proposal_id),)


def ballot_key(proposal_id: str, voter_id: str) -> str:
    """Return the key of the voter's ballot on the proposal."""
    return f"{proposal_id}/{voter_id}"


class Occupancy(Record):
    """How many proposals a shard holds, so that limits need no counting."""

    kind: ClassVar[str] = "occupancy"

    open_proposals: int = 0
    concluded_proposals: int = 0

    @property
    def key(self) -> str:
        """There is one in a shard."""
        return "occupancy"
