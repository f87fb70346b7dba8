"""How a task ends: what one action left behind is handed over as the task's result."""

from pydantic import Field

from agent_worker.domain.actions import ActionDecision
from shared.contracts.vocabulary import (
    ActionType,
    Artifact,
    Contract,
    Parameters,
    QualityScore,
)


class Handover(Contract):
    """The input of every final action: the task's outputs, ready to be checked and reported."""

    artifacts: tuple[Artifact, ...] = ()
    facts: Parameters = Field(default_factory=dict)
    score: QualityScore
    """How good the data is that the outputs hold, or describe."""
    quality_before: QualityScore | None = None
    quality_after: QualityScore | None = None


def hand_over(thought: str, handover: Handover) -> ActionDecision:
    """Decide to end the task with these outputs."""
    return ActionDecision(thought, ActionType.FINAL_RESULT, handover.model_dump(mode="json"))
