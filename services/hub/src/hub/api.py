"""The hub's HTTP API: the fleet, the pipelines, the traces, the votes, and the page to look at.

It reads what the two machines stored, and changes nothing.
"""

from collections import Counter
from datetime import datetime
from importlib import resources
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from hub.domain.records import NO_SLOT, AgentRecord, AssignmentRecord
from hub.domain.routing import HUB_ID
from hub.domain.view import VIEW_ID, PipelineView, ProposalView, StepView, TaskView
from hub.domain.waiting import Waiting, waiting_for
from shared.contracts.payloads import AgentState
from shared.engine.http import Problem
from shared.kernel.records import Record
from shared.ports import store
from shared.ports.ports import Ports

PageSize = Annotated[int, Query(ge=1, le=store.PAGE_SIZE_MAX)]

ASSIGNMENTS_READ_MAX = 200
"""Of a pipeline's tasks in flight, the most urgent ones are looked at: enough to say what for."""

OVERVIEW_LENGTH = 20
"""How many of the newest pipelines and votes the overview shows: a screen's worth, each second."""

MACHINES: dict[type[Record], str] = {
    **dict.fromkeys((AgentRecord, AssignmentRecord), HUB_ID),
    **dict.fromkeys((PipelineView, TaskView, StepView, ProposalView), VIEW_ID),
}
"""Which machine keeps which records."""

PAGE_FILES = {
    "index.html": "text/html",
    "page.css": "text/css",
    "page.js": "text/javascript",
    "plan.js": "text/javascript",
    "elements.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}

PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}

AnyRecord = TypeVar("AnyRecord", bound=Record)


class RunningView(BaseModel):
    """An attempt that an agent carries out."""

    task_id: str
    attempt: int
    task_name: str


class AgentView(BaseModel):
    """An agent as the hub sees it."""

    agent_id: str
    state: AgentState
    slot: int
    """Its inbox; -1 when it has none."""
    epoch: int
    capabilities: tuple[str, ...]
    streams_max: int
    running: tuple[RunningView, ...]
    last_heartbeat_at: datetime | None


class AgentList(BaseModel):
    """The whole fleet: agents with a slot first, then those that wait or are gone."""

    agents: tuple[AgentView, ...]


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


class FleetView(BaseModel):
    """The fleet in numbers."""

    agents_max: int
    agents: dict[AgentState, int]
    streams_max: int
    """Of the agents that have a slot."""
    streams_busy: int


class Overview(BaseModel):
    """All that one look should show."""

    fleet: FleetView
    agents: tuple[AgentView, ...]
    pipelines: tuple[PipelineView, ...]
    proposals: tuple[ProposalView, ...]


def router(ports: Ports, *, agents_max: int) -> APIRouter:
    """Return the API over what the hub's machines stored."""
    routes = APIRouter()
    _serve_fleet(routes, ports.store)
    _serve_pipelines(routes, ports.store)
    _serve_waiting(routes, ports.store)
    _serve_tasks(routes, ports.store)
    _serve_overview(routes, ports.store, agents_max)
    _serve_page(routes)
    return routes


def _serve_fleet(routes: APIRouter, source: store.Store) -> None:
    @routes.get("/v1/agents", tags=["fleet"])
    async def list_agents() -> AgentList:
        """List all agents that the hub remembers."""
        return AgentList(agents=await _agents(source))

    @routes.get("/v1/agents/{agent_id}", tags=["fleet"])
    async def show_agent(agent_id: str) -> AgentView:
        """Show one agent."""
        return _agent(await _find(source, AgentRecord, agent_id, "/v1/agents"))


def _serve_pipelines(routes: APIRouter, source: store.Store) -> None:
    @routes.get("/v1/pipelines", tags=["pipelines"])
    async def list_pipelines(page_size: PageSize = 50, page_token: str = "") -> PipelineList:
        """List pipelines, the newest first."""
        found, token = await _newest(source, PipelineView, page_size, page_token)
        return PipelineList(pipelines=found, next_page_token=token)

    @routes.get("/v1/pipelines/{pipeline_id}", tags=["pipelines"])
    async def show_pipeline(
        pipeline_id: str, page_size: PageSize = store.PAGE_SIZE_MAX, page_token: str = ""
    ) -> PipelinePlan:
        """Show one pipeline with its tasks."""
        found = await _find(source, PipelineView, pipeline_id, "/v1/pipelines")
        tasks, token = await _under(source, TaskView, pipeline_id, page_size, page_token)
        return PipelinePlan(**dict(found), tasks=tasks, next_page_token=token)


def _serve_waiting(routes: APIRouter, source: store.Store) -> None:
    @routes.get("/v1/pipelines/{pipeline_id}/waiting", tags=["pipelines"])
    async def show_waiting(pipeline_id: str) -> WaitingList:
        """Show why tasks of a pipeline that were handed out are with no agent."""
        assigned, _ = await _under(source, AssignmentRecord, pipeline_id, ASSIGNMENTS_READ_MAX)
        waits = any(each.waits for each in assigned)
        return WaitingList(waiting=waiting_for(assigned, await _fleet(source)) if waits else ())


