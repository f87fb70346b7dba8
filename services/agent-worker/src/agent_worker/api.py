"""The HTTP API of one agent: who it is, where it stands, what it is doing."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from agent_worker.domain.agent import Agent
from agent_worker.domain.records import (
    MACHINE,
    AttemptRecord,
    BallotRecord,
    MembershipRecord,
    MembershipState,
)
from shared.contracts.vocabulary import ActionType, Failure
from shared.kernel.records import Record
from shared.ports.ports import Ports
from shared.ports.store import PAGE_SIZE_MAX, Query


class AttemptView(BaseModel):
    """An attempt under way."""

    pipeline_id: str
    task_id: str
    name: str
    operator: str
    attempt: int
    begun_at: datetime
    deadline: datetime
    steps: int
    thought: str
    """What the agent is thinking right now; empty before its first decision."""
    action: ActionType | None


class AgentView(BaseModel):
    """One agent."""

    agent_id: str
    public_key: str
    capabilities: tuple[str, ...]
    streams_max: int
    state: MembershipState
    slot: int
    epoch: int
    refusal: Failure | None
    running: tuple[AttemptView, ...]
    voting_on: tuple[str, ...]
    """Ids of the proposals that it is checking."""


def router(ports: Ports, agent: Agent) -> APIRouter:
    """Return the API over what the agent's machine stored."""
    routes = APIRouter(prefix="/v1/agent", tags=["agent"])

    @routes.get("")
    async def show_agent() -> AgentView:
        """Show this agent and what it is doing."""
        body = await ports.store.get(MACHINE, MembershipRecord.kind, "membership")
        place = (
            MembershipRecord(registration_id="")
            if body is None
            else MembershipRecord.model_validate_json(body)
        )
        attempts = await ports.store.select(_all_of(AttemptRecord))
        ballots = await ports.store.select(_all_of(BallotRecord))
        running = (AttemptRecord.model_validate_json(each) for each in attempts.bodies)
        checking = (BallotRecord.model_validate_json(each) for each in ballots.bodies)
        return AgentView(
            agent_id=agent.agent_id,
            public_key=agent.public_key,
            capabilities=agent.capabilities,
            streams_max=agent.streams_max,
            state=place.state,
            slot=place.slot,
            epoch=place.epoch,
            refusal=place.refusal,
            running=tuple(_attempt_view(attempt) for attempt in running),
            voting_on=tuple(ballot.key for ballot in checking),
        )

    return routes


def _all_of(kind: type[Record]) -> Query:
    return Query(machine=MACHINE, kind=kind.kind, limit=PAGE_SIZE_MAX)


def _attempt_view(attempt: AttemptRecord) -> AttemptView:
    request, pending = attempt.request, attempt.pending
    return AttemptView(
        pipeline_id=request.pipeline_id,
        task_id=request.task.task_id,
        name=request.task.name,
        operator=request.operator,
        attempt=request.attempt,
        begun_at=attempt.begun_at,
        deadline=attempt.deadline,
        steps=len(attempt.steps),
        thought="" if pending is None else pending.thought,
        action=None if pending is None else pending.action,
    )
