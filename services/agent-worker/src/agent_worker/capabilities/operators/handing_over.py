"""The last action of every operator: see that the outputs are there, and report them."""

from agent_worker.capabilities.artifacts import open_artifact
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.operators.handover import Handover
from shared.contracts.vocabulary import Parameters


def hand_over(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Return the task's outputs; fails when one of them cannot be read back."""
    handover = Handover.model_validate(request.action_input)
    for artifact in handover.artifacts:
        if not artifact.name.startswith("table:"):
            open_artifact(workshop.store, artifact)
    observation: Parameters = {"artifacts": [artifact.name for artifact in handover.artifacts]}
    if handover.quality_before is not None:
        observation["quality_before"] = handover.quality_before
    if handover.quality_after is not None:
        observation["quality_after"] = handover.quality_after
    return ActionOutcome(
        observation=observation,
        data_quality_score=handover.score,
        artifacts=handover.artifacts,
        facts=handover.facts,
    )


def written(handover: Handover) -> ActionOutcome:
    """Return the outcome of an action whose outputs the next one hands over."""
    return ActionOutcome(
        observation=handover.model_dump(mode="json"), data_quality_score=handover.score
    )
