"""Goals as people look at them: lists, progress, plans, and why a task is where it is."""

from typing import Annotated

from fastapi import APIRouter, Query

from planner.api.reading import all_under, find, known_goal, pipeline_of, task_among
from planner.api.waiting import waiting_of
from planner.domain.explaining import TaskExplanation, explain
from planner.domain.findings import ChoiceRecord
from planner.domain.planning import PLANNER_ID, Planning
from planner.domain.records import GoalRecord, TaskRecord
from planner.domain.views import (
    GoalList,
    GoalSummary,
    GoalView,
    PlanView,
    TaskList,
    decompositions,
    planned,
    summary_of,
)
from planner.domain.waiting import GoalExplanation, explain_goal
from shared.ports import store

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


def serve_goals(routes: APIRouter, source: store.Store, planning: Planning) -> None:
    """Add the calls that show goals."""

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
        summary = await _summary(source, goal)
        tasks = await all_under(source, TaskRecord, goal.pipeline_id)
        waiting = await waiting_of(source, goal, planning.owner_limits)
        return GoalView(**dict(summary), plan=planned(tasks), waiting=waiting)


def serve_plans(routes: APIRouter, source: store.Store) -> None:
    """Add the calls that show plans and tasks."""

    @routes.get("/{goal_id}/plan")
    async def explain_plan(goal_id: str) -> PlanView:
        """Show a goal's plan with the methods chosen, those rejected, and why."""
        goal = await known_goal(source, goal_id)
        pipeline = await pipeline_of(source, goal)
        tasks = await all_under(source, TaskRecord, goal.pipeline_id)
        choices = await all_under(source, ChoiceRecord, goal.pipeline_id)
        return PlanView(
            goal_id=goal.goal_id,
            pipeline_id=goal.pipeline_id,
            plan_hash=pipeline.plan_hash,
            tasks=planned(tasks),
            decompositions=decompositions(choices),
        )

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
            waiting = await waiting_of(source, goal, planning.owner_limits)
            return explain_goal(await pipeline_of(source, goal), waiting)
        tasks = await all_under(source, TaskRecord, goal.pipeline_id)
        asked = task_among(tasks, goal, task)
        own = await find(source, ChoiceRecord, asked.key)
        above = await find(source, ChoiceRecord, asked.parent_task_id)
        return explain(asked, {each.key: each for each in tasks}, own=own, above=above)


async def _summary(source: store.Store, goal: GoalRecord) -> GoalSummary:
    return summary_of(goal, await pipeline_of(source, goal))
