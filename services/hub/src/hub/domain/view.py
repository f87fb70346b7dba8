"""What people see: pipelines, their tasks, the agents' ReAct steps, the outcomes of votes.

The view follows the events and decides nothing. Its records are in the form in which the API
shows them. They can be built again from the events, and nothing else depends on them.
"""

from typing import ClassVar

from pydantic import AwareDatetime

from shared.contracts.machine import Decision
from shared.contracts.payloads import PipelineState, PipelineStatus, ReActStepTaken, TaskStatus
from shared.contracts.reasoning import Reasoning
from shared.contracts.vocabulary import Failure, Parameters, ReActStep
from shared.contracts.voting import ConsensusResult
from shared.kernel.records import Record

VIEW_ID = "hub-view"
"""The view's name as a machine."""


class PipelineView(Record):
    """A pipeline as its newest status describes it."""

    kind: ClassVar[str] = "pipeline"

    pipeline_id: str
    goal_id: str
    goal_type: str
    state: PipelineState
    tasks_total: int
    tasks_done: int
    tasks_known: int
    """How many of its tasks the view has heard of."""
    failure: Failure | None
    report: Parameters
    started_at: AwareDatetime
    changed_at: AwareDatetime

    @property
    def key(self) -> str:
        """The pipeline's id."""
        return self.pipeline_id

    @property
    def rank(self) -> str:
        """When it was first heard of."""
        return self.started_at.isoformat(timespec="microseconds")


class TaskView(TaskStatus, Record):
    """A task as its newest status describes it."""

    kind: ClassVar[str] = "task"

    pipeline_id: str
    number: int
    """Its place in the order in which the pipeline's tasks became known."""
    changed_at: AwareDatetime

    @property
    def key(self) -> str:
        """The task's id."""
        return self.task.task_id

    @property
    def parent(self) -> str:
        """The pipeline that the task belongs to."""
        return self.pipeline_id

    @property
    def rank(self) -> str:
        """Its place in the plan."""
        return f"{self.number:08d}"


class StepView(ReActStep, Record):
    """One ReAct step of one attempt at a task."""

    kind: ClassVar[str] = "react_step"

    task_id: str
    attempt: int
    agent_id: str
    reasoning: Reasoning = Reasoning()

    @property
    def key(self) -> str:
        """The task, the attempt and the step's number."""
        return f"{self.task_id}/{self.rank}"

    @property
    def parent(self) -> str:
        """The task that the step belongs to."""
        return self.task_id

    @property
    def rank(self) -> str:
        """Its place in the task's trace."""
        return f"{self.attempt:06d}/{self.step_number:06d}"


class ProposalView(ConsensusResult, Record):
    """The outcome of a vote, with its votes."""

    kind: ClassVar[str] = "proposal"

    decided_at: AwareDatetime

    @property
    def key(self) -> str:
        """The proposal's id."""
        return self.proposal_id

    @property
    def rank(self) -> str:
        """When it was decided."""
        return self.decided_at.isoformat(timespec="microseconds")


def show_status(decision: Decision, status: PipelineStatus) -> None:
    """Remember how the pipeline is, and the task that the status tells about."""
    known = decision.draft.get(PipelineView, status.pipeline_id)
    tasks_known = known.tasks_known if known is not None else 0
    if status.task is not None:
        tasks_known += _show_task(decision, status.pipeline_id, status.task, tasks_known + 1)
    decision.draft.put(
        PipelineView(
            pipeline_id=status.pipeline_id,
            goal_id=status.goal_id,
            goal_type=status.goal_type,
            state=status.state,
            tasks_total=status.tasks_total,
            tasks_done=status.tasks_done,
            tasks_known=tasks_known,
            failure=status.failure,
            report=status.report,
            started_at=known.started_at if known is not None else decision.now,
            changed_at=decision.now,
        )
    )


def show_step(decision: Decision, taken: ReActStepTaken) -> None:
    """Remember the step; one that comes again changes nothing."""
    decision.draft.put(
        StepView(
            **dict(taken.step),
            task_id=taken.task_id,
            attempt=taken.attempt,
            agent_id=taken.agent_id,
            reasoning=taken.reasoning,
        )
    )


def show_outcome(decision: Decision, outcome: ConsensusResult) -> None:
    """Remember the first outcome of the proposal; there is one."""
    if decision.draft.get(ProposalView, outcome.proposal_id) is None:
        decision.draft.put(ProposalView(**dict(outcome), decided_at=decision.now))


def _show_task(decision: Decision, pipeline_id: str, status: TaskStatus, next_number: int) -> bool:
    """Remember how the task is; tell whether it is new."""
    known = decision.draft.get(TaskView, status.task.task_id)
    decision.draft.put(
        TaskView(
            **dict(status),
            pipeline_id=pipeline_id,
            number=known.number if known is not None else next_number,
            changed_at=decision.now,
        )
    )
    return known is None
