"""What an agent remembers: its place in the fleet, the attempts and the ballots under way."""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar

from pydantic import AwareDatetime, Field

from agent_worker.domain.actions import (
    ActionDecision,
    ActionRequest,
    ThoughtRequest,
    VerdictRequest,
    VoteRequest,
)
from shared.contracts.payloads import AttemptRef, DataRequest
from shared.contracts.reasoning import ModelUsage, Reasoning
from shared.contracts.vocabulary import Artifact, Failure, Parameters, ReActStep
from shared.contracts.voting import SchemaProposal
from shared.contracts.witnesses import WitnessCheck
from shared.kernel.ids import derive_id
from shared.kernel.records import Record

MACHINE = "agent"
"""The name of the agent's machine in its store."""

NO_SLOT = -1
"""The slot of an agent that has none."""


class MembershipState(StrEnum):
    """Where the agent stands with the hub, as the agent knows it."""

    REGISTERING = "registering"
    """Asked for a slot, not answered yet."""
    WAITING = "waiting"
    """Refused; the next free slot may be its own."""
    ACTIVE = "active"
    DRAINING = "draining"
    STOPPED = "stopped"
    FENCED = "fenced"
    """A newer process has the agent's id: this one must not be heard any more."""


class MembershipRecord(Record):
    """The agent's place in the fleet, in this run of its process."""

    kind: ClassVar[str] = "membership"

    registration_id: str
    """The run of the process."""
    state: MembershipState = MembershipState.REGISTERING
    slot: int = NO_SLOT
    epoch: int = Field(default=0, ge=0)
    refusal: Failure | None = None

    @property
    def key(self) -> str:
        """There is one."""
        return "membership"

    @property
    def has_slot(self) -> bool:
        """Whether the hub counts on this agent's heartbeats."""
        return self.state in {MembershipState.ACTIVE, MembershipState.DRAINING}

    @property
    def is_over(self) -> bool:
        """Whether this run takes part no more."""
        return self.state in {MembershipState.STOPPED, MembershipState.FENCED}


class AttemptRecord(Record):
    """One attempt at a task: the trace so far and the action that is under way."""

    kind: ClassVar[str] = "attempt"

    request: DataRequest
    begun_at: AwareDatetime
    pending: ActionDecision | None = None
    """The decision whose action is under way; None before the first, or while a model thinks."""
    reasoning: Reasoning = Reasoning()
    """How that decision came about."""
    question: ThoughtRequest | None = None
    """What a language model is being asked; None while an action is under way."""
    model_usage: ModelUsage = ModelUsage()
    """What asking took so far."""
    thoughts_failed: int = 0
    """Questions, the last ones in a row, whose answer could not be followed."""
    steps: tuple[ReActStep, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    """What the actions left behind so far."""
    facts: Parameters = Field(default_factory=dict)
    """What the actions made known so far."""

    @property
    def key(self) -> str:
        """The task's id: an agent works on one attempt of a task at a time."""
        return self.request.task.task_id

    @property
    def reference(self) -> AttemptRef:
        """The attempt, as heartbeats and registrations list it."""
        return AttemptRef(task_id=self.key, attempt=self.request.attempt)

    @property
    def activity_id(self) -> str:
        """The id of the thought or action under way: another one for every step and attempt."""
        kind = "action" if self.question is None else "thought"
        return derive_id(kind, self.key, self.request.attempt, len(self.steps) + 1)

    @property
    def deadline(self) -> AwareDatetime:
        """When the attempt is given up."""
        return self.begun_at + timedelta(seconds=self.request.timeout_seconds)

    def activity_request(self) -> ActionRequest | ThoughtRequest:
        """Return the thought or action under way, complete for whoever carries it out."""
        return self.question or self.action_request()

    def action_request(self) -> ActionRequest:
        """Return the action under way, complete for whoever carries it out."""
        assert self.pending is not None, f"attempt at {self.key} has decided nothing yet"
        request = self.request
        return ActionRequest(
            operator=request.operator,
            action=self.pending.action,
            action_input=self.pending.action_input,
            pipeline_id=request.pipeline_id,
            task_id=request.task.task_id,
            attempt=request.attempt,
            parameters=request.parameters,
            inputs=request.inputs,
            timeout_seconds=request.timeout_seconds,
            begun_at=self.begun_at,
        )

    def indexes(self) -> Iterable[tuple[str, str]]:
        """Attempts are found all together, and by the action under way."""
        return (("all", ""), ("activity_id", self.activity_id))


class BallotRecord(Record):
    """A proposal that the agent checks, or has voted on."""

    kind: ClassVar[str] = "ballot"

    proposal: SchemaProposal
    voter_id: str
    cast_at: AwareDatetime | None = None
    """When the vote was sent; None while the check is under way."""
    answered: tuple[str, ...] = ()
    """Electors whose witnesses against the proposal the agent has looked at."""

    @property
    def key(self) -> str:
        """The proposal's id."""
        return self.proposal.proposal_id

    @property
    def activity_id(self) -> str:
        """The id of the check."""
        return derive_id("vote", self.key, self.voter_id)

    def vote_request(self) -> VoteRequest:
        """Return the check, complete for whoever carries it out."""
        return VoteRequest(proposal=self.proposal, voter_id=self.voter_id)

    def indexes(self) -> Iterable[tuple[str, str]]:
        """Ballots under way are found all together, and by their check; so are those cast."""
        if self.cast_at is not None:
            return (("cast", ""),)
        return (("all", ""), ("activity_id", self.activity_id))


class VerdictRecord(Record):
    """Another elector's witnesses that the agent is looking at."""

    kind: ClassVar[str] = "verdict"

    proposal: SchemaProposal
    check: WitnessCheck
    voter_id: str

    @property
    def key(self) -> str:
        """The proposal's id and the claimant's."""
        return f"{self.check.proposal_id}:{self.check.claimant_id}"

    @property
    def activity_id(self) -> str:
        """The id of the look."""
        return derive_id("verdict", self.key, self.voter_id)

    def verdict_request(self) -> VerdictRequest:
        """Return the look, complete for whoever carries it out."""
        return VerdictRequest(proposal=self.proposal, check=self.check, voter_id=self.voter_id)

    def indexes(self) -> Iterable[tuple[str, str]]:
        """Looks are found all together, and by their activity."""
        return (("all", ""), ("activity_id", self.activity_id))
