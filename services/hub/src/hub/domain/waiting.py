"""Why tasks that were handed out wait for an agent, in a sentence for people.

The hub assigns at once whatever can be assigned, so what waits has one of two reasons: nobody in
the fleet has the capability, or everybody who has it is busy, starting or on the way out.
"""

from collections import Counter
from collections.abc import Sequence

from pydantic import BaseModel, Field

from hub.domain.records import NO_SLOT, AgentRecord, AssignmentRecord
from shared.contracts.payloads import AgentState


class Waiting(BaseModel):
    """What tasks that ask for one capability wait for."""

    capability: str
    tasks: int = Field(description="Tasks of the pipeline that wait for it.")
    agents: int = Field(description="Agents of the fleet that have it.")
    detail: str


def waiting_for(
    assignments: Sequence[AssignmentRecord], agents: Sequence[AgentRecord]
) -> tuple[Waiting, ...]:
    """Return what those of the tasks wait for that nobody carries out, by capability."""
    asked = Counter(each.request.operator for each in assignments if each.waits)
    return tuple(
        _waiting(capability, tasks, [each for each in agents if _offers(each, capability)])
        for capability, tasks in sorted(asked.items())
    )


def _offers(agent: AgentRecord, capability: str) -> bool:
    return agent.slot != NO_SLOT and capability in agent.capabilities


def _waiting(capability: str, tasks: int, able: Sequence[AgentRecord]) -> Waiting:
    active = sum(agent.state is AgentState.ACTIVE for agent in able)
    if not able:
        why = f"no agent with capability `{capability}`"
    elif not active:
        why = f"no agent with capability `{capability}` takes work now: {len(able)} start or stop"
    else:
        noun = "the agent" if active == 1 else f"all {active} agents"
        why = f"{noun} with capability `{capability}` {'is' if active == 1 else 'are'} busy"
    return Waiting(capability=capability, tasks=tasks, agents=len(able), detail=f"waiting: {why}")
