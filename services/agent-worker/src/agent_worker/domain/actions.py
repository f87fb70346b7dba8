"""What the agent asks of its child processes, and what they answer.

The machine decides with `agent_worker.domain.policy`, a child process acts. Requests and outcomes
cross the pipe between them as JSON, so they are contracts like any other message.
"""

from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from shared.contracts.vocabulary import (
    ActionType,
    Artifact,
    Contract,
    Failure,
    Parameters,
    QualityScore,
)
from shared.contracts.voting import Evidence, SchemaProposal, VoteChoice
from shared.contracts.witnesses import WITNESSES_MAX, Verdict, Witness, WitnessCheck

VALIDATE_PROPOSAL = "validate_proposal"
"""The capability of an elector: to check a proposed schema on a sample of its own."""

OPERATORS: tuple[str, ...] = (
    "discover_sources",
    "profile_partition",
    "propose_schema",
    "clean_partition",
    "publish_table",
    "validate_partition",
    "report_quality",
    "discover_batches",
    "load_contract",
    "append_batches",
    "summarize_tables",
    "observe_source",
    "export_dataset",
    "export_topic",
    "discover_tables",
    "aggregate_partition",
    "merge_aggregates",
    "join_partition",
    "split_partition",
    "join_bucket",
    "deduplicate_partition",
    "deduplicate_bucket",
    "compact_partition",
    "publish_parts",
    "withdraw_table",
    "discover_missing",
    "append_table",
    "find_drift",
    "propose_drift",
    "set_aside_partition",
    "propose_migration",
    "migrate_partition",
    VALIDATE_PROPOSAL,
)
"""Every capability that an agent of this kind registers with."""


@dataclass(frozen=True, slots=True)
class ActionDecision:
    """What the agent thinks and does next."""

    thought: str
    action: ActionType
    action_input: Parameters


class ActionRequest(Contract):
    """One action of one attempt, complete in itself: any child process can carry it out."""

    operator: str
    action: ActionType
    action_input: Parameters
    pipeline_id: str
    task_id: str
    attempt: int = Field(ge=1)
    parameters: Parameters
    inputs: tuple[Artifact, ...]
    timeout_seconds: float = Field(gt=0)
    begun_at: datetime | None = None
    """When the attempt began: what ages of data are measured from."""


class ActionOutcome(Contract):
    """What the action saw and left behind; with a failure, the attempt is over."""

    observation: Parameters
    data_quality_score: QualityScore
    artifacts: tuple[Artifact, ...] = ()
    facts: Parameters = Field(default_factory=dict)
    failure: Failure | None = None


class VoteRequest(Contract):
    """A proposal that this agent is asked to judge."""

    proposal: SchemaProposal
    voter_id: str


class VoteOutcome(Contract):
    """The agent's judgement, with what it rests on."""

    choice: VoteChoice
    confidence: float = Field(ge=0, le=1)
    evidence: tuple[Evidence, ...]
    reason: str
    witnesses: tuple[Witness, ...] = Field(default=(), max_length=WITNESSES_MAX)
    """Rows that contradict the proposal; with them a rejection is a veto."""


class VerdictRequest(Contract):
    """Rows that another elector brings against a proposal, to be read again."""

    proposal: SchemaProposal
    check: WitnessCheck
    voter_id: str


class VerdictOutcome(Contract):
    """What the agent says of another elector's rows."""

    verdict: Verdict
    reason: str


class OfferedAction(Contract):
    """An action that may be taken now, as a language model is told of it."""

    name: str
    purpose: str
    input_schema: Parameters
    """JSON Schema of what the model decides of it."""


class ThoughtRequest(Contract):
    """A question to a language model: what to do next, among what may be done."""

    model: str
    instructions: str
    question: str
    offers: tuple[OfferedAction, ...]
    tokens_out_max: int = Field(ge=1)
    timeout_seconds: float = Field(gt=0)


class ThoughtOutcome(Contract):
    """What the model answered, as it came; whether it can be followed is for the agent to say."""

    name: str = ""
    """The offer that it chose."""
    arguments: Parameters = Field(default_factory=dict)
    trouble: str = ""
    """Why there is no answer, to go on after `but`; empty when there is one."""
    tokens_in: int | None = Field(default=None, ge=0)
    tokens_out: int | None = Field(default=None, ge=0)
    """What the endpoint counted; None when it did not say."""
