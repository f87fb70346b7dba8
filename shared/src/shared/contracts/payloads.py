"""What each message carries, one class for each message type."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from shared.contracts.reasoning import ModelUsage, Reasoning
from shared.contracts.terms import GoalTerms
from shared.contracts.vocabulary import (
    Artifact,
    Contract,
    DataTask,
    Failure,
    Parameters,
    QualityScore,
    ReActStep,
)


class GoalSubmission(Contract):
    """A person's goal, as the planner's API accepted it."""

    goal_id: str
    pipeline_id: str
    goal_type: str
    parameters: Parameters
    priority: int = Field(default=5, ge=0, le=9)
    owner: str = "anonymous"
    terms: GoalTerms = GoalTerms()
    schedule_id: str = ""
    """The schedule that began it; empty when a person did."""


class Command(StrEnum):
    """What a person can tell a goal that was accepted."""

    CANCEL = "cancel"
    PAUSE = "pause"
    RESUME = "resume"
    RETRY = "retry"
    REPLAN = "replan"


class GoalCommand(Contract):
    """A person's word on a goal, as the planner's API accepted it."""

    goal_id: str
    pipeline_id: str
    """The pipeline that the person had in mind; void once the goal has a newer one."""
    command: Command
    from_path: str = ""
    """For a retry: the task of the plan that is done again, with all below it, though it was."""
    parameters: Parameters | None = None
    """For a replan: all that the goal asks for from now on; None leaves it as it is."""
    terms: GoalTerms | None = None
    """For a replan: the goal's terms from now on; None leaves them as they are."""


class AttemptRef(Contract):
    """One assignment of one task: the hub numbers attempts, and only the newest one counts."""

    task_id: str
    attempt: int = Field(ge=1)


class DataRequest(Contract):
    """A task to carry out: from the planner without an attempt, from the hub with one."""

    pipeline_id: str
    task: DataTask
    operator: str
    """The capability that the task asks of an agent, such as `clean_partition`."""
    parameters: Parameters = Field(default_factory=dict)
    inputs: tuple[Artifact, ...] = ()
    """What the tasks before this one produced for it."""
    attempt: int = Field(default=0, ge=0)
    """From the planner: attempts so far. From the hub: the attempt that this request begins."""
    agent_epoch: int = Field(default=0, ge=0)
    """The epoch of the agent that the attempt was given to."""
    timeout_seconds: float = Field(default=600, gt=0)
    """How long one attempt may take before the agent gives it up."""
    model_tokens_max: int | None = Field(default=None, ge=0)
    """Tokens of language models that one attempt may use; None leaves it to the agent's limit."""


class TaskOutcome(StrEnum):
    """How an attempt ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"


class DataResponse(Contract):
    """What came of an attempt: from the agent to the hub, and from the hub to the planner."""

    pipeline_id: str
    task_id: str
    attempt: int = Field(ge=1)
    agent_id: str
    """Who carried the attempt out; the hub's own name when no agent could."""
    outcome: TaskOutcome
    artifacts: tuple[Artifact, ...] = ()
    facts: Parameters = Field(default_factory=dict)
    """What acting made known, such as the partitions that were found."""
    failure: Failure | None = None
    steps: int = Field(default=0, ge=0)
    seconds: float = Field(default=0, ge=0)
    """How long the agent was busy with the attempt."""
    model_usage: ModelUsage = ModelUsage()
    """What asking language models took in the attempt."""
    quality_before: QualityScore | None = None
    quality_after: QualityScore | None = None


class TaskCancellation(Contract):
    """A task that is not wanted any more: from the planner to the hub, and on to the agent."""

    pipeline_id: str
    task_id: str
    attempt: int = Field(default=0, ge=0)
    """From the planner: 0, for it means the task. From the hub: the attempt to be stopped."""


class PipelineState(StrEnum):
    """Where a pipeline is; the last three are terminal."""

    QUEUED = "queued"
    """May not begin yet: its owner's limit, or another goal with its key, stands before it."""
    RUNNING = "running"
    PAUSED = "paused"
    """Hands nothing new out; what runs goes on and counts."""
    UNDOING = "undoing"
    """Given up; what it has done is being undone before it ends."""
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class TaskState(StrEnum):
    """Where a task is; `done`, `failed` and `skipped` are terminal."""

    DEFERRED = "deferred"
    """A compound task that waits for facts before it can be decomposed."""
    PENDING = "pending"
    """Waits for the tasks that it depends on."""
    RUNNING = "running"
    """Handed to the hub or to consensus."""
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    """Not needed any more, because its pipeline has ended without it."""


class TaskStatus(Contract):
    """A task's state, as the event view shows it."""

    task: DataTask
    operator: str = ""
    parent_task_id: str = ""
    state: TaskState
    attempt: int = 0
    agent_id: str = ""
    failure: Failure | None = None
    quality_before: QualityScore | None = None
    quality_after: QualityScore | None = None


class PipelineStatus(Contract):
    """A change in a pipeline: its own state and progress, or one task's."""

    pipeline_id: str
    goal_id: str
    goal_type: str
    state: PipelineState
    tasks_total: int = Field(ge=0)
    tasks_done: int = Field(ge=0)
    task: TaskStatus | None = None
    failure: Failure | None = None
    report: Parameters = Field(default_factory=dict)
    """What the goal's last task reported: rows, quality, the table."""


class AgentRegistration(Contract):
    """An agent asks the hub for a slot."""

    agent_id: str
    registration_id: str
    """Names this run of the agent's process; the admission repeats it."""
    public_key: str
    """Ed25519, base64; the agent's votes are signed by it."""
    capabilities: tuple[str, ...]
    streams_max: int = Field(ge=1)
    """How many attempts the agent carries out side by side."""
    holding: tuple[AttemptRef, ...] = ()
    """Attempts that a restarted agent still works on."""


class AgentState(StrEnum):
    """An agent's life as the hub sees it."""

    REGISTERING = "registering"
    """Admitted, its first heartbeat not seen yet."""
    ACTIVE = "active"
    DRAINING = "draining"
    STOPPED = "stopped"
    LOST = "lost"


class AgentAdmission(Contract):
    """The hub's answer to a registration, kept in the compacted registry."""

    agent_id: str
    registration_id: str
    state: AgentState
    slot: int = Field(ge=-1)
    """The partition of `argosy.inbox` that is the agent's; -1 when it was refused."""
    epoch: int = Field(ge=0)
    """Counts the agent's registrations; messages of older epochs are void."""
    refusal: Failure | None = None


class AgentHeartbeat(Contract):
    """A sign of life: it renews the leases of the attempts that it lists."""

    agent_id: str
    epoch: int = Field(ge=1)
    state: Literal[AgentState.ACTIVE, AgentState.DRAINING, AgentState.STOPPED] = AgentState.ACTIVE
    running: tuple[AttemptRef, ...] = ()


class ReActStepTaken(Contract):
    """One step of an agent's loop, published while the task runs."""

    pipeline_id: str
    task_id: str
    attempt: int = Field(ge=1)
    agent_id: str
    step: ReActStep
    reasoning: Reasoning = Reasoning()


class DeadLetter(Contract):
    """A message that could not be taken, kept with the reason until a person looks at it."""

    reason: str
    """A stable name in snake case, such as `undecodable`."""
    detail: str
    topic: str
    partition: int = Field(ge=0)
    position: int = Field(ge=-1)
    """Where it stands in its partition; -1 when whoever set it aside knows only the message."""
    key: str
    content: str
    """The message's bytes, base64; only the first of them when they are many."""
