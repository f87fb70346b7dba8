"""What the services answer, as far as the command reads it; fields that it does not know stay."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from shared.contracts.payloads import AgentState, PipelineState, TaskState
from shared.contracts.vocabulary import ActionType, DataTaskType, Failure, Parameters, QualityScore
from shared.contracts.voting import ProposalOutcome, VoteChoice

ENDED = frozenset({PipelineState.COMPLETED, PipelineState.FAILED, PipelineState.CANCELLED})


class Answer(BaseModel):
    """The base of every answer: later versions of a service may say more."""

    model_config = ConfigDict(frozen=True, extra="allow")


class AcceptedGoal(Answer):
    """A goal, or a command to one, that the planner has taken on."""

    goal_id: str
    pipeline_id: str
    status: str = ""


class TaskView(Answer):
    """One task of a goal's plan."""

    task_id: str
    name: str
    task_type: DataTaskType
    operator: str = ""
    parent_task_id: str = ""
    state: TaskState
    attempts: int = 0
    failure: Failure | None = None
    quality_before: QualityScore | None = None
    quality_after: QualityScore | None = None


class GoalSummary(Answer):
    """A goal in a listing."""

    goal_id: str
    pipeline_id: str
    goal_type: str
    parameters: Parameters = Field(default_factory=dict)
    priority: int = 5
    owner: str = ""
    run: int = 1
    state: PipelineState
    tasks_total: int = 0
    tasks_done: int = 0
    submitted_at: datetime | None = None
    ended_at: datetime | None = None
    failure: Failure | None = None

    @property
    def has_ended(self) -> bool:
        """Whether nothing will change any more."""
        return self.state in ENDED


class ModelUsageView(Answer):
    """What asking language models took."""

    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0


class ReasoningView(Answer):
    """How one step of a trace came to be decided."""

    reasoner: str = "rules"
    model: str = ""
    detail: str = ""
    usage: ModelUsageView = ModelUsageView()


class WaitingView(Answer):
    """Why a goal has not begun."""

    detail: str
    ahead: int = 0


class ExpectedEndView(Answer):
    """When a goal may end, as far as its plan is known."""

    at: datetime
    early: datetime
    late: datetime
    awaits: tuple[str, ...] = ()


class GoalView(GoalSummary):
    """Everything about one goal."""

    terms: Parameters = Field(default_factory=dict)
    waiting: WaitingView | None = None
    progress: float = 0.0
    expected_end: ExpectedEndView | None = None
    model_usage: ModelUsageView = ModelUsageView()
    report: Parameters = Field(default_factory=dict)
    plan: tuple[TaskView, ...] = ()


class GoalPreview(Answer):
    """The plan that a goal would have."""

    goal_type: str
    tasks: tuple[TaskView, ...]
    tasks_total: int = 0
    assumed: tuple[str, ...] = ()
    awaits: tuple[str, ...] = ()
    work_seconds: float = 0
    estimated_seconds: float = 0


class GoalPage(Answer):
    """A part of the goals, the newest first."""

    goals: tuple[GoalSummary, ...]
    next_page_token: str = ""


class ScheduledGoal(Answer):
    """The goal that a schedule begins."""

    goal_type: str
    parameters: Parameters = Field(default_factory=dict)


class ObservationView(Answer):
    """What a trigger last saw at its source."""

    fingerprint: str
    count: int = 0
    newest: JsonValue = None


class SchedulePreview(Answer):
    """What a schedule would do."""

    name: str
    goal: ScheduledGoal
    cause: Parameters
    """Its kind, and what belongs to that kind."""
    next_instants: tuple[datetime, ...] = ()


class ScheduleView(SchedulePreview):
    """A schedule and how far it has come."""

    schedule_id: str
    owner: str = ""
    overlap: str = ""
    catch_up: str = ""
    state: str
    next_at: datetime | None = None
    goals_begun: int = 0
    goals_waiting: int = 0
    goals_skipped: int = 0
    last_goal_id: str = ""
    last_goal_due: datetime | None = None
    observation: ObservationView | None = None
    check_failure: Failure | None = None


class SchedulePage(Answer):
    """A part of the schedules, the newest first."""

    schedules: tuple[ScheduleView, ...]
    next_page_token: str = ""


class RunningView(Answer):
    """An attempt that an agent carries out."""

    task_id: str
    attempt: int
    task_name: str = ""


class ReputationView(Answer):
    """What an agent's votes turned out to be worth."""

    votes: int = 0
    agreed: int = 0
    disagreed: int = 0
    weight: int = 0


class AgentView(Answer):
    """An agent as the hub sees it."""

    agent_id: str
    state: AgentState
    slot: int = -1
    epoch: int = 0
    capabilities: tuple[str, ...] = ()
    streams_max: int = 0
    running: tuple[RunningView, ...] = ()
    last_heartbeat_at: datetime | None = None
    reputation: ReputationView = ReputationView()


class AgentList(Answer):
    """The whole fleet."""

    agents: tuple[AgentView, ...]


class WaitingTasksView(Answer):
    """What tasks that ask for one capability wait for."""

    capability: str
    tasks: int = 0
    agents: int = 0
    detail: str


class WaitingList(Answer):
    """What a pipeline's tasks wait for."""

    waiting: tuple[WaitingTasksView, ...] = ()


class TraceStep(Answer):
    """One turn of an agent's ReAct loop."""

    attempt: int
    agent_id: str
    step_number: int
    thought: str
    action: ActionType
    action_input: Parameters
    observation: Parameters
    data_quality_score: QualityScore
    reasoning: ReasoningView = ReasoningView()


class Trace(Answer):
    """All turns that were taken for one task."""

    task_id: str
    steps: tuple[TraceStep, ...]


class VoteView(Answer):
    """One elector's judgement."""

    voter_id: str
    choice: VoteChoice
    confidence: float
    reason: str


class ProposalSummary(Answer):
    """A proposal in a listing."""

    proposal_id: str
    subject: str
    state: Literal["open", "awaiting_approval"] | ProposalOutcome

    @property
    def is_decided(self) -> bool:
        """Whether nothing that is said can change it any more."""
        return isinstance(self.state, ProposalOutcome)


class ProposalList(Answer):
    """The proposals of one pipeline."""

    proposals: tuple[ProposalSummary, ...]


class ProposalView(ProposalSummary):
    """A proposal with its votes so far."""

    proposer_id: str = ""
    votes: tuple[VoteView, ...] = ()
    reason: str = ""


class ProblemView(Answer):
    """Problem details (RFC 9457), as every service answers what it cannot do."""

    title: str
    detail: str
    code: str = "unknown"
    remedy: str = "Look at the service's log."
