"""What the agent asks of its child processes, and what they answer.

The machine decides with `agent_worker.domain.policy`, a child process acts. Requests and outcomes
cross the pipe between them as JSON, so they are contracts like any other message.
"""

from dataclasses import dataclass

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
