"""How long agents may be busy with a goal, and with each part of it that has a budget of its own.

Seconds are counted when an attempt answers, for the pipeline and for every task above it that has
a budget. A part that has spent too much fails like a task does: another method of it is tried, or
of a task above. The pipeline that has spent too much is given up.

Tokens of language models are a budget of another kind: nobody needs them, because the rules can
always reason. So nothing is given up for them; an attempt is told before it begins how many it may
use, and what was used and what is promised are never more than the budget.
"""

from planner.domain.pipeline import Pipeline
from planner.domain.records import TaskRecord
from planner.domain.repairing import give_up
from planner.domain.visibility import scopes_of
from shared.contracts.payloads import TaskState
from shared.contracts.reasoning import ModelUsage
from shared.contracts.vocabulary import Failure


def spend(pipeline: Pipeline, task: TaskRecord, seconds: float, usage: ModelUsage) -> None:
    """Count what an attempt at the task took, before anything follows from its outcome."""
    pipeline.change(
        seconds_spent=pipeline.record.seconds_spent + seconds,
        model_usage=pipeline.record.model_usage.plus(usage),
    )
    for part in tuple(scopes_of(pipeline.decision.draft, task)):
        if _budget_of(pipeline, part) is not None:
            spent = part.seconds_spent + seconds
            pipeline.decision.draft.put(part.model_copy(update={"seconds_spent": spent}))


def end_beyond_budget(pipeline: Pipeline, task: TaskRecord) -> None:
    """Give up what has spent more than its budget: the pipeline, or else a part with the task."""
    budget, spent = pipeline.record.terms.budget_seconds, pipeline.record.seconds_spent
    if pipeline.is_open and budget is not None and spent > budget:
        pipeline.refuse(_exhausted("it", spent, budget))
        return
    for part in tuple(scopes_of(pipeline.decision.draft, task)) if pipeline.is_open else ():
        budget = _budget_of(pipeline, part)
        is_under_way = part.state is TaskState.RUNNING and not part.until_version
        if is_under_way and budget is not None and part.seconds_spent > budget:
            give_up(pipeline, part, _exhausted(part.task.name, part.seconds_spent, budget))
            return


def _budget_of(pipeline: Pipeline, part: TaskRecord) -> float | None:
    return pipeline.planning.program.tasks[part.model].task.budget_seconds


def _exhausted(name: str, spent: float, budget: float) -> Failure:
    return Failure(
        code="budget_exhausted",
        detail=f"agents were busy with {name} for {spent:.1f} s; its budget is {budget:g} s",
        remedy="give it a larger budget_seconds and retry the goal: what is done is taken over",
    )
