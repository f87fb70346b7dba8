"""What an agent says of its work: a message for every step, one response for every attempt."""

from agent_worker.domain.agent import Agent
from agent_worker.domain.records import AttemptRecord
from shared.contracts.machine import Decision, Send
from shared.contracts.payloads import DataResponse, ReActStepTaken, TaskOutcome
from shared.contracts.topics import EVENTS, HUB
from shared.contracts.vocabulary import Failure, Parameters, ReActStep

HUB_ID = "hub"
"""Who assigns work and takes responses."""


def tell_step(decision: Decision, agent: Agent, attempt: AttemptRecord, step: ReActStep) -> None:
    """Publish a step of the attempt for whoever watches."""
    pipeline_id = attempt.request.pipeline_id
    taken = ReActStepTaken(
        pipeline_id=pipeline_id,
        task_id=attempt.key,
        attempt=attempt.request.attempt,
        agent_id=agent.agent_id,
        step=step,
        reasoning=attempt.reasoning,
    )
    decision.effects.append(Send(EVENTS, taken, "*", pipeline_id, pipeline_id))


def respond(
    decision: Decision, agent: Agent, attempt: AttemptRecord, failure: Failure | None
) -> None:
    """Send the attempt's one response: what it made and found, or why it failed."""
    pipeline_id = attempt.request.pipeline_id
    observation = attempt.steps[-1].observation if attempt.steps else {}
    response = DataResponse(
        pipeline_id=pipeline_id,
        task_id=attempt.key,
        attempt=attempt.request.attempt,
        agent_id=agent.agent_id,
        outcome=TaskOutcome.SUCCEEDED if failure is None else TaskOutcome.FAILED,
        artifacts=attempt.artifacts if failure is None else (),
        facts=attempt.facts if failure is None else {},
        failure=failure,
        steps=len(attempt.steps),
        seconds=max(0.0, (decision.now - attempt.begun_at).total_seconds()),
        model_usage=attempt.model_usage,
        quality_before=_score_in(observation, "quality_before"),
        quality_after=_score_in(observation, "quality_after"),
    )
    decision.effects.append(Send(HUB, response, HUB_ID, pipeline_id, pipeline_id))


def _score_in(observation: Parameters, name: str) -> float | None:
    score = observation.get(name)
    if isinstance(score, bool) or not isinstance(score, int | float):
        return None
    return score if 0 <= score <= 1 else None
