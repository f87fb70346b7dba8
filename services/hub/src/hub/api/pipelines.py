"""Pipelines as people see them: their tasks, what those wait for, and their traces."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from hub.api.fleet import fleet_of
from hub.api.reading import find, newest, under
from hub.domain.records import AssignmentRecord
from hub.domain.routing import HUB_ID
from hub.domain.view import PipelineView, StepView, TaskView
from hub.domain.waiting import Waiting, waiting_for
from shared.ports import store

PageSize = Annotated[int, Query(ge=1, le=store.PAGE_SIZE_MAX)]

ASSIGNMENTS_READ_MAX = 200
"""Of a pipeline's tasks in flight, the most urgent ones are looked at: enough to say what for."""


class PipelineList(BaseModel):
    """One page of pipelines, the newest first."""

    pipelines: tuple[PipelineView, ...]
    next_page_token: str
    """Empty on the last page."""


class TaskPage(TaskView):
    """A task with what it waits for."""

    waiting: str
    """Why no agent has it, for a task that was handed out; empty otherwise."""


class WaitingList(BaseModel):
    """What a pipeline's tasks wait for, by the capability that they ask for."""

    waiting: tuple[Waiting, ...]


class PipelinePlan(PipelineView):
    """A pipeline with one page of its tasks, in the order of the plan."""

    tasks: tuple[TaskView, ...]
    next_page_token: str
    """Empty on the last page."""


class Trace(BaseModel):
    """All ReAct steps that were taken for a task, in order."""

    task_id: str
    steps: tuple[StepView, ...]


def serve_pipelines(routes: APIRouter, source: store.Store) -> None:
    """Add the calls that show pipelines."""

    @routes.get("/v1/pipelines", tags=["pipelines"])
    async def list_pipelines(page_size: PageSize = 50, page_token: str = "") -> PipelineList:
        """List pipelines, the newest first."""
        found, token = await newest(source, PipelineView, page_size, page_token)
        return PipelineList(pipelines=found, next_page_token=token)

    @routes.get("/v1/pipelines/{pipeline_id}", tags=["pipelines"])
    async def show_pipeline(
        pipeline_id: str, page_size: PageSize = store.PAGE_SIZE_MAX, page_token: str = ""
    ) -> PipelinePlan:
        """Show one pipeline with its tasks."""
        found = await find(source, PipelineView, pipeline_id, "/v1/pipelines")
        tasks, token = await under(source, TaskView, pipeline_id, page_size, page_token)
        return PipelinePlan(**dict(found), tasks=tasks, next_page_token=token)


def serve_waiting(routes: APIRouter, source: store.Store) -> None:
    """Add the call that tells what a pipeline waits for."""

    @routes.get("/v1/pipelines/{pipeline_id}/waiting", tags=["pipelines"])
    async def show_waiting(pipeline_id: str) -> WaitingList:
        """Show why tasks of a pipeline that were handed out are with no agent."""
        assigned, _ = await under(source, AssignmentRecord, pipeline_id, ASSIGNMENTS_READ_MAX)
        waits = any(each.waits for each in assigned)
        return WaitingList(waiting=waiting_for(assigned, await fleet_of(source)) if waits else ())


def serve_tasks(routes: APIRouter, source: store.Store) -> None:
    """Add the calls that show tasks and their traces."""

    @routes.get("/v1/tasks/{task_id}", tags=["tasks"])
    async def show_task(task_id: str) -> TaskPage:
        """Show one task, and what it waits for while no agent has it."""
        found = await find(source, TaskView, task_id, "/v1/pipelines")
        body = await source.get(HUB_ID, AssignmentRecord.kind, task_id)
        assigned = () if body is None else (AssignmentRecord.model_validate_json(body),)
        waiting = waiting_for(assigned, await fleet_of(source)) if assigned else ()
        return TaskPage(**dict(found), waiting=waiting[0].detail if waiting else "")

    @routes.get("/v1/tasks/{task_id}/trace", tags=["tasks"])
    async def show_trace(task_id: str) -> Trace:
        """Show what agents thought, did and saw for a task, over all its attempts."""
        steps, _ = await under(source, StepView, task_id, store.PAGE_SIZE_MAX)
        if not steps:
            await find(source, TaskView, task_id, "/v1/pipelines")
        return Trace(task_id=task_id, steps=steps)
