"""What the planner remembers, in records small enough that an event rewrites only a few.

A goal is what was asked; its pipeline what became of it, in counters; a task knows how many tasks
it still waits for and how many of its children are open. So no event reads a whole plan.
"""

from collections.abc import Hashable, Iterable
from datetime import datetime
from typing import ClassVar

from pydantic import Field, JsonValue

from shared.contracts.payloads import GoalTerms, PipelineState, TaskState
from shared.contracts.vocabulary import (
    Artifact,
    Contract,
    DataTask,
    DataTaskType,
    Failure,
    Parameters,
    QualityScore,
)
from shared.kernel.records import Record

ENDED_TASK = frozenset({TaskState.DONE, TaskState.FAILED, TaskState.SKIPPED})

ENDED_PIPELINE = frozenset({PipelineState.COMPLETED, PipelineState.FAILED, PipelineState.CANCELLED})


class GoalRecord(Record):
    """A goal as it was accepted; all that changes is its pipeline, when it is retried."""

    kind: ClassVar[str] = "goal"

    goal_id: str
    pipeline_id: str
    """The newest pipeline, the only one that may still be open."""
    earlier_pipelines: tuple[str, ...] = ()
    """Those that failed or were cancelled before it, the first one first."""
    goal_type: str
    parameters: Parameters
    priority: int
    owner: str
    terms: GoalTerms = GoalTerms()
    schedule_id: str = ""
    """The schedule that began it; empty when a person did."""
    submitted_at: datetime

    @property
    def key(self) -> str:
        """The goal's id."""
        return self.goal_id

    @property
    def parent(self) -> str:
        """The schedule that began it."""
        return self.schedule_id

    @property
    def rank(self) -> str:
        """When it was submitted."""
        return self.submitted_at.isoformat(timespec="microseconds")


class PipelineRecord(Record):
    """How far a goal has come."""

    kind: ClassVar[str] = "pipeline"

    pipeline_id: str
    goal_id: str
    goal_type: str
    priority: int
    terms: GoalTerms = GoalTerms()
    run: int = 1
    """Counts the goal's pipelines."""
    retry_of: str = ""
    """The pipeline whose finished work this one goes on from; empty for a goal's first."""
    state: PipelineState = PipelineState.RUNNING
    commands: int = 0
    """How often people had a say in it."""
    tasks_total: int = 0
    tasks_done: int = 0
    plan_hash: str = ""
    ended_at: datetime | None = None
    failure: Failure | None = None
    report: Parameters = Field(default_factory=dict)

    @property
    def key(self) -> str:
        """The pipeline's id."""
        return self.pipeline_id


class TaskRecord(Record):
    """One task of a plan, and where it is."""

    kind: ClassVar[str] = "task"

    pipeline_id: str
    path: str
    position: str
    parent_task_id: str
    model: str
    """The kind of task in the domain."""
    arguments: Parameters
    task: DataTask
    state: TaskState
    awaits: tuple[str, ...] = ()
    """Facts without which it cannot be decomposed."""
    waiting_on: int = 0
    """Tasks among its dependencies that are not done."""
    is_held: bool = False
    """Whether it waits for nothing but the end of a pause."""
    children_open: int = 0
    """Its children that are not done."""
    attempts: int = 0
    """The newest attempt whose outcome is known."""
    failures: int = 0
    """Attempts that failed."""
    agent_id: str = ""
    reused_from: str = ""
    """The task of an earlier pipeline that did this work; empty when it is done here."""
    failure: Failure | None = None
    quality_before: QualityScore | None = None
    quality_after: QualityScore | None = None

    @property
    def key(self) -> str:
        """The task's id."""
        return self.task.task_id

    @property
    def operator(self) -> str:
        """The capability that it asks of an agent; empty unless it is primitive."""
        return self.model if self.task.task_type is DataTaskType.PRIMITIVE else ""

    @property
    def parent(self) -> str:
        """The pipeline that it is part of."""
        return self.pipeline_id

    @property
    def rank(self) -> str:
        """Its place in the plan as it is written down."""
        return self.position

    def indexes(self) -> Iterable[tuple[str, Hashable]]:
        """Open tasks by pipeline, held ones too; by tasks that they wait for; by facts awaited."""
        if self.state not in ENDED_TASK:
            yield "open", self.pipeline_id
        if self.is_held:
            yield "held", self.pipeline_id
        if self.waiting_on:
            for task_id in self.task.data_dependencies:
                yield "waits_for", task_id
        for fact in self.awaits:
            yield "awaits", (self.pipeline_id, fact)


class RejectedMethod(Contract):
    """A method that was not taken, and why."""

    method: str
    reason: str


class ChoiceRecord(Record):
    """How a task was decomposed, and why so."""

    kind: ClassVar[str] = "choice"

    pipeline_id: str
    task_id: str
    position: str
    task_name: str
    method: str
    """Empty while it waits for facts."""
    awaits: tuple[str, ...] = ()
    rejected: tuple[RejectedMethod, ...] = ()

    @property
    def key(self) -> str:
        """The id of the decomposed task."""
        return self.task_id

    @property
    def parent(self) -> str:
        """The pipeline that it is part of."""
        return self.pipeline_id

    @property
    def rank(self) -> str:
        """The decomposed task's place in the plan."""
        return self.position


class ArtifactRecord(Record):
    """Data that a task brought about; the accepted attempt's, and no other's."""

    kind: ClassVar[str] = "artifact"

    pipeline_id: str
    artifact: Artifact

    @property
    def key(self) -> str:
        """The pipeline and the data's name."""
        return f"{self.pipeline_id}/{self.artifact.name}"

    @property
    def parent(self) -> str:
        """The pipeline that it belongs to."""
        return self.pipeline_id

    @property
    def rank(self) -> str:
        """The data's name."""
        return self.artifact.name

    def indexes(self) -> Iterable[tuple[str, Hashable]]:
        """By pipeline and family, in order of names."""
        yield "family", (self.pipeline_id, self.artifact.name.partition(":")[0])


class FactRecord(Record):
    """Something that acting made known."""

    kind: ClassVar[str] = "fact"

    pipeline_id: str
    name: str
    content: JsonValue

    @property
    def key(self) -> str:
        """The pipeline and the fact's name."""
        return f"{self.pipeline_id}/{self.name}"

    @property
    def parent(self) -> str:
        """The pipeline that it holds in."""
        return self.pipeline_id

    def indexes(self) -> Iterable[tuple[str, Hashable]]:
        """By pipeline, in order of names."""
        yield "pipeline", self.pipeline_id
