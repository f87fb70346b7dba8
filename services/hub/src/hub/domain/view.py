"""What people see: pipelines, their tasks, the agents' ReAct steps, the outcomes of votes.

The view follows the events and decides nothing. It can be built again from the events at any
time, and nothing else depends on it.
"""

from typing import ClassVar

from pydantic import AwareDatetime

from shared.contracts.machine import Decision
from shared.contracts.payloads import (
    ConsensusResult,
    PipelineStatus,
    ReActStepTaken,
    TaskStatus,
)
from shared.kernel.records import Record

VIEW_ID = "hub-view"
"""The view's name as a machine."""


class PipelineRecord(Record):
    """A pipeline as its newest status describes it."""

    kind: ClassVar[str] = "pipeline"

    status: PipelineStatus
    """Without a task: tasks have records of their own."""
    tasks_seen: int = 0
    started_at: AwareDatetime
    changed_at: AwareDatetime

    @property
    def key(self) -> str:
        """The pipeline's id."""
        return self.status.pipeline_id

    @property
    def rank(self) -> str:
        """When it was first heard of."""
        return self.started_at.isoformat(timespec="microseconds")


class TaskRecord(Record):
    """A task as its newest status describes it."""

    kind: ClassVar[str] = "task"

    pipeline_id: str
    number: int
    """Its place in the order in which the pipeline's tasks were made known."""
    status: TaskStatus
    changed_at: AwareDatetime

    @property
    def key(self) -> str:
        """The task's id."""
        return self.status.task.task_id

    @property
    def parent(self) -> str:
        """The pipeline that the task belongs to."""
        return self.pipeline_id

    @property
    def rank(self) -> str:
        """Its place in the plan."""
        return f"{self.number:08d}"


class StepRecord(Record):
    """One ReAct step of one attempt at a task."""

    kind: ClassVar[str] = "react_step"

    taken: ReActStepTaken

    @property
    def key(self) -> str:
        """The task, the attempt and the step's number."""
        return f"{self.taken.task_id}/{self.rank}"

    @property
    def parent(self) -> str:
        """The task that the step belongs to."""
        return self.taken.task_id

    @property
    def rank(self) -> str:
        """Its place in the task's trace."""
        return f"{self.taken.attempt:06d}/{self.taken.step.step_number:06d}"


class ProposalRecord(Record):
    """A decided proposal with its votes."""

    kind: ClassVar[str] = "proposal"

    outcome: ConsensusResult
    decided_at: AwareDatetime

    @property
    def key(self) -> str:
        """The proposal's id."""
        return self.outcome.proposal_id

    @property
    def rank(self) -> str:
        """When it was decided."""
        return self.decided_at.isoformat(timespec="microseconds")


def show_status(decision: Decision, status: PipelineStatus) -> None:
    """Remember how the pipeline is, and the task that the status tells about."""
    known = decision.draft.get(PipelineRecord, status.pipeline_id)
    tasks_seen = known.tasks_seen if known is not None else 0
    if status.task is not None:
        task = decision.draft.get(TaskRecord, status.task.task.task_id)
        tasks_seen += task is None
        decision.draft.put(
            TaskRecord(
                pipeline_id=status.pipeline_id,
                number=task.number if task is not None else tasks_seen,
                status=status.task,
                changed_at=decision.now,
            )
        )
    decision.draft.put(
        PipelineRecord(
            status=status.model_copy(update={"task": None}),
            tasks_seen=tasks_seen,
            started_at=known.started_at if known is not None else decision.now,
            changed_at=decision.now,
        )
    )


def show_step(decision: Decision, taken: ReActStepTaken) -> None:
    """Remember the step; one that comes again changes nothing."""
    decision.draft.put(StepRecord(taken=taken))


def show_outcome(decision: Decision, outcome: ConsensusResult) -> None:
    """Remember the first outcome of the proposal; there is one."""
    if decision.draft.get(ProposalRecord, outcome.proposal_id) is None:
        decision.draft.put(ProposalRecord(outcome=outcome, decided_at=decision.now))
