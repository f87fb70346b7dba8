"""What a vote is made of: a proposal, its electorate, the votes, the one result."""

import json
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from pydantic import Field

from shared.contracts.vocabulary import Artifact, Contract


class VotingRule(StrEnum):
    """When a proposal counts as accepted."""

    MAJORITY = "majority"


class Elector(Contract):
    """A member of an electorate, with the key that its vote must be signed by."""

    agent_id: str
    public_key: str
    """Ed25519, base64."""


class SchemaProposal(Contract):
    """Something put to the vote: the planner asks, the hub adds the electorate, agents judge."""

    proposal_id: str
    pipeline_id: str
    task_id: str
    subject: str
    """What is decided, in a few words for people."""
    proposer_id: str
    """The agent that made the artifact; it does not vote."""
    artifact: Artifact
    """What is voted on, by reference and hash."""
    partitions: tuple[str, ...] = ()
    """URIs that electors draw their samples from."""
    rule: VotingRule = VotingRule.MAJORITY
    timeout_seconds: float | None = Field(default=None, ge=1, le=3600)
    """How long electors have; consensus's own setting when not given."""
    electorate: tuple[Elector, ...] = ()
    """Empty until the hub fills it, then fixed; sorted by agent id."""
    electorate_hash: str = ""
    deadline: datetime | None = None
    """Absolute; set when consensus opens the proposal."""


class VoteChoice(StrEnum):
    """What an elector says to a proposal."""

    APPROVE = "approve"
    REJECT = "reject"
    ABSTAIN = "abstain"


class Evidence(Contract):
    """What an elector checked before it voted."""

    partition: str
    rows_checked: int = Field(ge=0)
    violations: int = Field(ge=0)
    examples: tuple[str, ...] = Field(default=(), max_length=5)


class ValidationVote(Contract):
    """One elector's judgement, bound to exactly what was voted on; the envelope is signed."""

    proposal_id: str
    artifact_hash: str
    electorate_hash: str
    voter_id: str
    choice: VoteChoice
    confidence: float = Field(ge=0, le=1)
    evidence: tuple[Evidence, ...] = ()
    reason: str


class ProposalClose(Contract):
    """The mark in the log after which votes are late: consensus sends it to itself."""

    proposal_id: str


class ProposalOutcome(StrEnum):
    """How a vote ended; only `accepted` changes anything."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    TIMED_OUT = "timed_out"
    INVALID_ELECTORATE = "invalid_electorate"


class CountedVote(Contract):
    """A vote as the tally took it."""

    voter_id: str
    choice: VoteChoice
    confidence: float = Field(ge=0, le=1)
    reason: str


class ConsensusResult(Contract):
    """The one result of a proposal."""

    proposal_id: str
    pipeline_id: str
    task_id: str
    subject: str
    outcome: ProposalOutcome
    rule: VotingRule
    electorate_size: int = Field(ge=0)
    electorate_hash: str
    artifact: Artifact
    approvals: int = Field(ge=0)
    rejections: int = Field(ge=0)
    abstentions: int = Field(ge=0)
    equivocators: tuple[str, ...] = ()
    """Electors that voted twice differently; they count for neither side."""
    votes: tuple[CountedVote, ...] = ()
    reason: str


def electorate_hash_of(electorate: Sequence[Elector]) -> str:
    """Return the SHA-256 of who may vote with which key, in hexadecimal."""
    members = [[elector.agent_id, elector.public_key] for elector in electorate]
    text = json.dumps(members, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()
