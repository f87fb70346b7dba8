"""What the planner remembers, in records small enough that an event rewrites only a few.

A goal is what was asked; its pipeline what became of it, in counters; a task knows how many tasks
it still waits for and how many of its children are open. So no event reads a whole plan.
"""

from collections.abc import Hashable, Iterable, Mapping
from datetime import datetime
from typing import ClassVar

from pydantic import Field

from shared.contracts.payloads import PipelineState, TaskState
from shared.contracts.reasoning import ModelUsage
from shared.contracts.terms import GoalTerms
from shared.contracts.vocabulary import (
    Contract,
    DataTask,
    DataTaskType,
    Failure,
    Parameters,
    QualityScore,
)
from shared.kernel.ids import derive_id
from shared.kernel.records import Record
from shared.kernel.signing import canonical_bytes

ENDED_TASK = frozenset({TaskState.DONE, TaskState.FAILED, TaskState.SKIPPED})

ENDED_PIPELINE = frozenset({PipelineState.COMPLETED, PipelineState.FAILED, PipelineState.CANCELLED})


class TriedMethod(Contract):
    """A method that was given up, and why."""

    method: str
    reason: str


class GoalRecord(Record):
    """A goal as it was accepted, or replanned; its pipeline changes when it is retried."""

    kind: ClassVar[str] = "goal"

    goal_id: str
    pipeline_id: str
    """The newest pipeline, the only one that may still be open."""
    earlier_pipelines: tuple[str, ...] = ()
    """Those before it, all ended, the first one first."""
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
    redo_path: str = ""
    """The task of the plan that is done again with all below it, though its work was done."""
    state: PipelineState = PipelineState.RUNNING
    commands: int = 0
    """How often people had a say in it."""
    tasks_total: int = 0
    """Tasks of the plan as far as it is known; a repeated step counts all its repetitions."""
    tasks_done: int = 0
    endings: int = 0
    """How often a task of it was done, also those that are not part of the plan any more."""
    tasks_running: int = 0
    """Primitive tasks handed out and not answered."""
    plan_hash: str = ""
    plan_version: int = 0
    """Counts how often the plan grew or was repaired."""
    repairs: int = 0
    """Tasks that another method was tried for."""
    seconds_spent: float = 0.0
    """How long agents were busy with it, all attempts together."""
    model_usage: ModelUsage = ModelUsage()
    """What asking language models took, all attempts together."""
    model_tokens_promised: int = 0
    """Tokens that attempts under way were told they may use."""
    accepted: tuple[str, ...] = ()
    """The proposals that votes accepted for it."""
    held_by: str = ""
    """Why it was paused without anybody asking; empty otherwise."""
    ends_as: PipelineState | None = None
    """What it becomes once all is undone that is to be undone."""
    begun_at: datetime | None = None
    """When its plan was begun; None while it is in line."""
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
    awaited: tuple[str, ...] = ()
    """The keys under which they will be known."""
    waiting_on: int = 0
    """Tasks among its dependencies that are not done."""
    is_held: bool = False
    """Whether it waits for nothing but the end of a pause, or its turn."""
    method: str = ""
    """By which it is decomposed."""
    tried: tuple[TriedMethod, ...] = ()
    """The methods that were given up before."""
    members: int = 0
    """How many subtasks its method has."""
    members_planned: int = 0
    """How many of them are planned; the others follow when there is room for their work."""
    is_growing: bool = False
    """Whether there is more to plan below it as soon as there is room."""
    children_open: int = 0
    """Its children that are not done, planned or not."""
    since_version: int = 1
    """The version of the plan that it came with."""
    until_version: int = 0
    """The version of the plan that it is not part of any more; 0 while it is."""
    attempts: int = 0
    """The newest attempt whose outcome is known."""
    failures: int = 0
    """Attempts that failed."""
    agent_id: str = ""
    reused_from: str = ""
    """The task that did this work before; empty when it is done here."""
    seconds_spent: float = 0.0
    """How long agents were busy with what is below it; counted where it has a budget."""
    model_tokens_promised: int | None = None
    """Tokens of language models that its attempt may use; None leaves it to the agent."""
    inputs_hash: str = ""
    """SHA-256 of the contents that it was handed out with."""
    done_as: int = 0
    """Which ending of a task in the pipeline was its own, counted from 1."""
    compensation: str = ""
    """The capability that undoes it; empty once that was asked, or when nothing has to be."""
    is_of_earlier_run: bool = False
    """Whether an earlier run of the goal has done it, so that it is not this one's to undo."""
    undoes: str = ""
    """The task that this one undoes; empty for tasks of the plan."""
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

    @property
    def is_empty(self) -> bool:
        """Whether its method has nothing to be done."""
        return bool(self.method) and not self.members

    def indexes(self) -> Iterable[tuple[str, Hashable]]:
        """Name it for whoever looks below its parent, and for the events of its state."""
        if self.parent_task_id:
            yield "below", self.parent_task_id
        if self.state is TaskState.DONE:
            yield from self._done()
        elif self.state not in ENDED_TASK:
            yield "open", self.pipeline_id
            yield from self._waits()

    def _done(self) -> Iterable[tuple[str, Hashable]]:
        """Name it for whoever would do the same work again, or has to undo it."""
        if self.until_version and self.inputs_hash:
            yield "abandoned", (self.pipeline_id, work_of(self))
        if self.compensation and not self.is_of_earlier_run:
            yield "undo", self.pipeline_id

    def _waits(self) -> Iterable[tuple[str, Hashable]]:
        """Name what the task waits for: room, other tasks, facts."""
        if self.is_held:
            yield "held", self.pipeline_id
        if self.waiting_on:
            for task_id in self.task.data_dependencies:
                yield "waits_for", task_id
        elif self.is_growing:
            yield "growing", self.pipeline_id
        for key in self.awaited:
            yield "awaits", key


def work_of(task: TaskRecord) -> str:
    """Return the id of the work that a task is: equal for tasks with the same to do."""
    described = task.task
    return derive_id(
        task.model,
        canonical_bytes(task.arguments).decode(),
        *described.data_inputs,
        "",
        *described.data_outputs,
        "",
        *described.processing_effects,
    )


def closed(task: TaskRecord, state: TaskState) -> TaskRecord:
    """Return the task in a state in which it waits for nothing."""
    waits: Mapping[str, object] = {
        "waiting_on": 0,
        "awaits": (),
        "awaited": (),
        "is_held": False,
        "is_growing": False,
    }
    return task.model_copy(update={"state": state, **waits})
