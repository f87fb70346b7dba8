"""Electorates of a few agents."""

from collections.abc import Sequence

from shared.contracts.electorates import Elector

AGENTS = ("agent-a", "agent-b", "agent-c")


def electorate(agents: Sequence[str] = AGENTS) -> tuple[Elector, ...]:
    """Return an electorate of these agents."""
    return tuple(Elector(agent_id=agent, public_key="key") for agent in agents)
