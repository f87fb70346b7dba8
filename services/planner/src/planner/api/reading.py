"""Reading what the planner's machine stored: goals, pipelines, and what belongs to them."""

from collections.abc import Iterable
from typing import TypeVar

from planner.domain.planning import PLANNER_ID
from planner.domain.records import GoalRecord, PipelineRecord, TaskRecord
from shared.engine.http import Problem
from shared.kernel.records import Record
from shared.ports import store

LOOK_SECONDS = 0.02
"""Between two looks whether what was posted can be read; usually the second one sees it."""

LOOKS_MAX = 100
"""Two seconds of looks; then the answer goes out, for what was posted is durable anyway."""

AnyRecord = TypeVar("AnyRecord", bound=Record)


async def find(source: store.Store, kind: type[AnyRecord], key: str) -> AnyRecord | None:
    """Return the record, or None where there is none."""
    body = await source.get(PLANNER_ID, kind.kind, key)
    return None if body is None else kind.model_validate_json(body)


async def known_goal(source: store.Store, goal_id: str) -> GoalRecord:
    """Return the goal.

    Raises:
        Problem: there is no such goal.
    """
    goal = await find(source, GoalRecord, goal_id)
    if goal is None:
        raise Problem(
            404,
            code="goal_unknown",
            title="There is no such goal",
            detail=f"the planner knows no goal {goal_id!r}",
            remedy="GET /v1/goals shows what there is; one submitted just now takes a moment.",
        )
    return goal


async def pipeline_of(source: store.Store, goal: GoalRecord) -> PipelineRecord:
    """Return the goal's newest pipeline."""
    pipeline = await find(source, PipelineRecord, goal.pipeline_id)
    assert pipeline is not None, f"goal {goal.goal_id} was stored with its pipeline"
    return pipeline


async def known_task(source: store.Store, goal: GoalRecord, asked: str) -> TaskRecord:
    """Return the task of the goal's newest plan with this id, path or name.

    Raises:
        Problem: there is no such task.
    """
    return task_among(await all_under(source, TaskRecord, goal.pipeline_id), goal, asked)


def task_among(tasks: Iterable[TaskRecord], goal: GoalRecord, asked: str) -> TaskRecord:
    """Return the task with this id, path or name; of those with one name what is planned now.

    Raises:
        Problem: there is no such task.
    """
    named: TaskRecord | None = None
    for task in tasks:
        if task.key == asked:
            return task
        if asked in {task.path, task.task.name} and (named is None or named.until_version):
            named = task
    if named is None:
        raise Problem(
            404,
            code="task_unknown",
            title="There is no such task",
            detail=f"the plan of goal {goal.goal_id} has no task {asked!r}",
            remedy=f"GET /v1/goals/{goal.goal_id}/tasks shows what there is.",
        )
    return named


async def all_under(source: store.Store, kind: type[AnyRecord], parent: str) -> list[AnyRecord]:
    """Return every record of this kind under the parent, such as a pipeline, in order."""
    found: list[AnyRecord] = []
    token = ""
    while True:
        page = await source.select(
            store.Query(
                PLANNER_ID, kind.kind, parent=parent, limit=store.PAGE_SIZE_MAX, token=token
            )
        )
        found += [kind.model_validate_json(body) for body in page.bodies]
        token = page.next_token
        if not token:
            return found
