"""What a replan would keep and do anew: the machine's own decision, on a copy of its records."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from pydantic import BaseModel, Field

from planner.domain.limits import PREVIEW_SHOWN_MAX
from planner.domain.planning import Planning
from planner.domain.records import GoalRecord, PipelineRecord, TaskRecord
from planner.domain.replanning import replan
from shared.contracts.machine import Decision
from shared.contracts.payloads import GoalCommand, PipelineState, TaskState
from shared.contracts.terms import GoalTerms
from shared.contracts.vocabulary import DataTaskType, Failure, Parameters
from shared.kernel.records import Draft, Record, Records


class ReplanPreview(BaseModel):
    """What would become of a goal's work; nothing is stored or begun."""

    goal_id: str
    parameters: Parameters = Field(description="With all defaults filled in.")
    terms: GoalTerms
    kept: int = Field(description="Tasks of agents whose finished work is taken over.")
    kept_tasks: tuple[str, ...] = Field(description="Their names, as many as are shown.")
    anew: int = Field(description="Tasks of agents that are done, or done again.")
    anew_tasks: tuple[str, ...] = Field(description="Their names, as many as are shown.")
    work_seconds: float = Field(description="Expected duration of what is done anew.")
    awaits: tuple[str, ...] = Field(
        description="Facts that only work will bring; what they lead to is in none of the counts."
    )
    failure: Failure | None = Field(description="Why the goal would fail at once; mostly nothing.")


def preview_replan(
    planning: Planning, stored: Iterable[Record], command: GoalCommand, now: datetime
) -> ReplanPreview:
    """Return what a replan of the goal would come to.

    `stored` are the goal, its newest pipeline, and the tasks, facts and data of that.
    """
    records = Records(map(_ended, stored))
    goal = records.get(GoalRecord, command.goal_id)
    assert goal is not None, "the goal is among what was stored"
    whole = replace(planning, limits=planning.limits.whole())
    decision = Decision(Draft(records), now)
    terms = command.terms or goal.terms
    replan(decision, whole, goal, command.model_copy(update={"terms": _with_room(terms, planning)}))
    moved = decision.draft.get(GoalRecord, goal.goal_id)
    pipeline = decision.draft.get(PipelineRecord, (moved or goal).pipeline_id)
    assert moved is not None, "a goal stays"
    assert pipeline is not None, "a pipeline stays"
    asked = moved.model_copy(update={"terms": terms})
    return _preview_of(asked, pipeline, _planned_in(decision, pipeline))


def _with_room(terms: GoalTerms, planning: Planning) -> GoalTerms:
    """Return terms under which no task is held, so that each shows whether it is taken over."""
    return terms.model_copy(update={"tasks_running_max": planning.limits.nodes_max})


def _ended(record: Record) -> Record:
    """Return the record as if its pipeline had ended: no place in line matters here."""
    if not isinstance(record, PipelineRecord):
        return record
    return record.model_copy(update={"state": PipelineState.CANCELLED, "run": 1})


def _planned_in(decision: Decision, pipeline: PipelineRecord) -> list[TaskRecord]:
    records = (change.record for change in decision.draft.changes())
    tasks = (each for each in records if isinstance(each, TaskRecord))
    planned = (each for each in tasks if each.pipeline_id == pipeline.key)
    return sorted(planned, key=lambda task: task.rank)


def _preview_of(
    goal: GoalRecord, pipeline: PipelineRecord, tasks: list[TaskRecord]
) -> ReplanPreview:
    work = [task for task in tasks if task.task.task_type is DataTaskType.PRIMITIVE]
    kept = [task for task in work if task.state is TaskState.DONE]
    anew = [task for task in work if task.state is not TaskState.DONE]
    return ReplanPreview(
        goal_id=goal.goal_id,
        parameters=goal.parameters,
        terms=goal.terms,
        kept=len(kept),
        kept_tasks=_names(kept),
        anew=len(anew),
        anew_tasks=_names(anew),
        work_seconds=sum(task.task.estimated_duration for task in anew),
        awaits=tuple(dict.fromkeys(fact for task in tasks for fact in task.awaits)),
        failure=pipeline.failure if pipeline.state is PipelineState.FAILED else None,
    )


def _names(tasks: list[TaskRecord]) -> tuple[str, ...]:
    return tuple(task.task.name for task in tasks[:PREVIEW_SHOWN_MAX])
