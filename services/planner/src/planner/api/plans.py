"""Plans as people look at them: as a list, as a tree, as a graph, and how they have changed."""

import re
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query

from planner.api.reading import all_under, known_goal, pipeline_of, task_among
from planner.domain.explaining import KnownPlan
from planner.domain.findings import ChoiceRecord
from planner.domain.plan_diffs import PlanDiff, diff_of_runs, diff_of_versions
from planner.domain.plan_shapes import PlanGraph, PlanTree, graph_of, tree_of
from planner.domain.planning import Planning
from planner.domain.records import GoalRecord, TaskRecord
from planner.domain.views import PlanView, current, decompositions, planned
from shared.engine.http import Problem
from shared.ports import store

NODES_MAX = 2_000
"""Tasks in one graph: more than anybody can look at."""

EDGES_PER_NODE = 5
"""A task is part of one and waits for few; what joins a hundred others leaves some out."""

VERSION = re.compile(r"\d{1,9}")
RUN = re.compile(r"run:(\d{1,9})")


class Shape(StrEnum):
    """How a plan is shown."""

    LIST = "list"
    """All tasks, each before its subtasks, with the reasons for their decomposition."""
    TREE = "tree"
    """A part of it, each task inside the one that it is part of."""
    GRAPH = "graph"
    """A part of it, with what passes between the tasks."""


PlanShape = Annotated[Shape, Query(description="`list`, `tree` or `graph`.")]
Top = Annotated[
    str | None,
    Query(alias="task", min_length=1, description="For a tree or graph: the id, path or name of "
          "the task to begin at; without it, the goal itself."),
]  # fmt: skip
Depth = Annotated[int, Query(ge=0, le=32, description="For a tree: levels below the first task.")]
ChildrenMax = Annotated[
    int, Query(ge=1, le=1_000, description="For a tree: subtasks that are shown of each task.")
]
ChildrenFrom = Annotated[
    int,
    Query(ge=0, description="For a tree: subtasks of the first task to pass over, as its "
          "`next_child` says."),
]  # fmt: skip
NodesMax = Annotated[
    int, Query(ge=1, le=NODES_MAX, description="For a graph: tasks, the upper levels first.")
]
Version = Annotated[
    str,
    Query(
        pattern=r"^(run:)?\d{1,9}$",
        description="A version of the plan, such as 1, or a run of the goal, such as `run:1`.",
    ),
]


def serve_plans(routes: APIRouter, source: store.Store, planning: Planning) -> None:
    """Add the call that shows plans."""

    @routes.get("/{goal_id}/plan")
    async def explain_plan(  # noqa: PLR0913 -- a call's parameters are its options
        goal_id: str,
        *,
        shape: PlanShape = Shape.LIST,
        task: Top = None,
        depth: Depth = 3,
        children_max: ChildrenMax = 50,
        children_from: ChildrenFrom = 0,
        nodes_max: NodesMax = 200,
    ) -> PlanView | PlanTree | PlanGraph:
        """Show a goal's plan with the methods chosen, those rejected, and why.

        As a tree or a graph, one part at a time, with a count of what is left out.
        """
        goal = await known_goal(source, goal_id)
        if shape is Shape.LIST:
            return await _list_of(source, goal)
        known = await _known_plan(source, goal, planning)
        tasks = known.tasks.values()
        top = task_among(tasks, goal, task) if task else next(iter(tasks), None)
        if shape is Shape.GRAPH:
            return graph_of(known, top, nodes_max=nodes_max, edges_max=EDGES_PER_NODE * nodes_max)
        return tree_of(
            known, top, depth=depth, children_max=children_max, children_from=children_from
        )


def serve_diffs(routes: APIRouter, source: store.Store, planning: Planning) -> None:
    """Add the call that compares plans."""

    @routes.get("/{goal_id}/diff")
    async def compare_plans(
        goal_id: str,
        first: Annotated[Version, Query(alias="from")] = "1",
        last: Annotated[Version | None, Query(alias="to")] = None,
    ) -> PlanDiff:
        """Show which tasks came and went between two versions of the plan, and why; or two runs.

        Without `to`, up to the newest version, or run.
        """
        goal = await known_goal(source, goal_id)
        if RUN.fullmatch(first):
            newest = f"run:{len(goal.earlier_pipelines) + 1}"
            former = await _tasks_of_run(source, goal, first)
            latter = await _tasks_of_run(source, goal, last or newest)
            return diff_of_runs(goal_id, former, latter)
        known = await _known_plan(source, goal, planning)
        newest = str(known.pipeline.plan_version)
        if VERSION.fullmatch(last or newest) is None:
            raise _mixed(first, last or newest)
        numbers = int(first), int(last or newest)
        if numbers[0] > numbers[1]:
            raise _reversed(*numbers)
        if numbers[1] > known.pipeline.plan_version:
            raise _unknown_version(numbers[1], known.pipeline.plan_version)
        return diff_of_versions(goal_id, known.tasks, known.program, *numbers)


async def _list_of(source: store.Store, goal: GoalRecord) -> PlanView:
    pipeline = await pipeline_of(source, goal)
    tasks = await all_under(source, TaskRecord, goal.pipeline_id)
    choices = await all_under(source, ChoiceRecord, goal.pipeline_id)
    shown = current(tasks)
    keys = {task.key for task in shown}
    return PlanView(
        goal_id=goal.goal_id,
        pipeline_id=goal.pipeline_id,
        plan_hash=pipeline.plan_hash,
        plan_version=pipeline.plan_version,
        tasks=planned(shown),
        decompositions=decompositions(each for each in choices if each.task_id in keys),
    )


async def _known_plan(source: store.Store, goal: GoalRecord, planning: Planning) -> KnownPlan:
    pipeline = await pipeline_of(source, goal)
    tasks = await all_under(source, TaskRecord, goal.pipeline_id)
    return KnownPlan(pipeline, {each.key: each for each in tasks}, planning.program)


async def _tasks_of_run(source: store.Store, goal: GoalRecord, asked: str) -> list[TaskRecord]:
    found = RUN.fullmatch(asked)
    if found is None:
        raise _mixed("a run", asked)
    runs = (*goal.earlier_pipelines, goal.pipeline_id)
    number = int(found[1])
    if not 1 <= number <= len(runs):
        raise Problem(
            404,
            code="run_unknown",
            title="There is no such run",
            detail=f"goal {goal.goal_id} had {len(runs)} runs, not {asked}",
            remedy=f"name one from run:1 to run:{len(runs)}",
        )
    return await all_under(source, TaskRecord, runs[number - 1])


def _unknown_version(asked: int, newest: int) -> Problem:
    return Problem(
        404,
        code="version_unknown",
        title="The plan has no such version",
        detail=f"version {asked} was asked for; the plan has {newest}",
        remedy=f"name versions from 0 to {newest}",
    )


def _reversed(first: int, last: int) -> Problem:
    return Problem(
        422,
        code="versions_reversed",
        title="The later version comes last",
        detail=f"from is {first}, which is not before {last}",
        remedy="name the earlier one as from; the newest is plan_version in GET …/plan",
    )


def _mixed(first: str, last: str) -> Problem:
    return Problem(
        422,
        code="versions_mixed",
        title="A version cannot be compared with a run",
        detail=f"from is {first}, to is {last}",
        remedy="name two versions, such as from=1&to=2, or two runs, such as from=run:1&to=run:2",
    )
