"""What a vote is made of: a proposal, the votes on it, the one result, and what it led to."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from shared.contracts.electorates import Elector, ElectorKind, VotingRule, Weighting
from shared.contracts.vocabulary import Artifact, Contract
from shared.contracts.witnesses import WITNESSES_MAX, VetoView, Witness

CHANGES_MAX = 50
"""Changes of one proposal; a table that changes more is a new table."""

ROLES_MAX = 5
"""Roles whose approval one proposal asks for."""


class ProposalKind(StrEnum):
    """What is put to the vote."""

    SCHEMA = "schema"
    """The schema of a new table."""
    MIGRATION = "migration"
    """A change of a table's schema that somebody asks for."""
    RECIPE = "recipe"
    """How values are mended in all partitions."""
    DRIFT = "drift"
    """A change of a table's schema that new data bring with them."""
    CONTRACT = "contract"
    """What a table promises to its readers."""
    QUESTION = "question"
    """Anything else, in the subject's words."""


class ChangeKind(StrEnum):
    """What happens to a column."""

    ADD = "add"
    DROP = "drop"
    RENAME = "rename"
    WIDEN = "widen"
    NARROW = "narrow"
    RETYPE = "retype"
    NULLABILITY = "nullability"


class Compatibility(StrEnum):
    """Who can go on reading after the change."""

    BACKWARD = "backward"
    """Readers of the new schema read old data too."""
    FORWARD = "forward"
    """Readers of the old schema read new data too."""
    FULL = "full"
    """Both."""
    BREAKING = "breaking"
    """Neither: who reads by the old schema has to follow."""


class ProposedChange(Contract):
    """One change of one column, and what it would cost."""

    kind: ChangeKind
    column: str
    before: str = ""
    """The name or type as it is; empty where there is none."""
    after: str = ""
    """The name or type as it would be; empty where there is none."""
    rows_lost: int = Field(default=0, ge=0)
    """Rows whose value the change would lose."""
    rows: int = Field(default=0, ge=0)
    """Of how many rows."""


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
    """Empty until the hub fills it with agents; consensus adds the roles when it opens the
    proposal, and then it is fixed. Sorted by agent id."""
    electorate_hash: str = ""
    """Of the electorate and the rule; what a vote is bound to."""
    deadline: datetime | None = None
    """When the agents' votes end: absolute, set when consensus opens the proposal."""
    proposal_kind: ProposalKind = ProposalKind.SCHEMA
    changes: tuple[ProposedChange, ...] = Field(default=(), max_length=CHANGES_MAX)
    compatibility: Compatibility | None = None
    """Of all the changes together; None where nothing changes for readers."""
    participation_min: int | None = Field(default=None, ge=1)
    """The weight of agents that must take part; floor(W/2) + 1 when not given."""
    weights: Weighting = Weighting.EQUAL
    approval_roles: tuple[str, ...] = Field(default=(), max_length=ROLES_MAX)
    """Roles of people that must approve besides the agents."""
    approval_timeout_seconds: float | None = Field(default=None, ge=60, le=604_800)
    """How long people have after the agents' deadline; a day when not given."""
    approval_deadline: datetime | None = None
    """When the people's votes end: absolute, set when consensus opens the proposal."""


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
    witnesses: tuple[Witness, ...] = Field(default=(), max_length=WITNESSES_MAX)
    """Rows that contradict the proposal; with them a rejection is a veto."""
    person: str = ""
    """Who voted for a role; empty for an agent."""


class VotingStage(StrEnum):
    """Whose votes are awaited."""

    AGENTS = "agents"
    PEOPLE = "people"
    """The agents have accepted; roles whose approval was asked for have not spoken yet."""


class ProposalClose(Contract):
    """The mark in the log after which votes are late: consensus sends it to itself."""

    proposal_id: str
    stage: VotingStage = VotingStage.AGENTS
    """Whose votes it ends."""


class ProposalCancellation(Contract):
    """Nobody wants the proposal's result any more; it accepts nothing from here on."""

    proposal_id: str
    pipeline_id: str
    reason: str


class ProposalAftermath(Contract):
    """What was decided turned out true or not: the planner tells the hub."""

    proposal_id: str
    pipeline_id: str
    held: bool
    """Whether the data agreed with what was accepted."""
    reason: str


class ProposalOutcome(StrEnum):
    """How a vote ended; only `accepted` changes anything."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NO_QUORUM = "no_quorum"
    TIMED_OUT = "timed_out"
    CANCELLED = "cancelled"
    INVALID_ELECTORATE = "invalid_electorate"


class CountedVote(Contract):
    """A vote as the tally took it."""

    voter_id: str
    choice: VoteChoice
    confidence: float = Field(ge=0, le=1)
    reason: str
    weight: int = Field(default=1, ge=1)
    """What it counted, after the rule's cap."""
    kind: ElectorKind = ElectorKind.AGENT
    person: str = ""
    position: int = -1
    """Where it is in its partition of `argosy.consensus`; -1 when not known."""


class TallyFigures(Contract):
    """Where the agents' vote stands, in weight; a rule without weights counts one for each."""

    total: int = Field(ge=0)
    approved: int = Field(default=0, ge=0)
    rejected: int = Field(default=0, ge=0)
    abstained: int = Field(default=0, ge=0)
    void: int = Field(default=0, ge=0)
    """Of electors who contradicted themselves or whose veto was refuted: for neither side."""
    outstanding: int = Field(default=0, ge=0)
    participation: int = Field(default=0, ge=0)
    """Approved, rejected and abstained."""
    participation_min: int = Field(default=0, ge=0)


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
    decided_at_position: int | None = None
    """Of the message that decided, in its partition of `argosy.consensus`."""
    vetoes: tuple[VetoView, ...] = ()
    figures: TallyFigures | None = None
    """None only in results from before there were any."""
    approvals_needed: int = Field(default=0, ge=0)
    """The weight of agents that had to approve."""
    roles_approved: tuple[str, ...] = ()
    roles_outstanding: tuple[str, ...] = ()
    late: int = Field(default=0, ge=0)
    """Votes that came behind the end of their stage; recorded, not counted."""
    foreign: int = Field(default=0, ge=0)
    """Votes of others than members, with other keys or on something else; not counted."""
    proposal_kind: ProposalKind = ProposalKind.SCHEMA
    compatibility: Compatibility | None = None
