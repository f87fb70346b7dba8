"""The fleet as people see it: what each agent does, and what its votes turned out to be worth."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from hub.api.reading import find, newest
from hub.domain.records import NO_SLOT, AgentRecord
from hub.domain.reputation import ReputationRecord, weight_of
from hub.domain.routing import HUB_ID
from shared.contracts.payloads import AgentState
from shared.ports import store


class RunningView(BaseModel):
    """An attempt that an agent carries out."""

    task_id: str
    attempt: int
    task_name: str


class ReputationView(BaseModel):
    """What an agent's votes turned out to be worth."""

    votes: int = 0
    """Votes that were counted for it."""
    agreed: int = 0
    """Votes that turned out true."""
    disagreed: int = 0
    """Votes that turned out false; of the others nothing is known."""
    weight: int = weight_of(agreed=0, disagreed=0)
    """From 1 to 100: what it weighs in a proposal whose weights are by reputation."""


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
    reputation: ReputationView = ReputationView()


class AgentList(BaseModel):
    """The whole fleet: agents with a slot first, then those that wait or are gone."""

    agents: tuple[AgentView, ...]


def serve_fleet(routes: APIRouter, source: store.Store) -> None:
    """Add the calls that show agents."""

    @routes.get("/v1/agents", tags=["fleet"])
    async def list_agents() -> AgentList:
        """List all agents that the hub remembers."""
        return AgentList(agents=await agents_of(source))

    @routes.get("/v1/agents/{agent_id}", tags=["fleet"])
    async def show_agent(agent_id: str) -> AgentView:
        """Show one agent."""
        found = await find(source, AgentRecord, agent_id, "/v1/agents")
        body = await source.get(HUB_ID, ReputationRecord.kind, agent_id)
        return _view(found, None if body is None else ReputationRecord.model_validate_json(body))


async def fleet_of(source: store.Store) -> tuple[AgentRecord, ...]:
    """Return the agents that the hub remembers."""
    found, _ = await newest(source, AgentRecord, store.PAGE_SIZE_MAX)
    return found


async def agents_of(source: store.Store) -> tuple[AgentView, ...]:
    """Return the agents as people see them: those with a slot first."""
    found = await fleet_of(source)
    known, _ = await newest(source, ReputationRecord, store.PAGE_SIZE_MAX)
    reputations = {each.agent_id: each for each in known}
    ordered = sorted(found, key=lambda agent: (agent.slot == NO_SLOT, agent.agent_id))
    return tuple(_view(agent, reputations.get(agent.agent_id)) for agent in ordered)


def _view(agent: AgentRecord, reputation: ReputationRecord | None) -> AgentView:
    shown = AgentView.model_validate(agent, from_attributes=True)
    if reputation is None:
        return shown
    worth = ReputationView.model_validate(reputation, from_attributes=True)
    return shown.model_copy(update={"reputation": worth})
