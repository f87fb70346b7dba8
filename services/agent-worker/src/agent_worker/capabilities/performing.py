"""What an agent has done outside its machine: acts and votes by children, thoughts by a model."""

from typing import Protocol

from agent_worker.capabilities.runner import ChildProcessRunner
from agent_worker.domain.actions import ThoughtOutcome, ThoughtRequest
from shared.contracts.vocabulary import Contract


class Thinker(Protocol):
    """Answers questions; an expected failure is an answer, not an exception."""

    async def think(self, request: ThoughtRequest) -> ThoughtOutcome:
        """Return what was chosen, or why nothing was."""
        ...

    async def stop(self) -> None:
        """Let go of what it holds."""
        ...


class AgentRunner:
    """Carries out whatever an agent's machine performs."""

    def __init__(self, children: ChildProcessRunner, thinker: Thinker | None = None) -> None:
        self._children = children
        self._thinker = thinker

    async def start(self) -> None:
        """Make the children usable; a model is asked without a start."""
        await self._children.start()

    async def stop(self) -> None:
        """End the children and let the model go."""
        await self._children.stop()
        if self._thinker is not None:
            await self._thinker.stop()

    async def run(self, request: Contract) -> Contract:
        """Return the outcome of an action, a vote or a thought.

        Raises:
            TypeError: the request is none of them.
        """
        if not isinstance(request, ThoughtRequest):
            return await self._children.run(request)
        if self._thinker is None:
            # Asked before a restart by an agent that was then set up without a model.
            return ThoughtOutcome(trouble="this agent has no model now", tokens_in=0, tokens_out=0)
        return await self._thinker.think(request)
