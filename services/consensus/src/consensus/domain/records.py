"""What consensus remembers: proposals, what was said on them, and how many there are."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from pydantic import Field

from shared.contracts.electorates import Elector, ElectorKind
from shared.contracts.messages import ValidationVoteMessage, WitnessVerdictMessage
from shared.contracts.voting import ConsensusResult, SchemaProposal, VoteChoice, VotingStage
from shared.contracts.witnesses import Verdict
from shared.kernel.records import Record

SAID_BY_AN_AGENT_MAX = 2
"""One that counts, or two that prove a contradiction; a third would prove nothing more."""

VOTES_OF_A_ROLE_MAX = 6
"""Several people may speak for a role; the last place is kept for a rejection, which decides."""


class ProposalRecord(Record):
    """A proposal as it was opened, and the one result that it came to."""

    kind: ClassVar[str] = "proposal"

    proposal: SchemaProposal
    """With electorate, timeouts and deadlines as they are for good."""
    opened_at: datetime
    opened_at_position: int = -1
    """Where the proposal is in its partition; -1 when not known."""
    stage: VotingStage = VotingStage.AGENTS
    """Whose votes are awaited, or were to the end."""
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

    def awaits(self, elector: Elector) -> bool:
        """Tell whether a word of this elector still counts: an agent's in its own stage only."""
        in_time = elector.kind is ElectorKind.PERSON or self.stage is VotingStage.AGENTS
        return self.is_open and in_time

    def indexes(self) -> Iterable[tuple[str, bool]]:
        """Concluded proposals are in one index, the oldest first."""
        return (("is_open", self.is_open),)


class BallotRecord(Record):
    """What one elector said to one proposal, kept signed as it came."""

    kind: ClassVar[str] = "ballot"

    votes: tuple[ValidationVoteMessage, ...] = Field(min_length=1, max_length=VOTES_OF_A_ROLE_MAX)
    positions: tuple[int, ...] = ()
    """Where each vote is in its partition; fewer than votes in records from before."""

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
        """Whether the elector said different things; of an agent, neither counts then."""
        return len(self.votes) > 1

    @property
    def choices(self) -> frozenset[VoteChoice]:
        """All that was chosen; of a role several people may choose differently."""
        return frozenset(vote.data_payload.choice for vote in self.votes)

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


class VerdictRecord(Record):
    """What one elector said of another's witnesses, kept signed as it came."""

    kind: ClassVar[str] = "verdict"

    verdicts: tuple[WitnessVerdictMessage, ...] = Field(
        min_length=1, max_length=SAID_BY_AN_AGENT_MAX
    )
    positions: tuple[int, ...]

    @property
    def proposal_id(self) -> str:
        """The proposal that the witnesses contradict."""
        return self.verdicts[0].data_payload.proposal_id

    @property
    def voter_id(self) -> str:
        """Who looked at them."""
        return self.verdicts[0].data_payload.voter_id

    @property
    def claimant_id(self) -> str:
        """Who brought them."""
        return self.verdicts[0].data_payload.claimant_id

    @property
    def verdict(self) -> Verdict:
        """The verdict that counts; one who contradicts itself has seen nothing for sure."""
        first, *others = self.verdicts
        return Verdict.UNREADABLE if others else first.data_payload.verdict

    @property
    def key(self) -> str:
        """The proposal, the claimant and who looked."""
        return verdict_key(self.proposal_id, self.claimant_id, self.voter_id)

    @property
    def parent(self) -> str:
        """The proposal that the witnesses contradict."""
        return self.proposal_id

    def indexes(self) -> Iterable[tuple[str, str]]:
        """Verdicts are found by their proposal, in order of claimants and voters."""
        return (("proposal_id", self.proposal_id),)


def ballot_key(proposal_id: str, voter_id: str) -> str:
    """Return the key of the voter's ballot on the proposal."""
    return f"{proposal_id}/{voter_id}"


def verdict_key(proposal_id: str, claimant_id: str, voter_id: str) -> str:
    """Return the key of the voter's verdict on the claimant's witnesses."""
    return f"{proposal_id}/{claimant_id}/{voter_id}"


class Occupancy(Record):
    """How many proposals a shard holds, so that limits need no counting."""

    kind: ClassVar[str] = "occupancy"

    open_proposals: int = 0
    concluded_proposals: int = 0

    @property
    def key(self) -> str:
        """There is one in a shard."""
        return "occupancy"
