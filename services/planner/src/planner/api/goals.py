"""Goals as people look at them: lists, progress, plans, and why a task is where it is."""

from typing import Annotated

from fastapi import APIRouter, Query

from planner.api.reading import all_under, find, known_goal, pipeline_of, task_among
from planner.api.waiting import waiting_of
from planner.domain.durations import DurationRecord
from planner.domain.explaining import KnownPlan, TaskExplanation, explain
from planner.domain.findings import ChoiceRecord
from planner.domain.forecasting import Forecaster
from planner.domain.planning import PLANNER_ID, Planning
from planner.domain.records import GoalRecord, TaskRecord
from planner.domain.views import (
    GoalList,
    GoalSummary,
    GoalView,
    TaskList,
    current,
    planned,
    summary_of,
)
from planner.domain.waiting import GoalExplanation, deciding_in, explain_goal
from shared.ports import store
from shared.ports.ports import Ports

PAGE_SIZE_MAX = 100
"""Goals in one page: each is two reads of the store."""

PageSize = Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX)]
ScheduleFilter = Annotated[
    str | None,
    Query(description="Only those that this schedule began; empty: those that people did."),
]
TaskName = Annotated[
    str | None,
    Query(min_length=1, description="The task's id, or its name; without it, the goal itself."),
]


def serve_goals(routes: APIRouter, ports: Ports, planning: Planning) -> None:
    """Add the calls that show goals."""
    source = ports.store

    @routes.get("")
    async def list_goals(
        page_size: PageSize = 50, page_token: str = "", schedule_id: ScheduleFilter = None
    ) -> GoalList:
        """List goals, the newest first."""
        asked = store.Query(
            PLANNER_ID,
            GoalRecord.kind,
            parent=schedule_id,
            newest_first=True,
            limit=page_size,
            token=page_token,
        )
        page = await source.select(asked)
        goals = [GoalRecord.model_validate_json(body) for body in page.bodies]
        summaries = [await _summary(source, goal) for goal in goals]
        return GoalList(goals=tuple(summaries), next_page_token=page.next_token)

    @routes.get("/{goal_id}")
    async def show_goal(goal_id: str) -> GoalView:
        """Show a goal with its plan and how far it has come."""
        goal = await known_goal(source, goal_id)
        pipeline = await pipeline_of(source, goal)
        tasks = await all_under(source, TaskRecord, goal.pipeline_id)
        forecaster = Forecaster(planning.program, await all_under(source, DurationRecord, ""))
        forecast = forecaster.forecast(pipeline, tasks, ports.clock.now())
        return GoalView(
            **dict(summary_of(goal, pipeline)),
            plan=planned(current(tasks)),
            waiting=await waiting_of(source, goal, planning.owner_limits)
            or deciding_in(pipeline, tasks, planning.program),
            progress=forecast.progress,
            expected_end=forecast.end,
        )


def serve_tasks(routes: APIRouter, source: store.Store) -> None:
    """Add the call that lists tasks."""

    @routes.get("/{goal_id}/tasks")
    async def list_tasks(goal_id: str, page_size: PageSize = 50, page_token: str = "") -> TaskList:
        """List a goal's tasks page by page, each before its subtasks."""
        goal = await known_goal(source, goal_id)
        asked = store.Query(
            PLANNER_ID,
            TaskRecord.kind,
            parent=goal.pipeline_id,
            limit=page_size,
            token=page_token,
        )
        page = await source.select(asked)
        tasks = planned(map(TaskRecord.model_validate_json, page.bodies))
        return TaskList(tasks=tasks, next_page_token=page.next_token)


def serve_explanations(routes: APIRouter, source: store.Store, planning: Planning) -> None:
    """Add the call that tells why a goal or a task is where it is."""

    @routes.get("/{goal_id}/explain")
    async def explain_goal_or_task(
        goal_id: str, task: TaskName = None
    ) -> TaskExplanation | GoalExplanation:
        """Tell why a task is in the plan and what it waits for, or why a goal has not begun."""
        goal = await known_goal(source, goal_id)
        if task is None:
            return await _explained(source, goal, planning)
        tasks = await all_under(source, TaskRecord, goal.pipeline_id)
        asked = task_among(tasks, goal, task)
        own = await find(source, ChoiceRecord, asked.key)
        above = await find(source, ChoiceRecord, asked.parent_task_id)
        pipeline = await pipeline_of(source, goal)
        known = KnownPlan(pipeline, {each.key: each for each in tasks}, planning.program)
        return explain(asked, known, own=own, above=above)


async def _explained(source: store.Store, goal: GoalRecord, planning: Planning) -> GoalExplanation:
    pipeline = await pipeline_of(source, goal)
    waiting = await waiting_of(source, goal, planning.owner_limits)
    if waiting is None:
        tasks = await all_under(source, TaskRecord, goal.pipeline_id)
        waiting = deciding_in(pipeline, tasks, planning.program)
    return explain_goal(pipeline, waiting)


async def _summary(source: store.Store, goal: GoalRecord) -> GoalSummary:
    return summary_of(goal, await pipeline_of(source, goal))