def _serve_tasks(routes: APIRouter, source: store.Store) -> None:
    @routes.get("/v1/tasks/{task_id}", tags=["tasks"])
    async def show_task(task_id: str) -> TaskPage:
        """Show one task, and what it waits for while no agent has it."""
        found = await _find(source, TaskView, task_id, "/v1/pipelines")
        body = await source.get(HUB_ID, AssignmentRecord.kind, task_id)
        assigned = () if body is None else (AssignmentRecord.model_validate_json(body),)
        waiting = waiting_for(assigned, await _fleet(source)) if assigned else ()
        return TaskPage(**dict(found), waiting=waiting[0].detail if waiting else "")

    @routes.get("/v1/tasks/{task_id}/trace", tags=["tasks"])
    async def show_trace(task_id: str) -> Trace:
        """Show what agents thought, did and saw for a task, over all its attempts."""
        steps, _ = await _under(source, StepView, task_id, store.PAGE_SIZE_MAX)
        if not steps:
            await _find(source, TaskView, task_id, "/v1/pipelines")
        return Trace(task_id=task_id, steps=steps)


def _serve_overview(routes: APIRouter, source: store.Store, agents_max: int) -> None:
    @routes.get("/v1/overview", tags=["overview"])
    async def show_overview() -> Overview:
        """Show the fleet, the newest pipelines and the newest votes."""
        agents = await _agents(source)
        aboard = [agent for agent in agents if agent.slot != NO_SLOT]
        fleet = FleetView(
            agents_max=agents_max,
            agents=Counter(agent.state for agent in agents),
            streams_max=sum(agent.streams_max for agent in aboard),
            streams_busy=sum(len(agent.running) for agent in aboard),
        )
        pipelines, _ = await _newest(source, PipelineView, OVERVIEW_LENGTH)
        proposals, _ = await _newest(source, ProposalView, OVERVIEW_LENGTH)
        return Overview(
            fleet=fleet,
            agents=agents,
            pipelines=pipelines,
            proposals=proposals,
        )


def _serve_page(routes: APIRouter) -> None:
    folder = resources.files("hub") / "page"
    contents = {name: (folder / name).read_bytes() for name in PAGE_FILES}

    @routes.get("/", include_in_schema=False)
    @routes.get("/page/{name}", include_in_schema=False)
    def show_page(name: str = "index.html") -> Response:
        """Serve the page and its parts."""
        if name not in contents:
            raise _not_found("page part", name, "/")
        return Response(contents[name], media_type=PAGE_FILES[name], headers=PAGE_HEADERS)


async def _find(source: store.Store, kind: type[AnyRecord], key: str, listing: str) -> AnyRecord:
    body = await source.get(MACHINES[kind], kind.kind, key)
    if body is None:
        raise _not_found(kind.kind, key, listing)
    return kind.model_validate_json(body)


def _not_found(subject: str, key: str, listing: str) -> Problem:
    return Problem(
        404,
        code=f"{subject.replace(' ', '_')}_unknown",
        title=f"There is no such {subject}",
        detail=f"the hub knows no {subject} {key!r}",
        remedy=f"GET {listing} shows what there is; what was begun just now appears in a moment.",
    )


async def _newest(
    source: store.Store, kind: type[AnyRecord], limit: int, token: str = ""
) -> tuple[tuple[AnyRecord, ...], str]:
    query = store.Query(MACHINES[kind], kind.kind, newest_first=True, limit=limit, token=token)
    return await _select(source, kind, query)


async def _under(
    source: store.Store, kind: type[AnyRecord], parent: str, limit: int, token: str = ""
) -> tuple[tuple[AnyRecord, ...], str]:
    query = store.Query(MACHINES[kind], kind.kind, parent=parent, limit=limit, token=token)
    return await _select(source, kind, query)


async def _select(
    source: store.Store, kind: type[AnyRecord], query: store.Query
) -> tuple[tuple[AnyRecord, ...], str]:
    page = await source.select(query)
    return tuple(kind.model_validate_json(body) for body in page.bodies), page.next_token


async def _fleet(source: store.Store) -> tuple[AgentRecord, ...]:
    found, _ = await _newest(source, AgentRecord, store.PAGE_SIZE_MAX)
    return found


async def _agents(source: store.Store) -> tuple[AgentView, ...]:
    found = await _fleet(source)
    ordered = sorted(found, key=lambda agent: (agent.slot == NO_SLOT, agent.agent_id))
    return tuple(map(_agent, ordered))


def _agent(record: AgentRecord) -> AgentView:
    return AgentView.model_validate(record, from_attributes=True)
