"""An agent in the foreground: the same policies and actions, one task after another, no fleet.

Nobody else takes part: there is no lease, no vote and nothing to recover. What a fleet would do is
done by the same code, so a file that is cleaned here comes out as it would there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from agent_worker.capabilities.child import carry_out
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome
from agent_worker.domain.attempts import STEPS_MAX
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.policy import next_decision
from agent_worker.domain.records import AttemptRecord
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import (
    ActionType,
    Artifact,
    DataTask,
    DataTaskType,
    Parameters,
    ReActStep,
)

PIPELINE_ID = "foreground"

ACTION_SECONDS_MAX = 3600.0
"""Nothing ends an action here but its person; the figure only completes the request."""


@dataclass(frozen=True, slots=True)
class Performed:
    """What came of a task."""

    steps: tuple[ReActStep, ...]
    artifacts: tuple[Artifact, ...]
    facts: Parameters


@dataclass(frozen=True)
class Foreground:
    """Carries tasks out in this process and tells every step."""

    workshop: Workshop
    clock: Callable[[], datetime]
    listen: Callable[[str, ReActStep], None]
    """Told the operator and the step, as soon as the step is done."""
    traces: dict[str, tuple[ReActStep, ...]] = field(
        default_factory=dict[str, tuple[ReActStep, ...]]
    )
    """The steps of each operator so far."""

    def perform(
        self, operator: str, parameters: Parameters, inputs: Sequence[Artifact] = ()
    ) -> Performed:
        """Carry a task out to its final result.

        Raises:
            ActionFailedError: an action failed, or there is no end to them.
        """
        attempt = AttemptRecord(
            request=_request(operator, parameters, inputs), begun_at=self.clock()
        )
        while len(attempt.steps) < STEPS_MAX:
            attempt = self._take_step(attempt)
            if attempt.steps[-1].action is ActionType.FINAL_RESULT:
                return Performed(attempt.steps, attempt.artifacts, attempt.facts)
        raise ActionFailedError(
            "steps_exhausted",
            f"{operator} came to no final result within {STEPS_MAX} steps",
            remedy="Report it with the steps above; it is a mistake in the policy.",
        )

    def _take_step(self, attempt: AttemptRecord) -> AttemptRecord:
        operator = attempt.request.operator
        decision = next_decision(attempt.request, attempt.steps)
        attempt = attempt.model_copy(update={"pending": decision})
        outcome = carry_out(attempt.action_request(), self.workshop).outcome
        assert isinstance(outcome, ActionOutcome), f"{operator} was asked to act, not to vote"
        step = ReActStep(
            step_number=len(attempt.steps) + 1,
            thought=decision.thought,
            action=decision.action,
            action_input=decision.action_input,
            observation=outcome.observation,
            data_quality_score=outcome.data_quality_score,
            timestamp=self.clock(),
        )
        self.listen(operator, step)
        steps = (*attempt.steps, step)
        self.traces[operator] = steps
        if outcome.failure is not None:
            failure = outcome.failure
            raise ActionFailedError(failure.code, failure.detail, remedy=failure.remedy)
        return attempt.model_copy(
            update={
                "steps": steps,
                "artifacts": (*attempt.artifacts, *outcome.artifacts),
                "facts": {**attempt.facts, **outcome.facts},
            }
        )


def _request(operator: str, parameters: Parameters, inputs: Sequence[Artifact]) -> DataRequest:
    task = DataTask(task_id=operator, name=operator, task_type=DataTaskType.PRIMITIVE)
    return DataRequest(
        pipeline_id=PIPELINE_ID,
        task=task,
        operator=operator,
        parameters=parameters,
        inputs=tuple(inputs),
        attempt=1,
        timeout_seconds=ACTION_SECONDS_MAX,
    )
