"""All calls of the hub's API together, and the overview that shows all at one look."""

from collections import Counter

from fastapi import APIRouter
from pydantic import BaseModel

from hub.api.fleet import AgentView, agents_of, serve_fleet
from hub.api.page import serve_page
from hub.api.pipelines import serve_pipelines, serve_tasks, serve_waiting
from hub.api.reading import newest
from hub.domain.records import NO_SLOT
from hub.domain.view import PipelineView, ProposalView
from shared.contracts.payloads import AgentState
from shared.ports import store
from shared.ports.ports import Ports

OVERVIEW_LENGTH = 20
"""How many of the newest pipelines and votes the overview shows: a screen's worth, each second."""


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


def router(ports: Ports, *, agents_max: int, consensus_url: str = "") -> APIRouter:
    """Return the API over what the hub's machines stored; the page asks consensus by its URL."""
    routes = APIRouter()
    serve_fleet(routes, ports.store)
    serve_pipelines(routes, ports.store)
    serve_waiting(routes, ports.store)
    serve_tasks(routes, ports.store)
    _serve_overview(routes, ports.store, agents_max)
    serve_page(routes, consensus_url)
    return routes


def _serve_overview(routes: APIRouter, source: store.Store, agents_max: int) -> None:
    @routes.get("/v1/overview", tags=["overview"])
    async def show_overview() -> Overview:
        """Show the fleet, the newest pipelines and the newest votes."""
        agents = await agents_of(source)
        aboard = [agent for agent in agents if agent.slot != NO_SLOT]
        fleet = FleetView(
            agents_max=agents_max,
            agents=Counter(agent.state for agent in agents),
            streams_max=sum(agent.streams_max for agent in aboard),
            streams_busy=sum(len(agent.running) for agent in aboard),
        )
        pipelines, _ = await newest(source, PipelineView, OVERVIEW_LENGTH)
        proposals, _ = await newest(source, ProposalView, OVERVIEW_LENGTH)
        return Overview(
            fleet=fleet,
            agents=agents,
            pipelines=pipelines,
            proposals=proposals,
        )
