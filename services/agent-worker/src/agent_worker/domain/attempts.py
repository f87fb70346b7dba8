"""An attempt at a task: the ReAct loop, one decision and one action at a time.

Theory of operation. A request begins an attempt. The policy reads the trace so far and decides
the next action; a child process carries it out; what was seen becomes the next step of the trace.
The final action, a failure or a limit ends the attempt with exactly one response, and its record
is gone. The record holds the decision under way, so a restarted agent performs that same action
again and the trace goes on as if nothing had happened.

An agent with a language model asks it in between, where there is a choice: the question is an
activity like an action, and the record holds it while it is under way.
"""

from agent_worker.domain.actions import (
    ActionDecision,
    ActionOutcome,
    ThoughtOutcome,
    ThoughtRequest,
)
from agent_worker.domain.agent import Agent
from agent_worker.domain.records import AttemptRecord
from agent_worker.domain.responses import respond, tell_step
from agent_worker.domain.thinking import REASONER_ERRORS, question_of, told, usage_of, weigh
from shared.contracts.machine import Abandon, Decision, Perform
from shared.contracts.payloads import DataRequest, TaskCancellation
from shared.contracts.reasoning import Reasoner, Reasoning
from shared.contracts.vocabulary import ActionType, Artifact, Contract, Failure, ReActStep
from shared.kernel.records import State

STEPS_MAX = 30
"""Steps of one attempt. The longest loop is that of a partition on which the recipe misbehaves:
each repair and each batch of the recipe is tried once, then those of its own, which makes 27."""

OUTCOME_BYTES_MAX = 400_000
"""The largest outcome of an action: its step and its response must each fit into one message."""

TIMER_PREFIX = "attempt:"


def attempts_of(state: State) -> tuple[AttemptRecord, ...]:
    """Return the attempts under way, by task."""
    return tuple(state.select(AttemptRecord, "all", ""))


def begin(decision: Decision, agent: Agent, request: DataRequest) -> None:
    """Begin an attempt; it replaces an older one of its task, and is ignored if it is older."""
    current = decision.draft.get(AttemptRecord, request.task.task_id)
    if current is None and len(attempts_of(decision.draft)) >= agent.streams_max:
        return
    if request.attempt <= (0 if current is None else current.request.attempt):
        return
    if current is not None:
        _forget(decision, current)
    attempt = AttemptRecord(request=request, begun_at=decision.now)
    decision.set_timer(TIMER_PREFIX + attempt.key, attempt.deadline)
    _think(decision, agent, attempt)


def take_outcome(
    decision: Decision, agent: Agent, attempt: AttemptRecord, outcome: Contract
) -> None:
    """Add what the action saw to the trace, and think on or respond; after a thought, act."""
    if attempt.question is not None:
        unexpected = ThoughtOutcome(trouble=f"asking it ended in {type(outcome).__name__}")
        thought = outcome if isinstance(outcome, ThoughtOutcome) else unexpected
        _take_thought(decision, agent, attempt, attempt.question, thought)
        return
    if not isinstance(outcome, ActionOutcome):
        _end(decision, agent, attempt, _unexpected(attempt, outcome))
        return
    if len(outcome.model_dump_json()) > OUTCOME_BYTES_MAX:
        _end(decision, agent, attempt, _too_large(attempt))
        return
    step = _step_of(decision, attempt, outcome)
    tell_step(decision, agent, attempt, step)
    attempt = attempt.model_copy(
        update={
            "steps": (*attempt.steps, step),
            "artifacts": _with_newer(attempt.artifacts, outcome.artifacts),
            "facts": {**attempt.facts, **outcome.facts},
        }
    )
    if outcome.failure is not None or step.action is ActionType.FINAL_RESULT:
        _end(decision, agent, attempt, outcome.failure)
    else:
        _think(decision, agent, attempt)


def expire(decision: Decision, agent: Agent, task_id: str) -> None:
    """Give an attempt up whose time is over; another one may be luckier."""
    attempt = decision.draft.get(AttemptRecord, task_id)
    if attempt is None:
        return
    decision.effects.append(Abandon(attempt.activity_id))
    failure = Failure(
        code="attempt_timed_out",
        detail=f"attempt {attempt.request.attempt} at {attempt.request.task.name} was not done "
        f"after {attempt.request.timeout_seconds:g} s, in step {len(attempt.steps) + 1}",
        remedy="give the task more time, or split its input into smaller partitions",
        retryable=True,
    )
    _end(decision, agent, attempt, failure)


def cancel(decision: Decision, cancellation: TaskCancellation) -> None:
    """Stop the attempt without a response: nobody wants its outcome; a newer one goes on."""
    attempt = decision.draft.get(AttemptRecord, cancellation.task_id)
    if attempt is not None and attempt.request.attempt <= cancellation.attempt:
        _forget(decision, attempt)


def abandon_attempts(decision: Decision) -> None:
    """Stop every attempt without a response: others have the work now."""
    for attempt in attempts_of(decision.draft):
        _forget(decision, attempt)


def _think(decision: Decision, agent: Agent, attempt: AttemptRecord) -> None:
    suggestion = _next_of(agent, attempt)
    if isinstance(suggestion, Failure):
        _end(decision, agent, attempt, suggestion)
        return
    seconds_gone = (decision.now - attempt.begun_at).total_seconds()
    asked = question_of(agent, attempt, suggestion, seconds_gone)
    if isinstance(asked, Reasoning):
        _act(decision, attempt, suggestion, asked)
        return
    _perform(decision, attempt.model_copy(update={"pending": None, "question": asked}))


def _take_thought(
    decision: Decision,
    agent: Agent,
    attempt: AttemptRecord,
    question: ThoughtRequest,
    outcome: ThoughtOutcome,
) -> None:
    """Do what the model chose, or else what the rules decide, and count what the question took."""
    suggestion = _next_of(agent, attempt)
    if isinstance(suggestion, Failure):
        _end(decision, agent, attempt, suggestion)
        return
    chosen, reasoner, detail = weigh(attempt, question, suggestion, outcome)
    usage = usage_of(agent.model, question, outcome)
    reasoning = Reasoning(reasoner=reasoner, model=question.model, detail=detail, usage=usage)
    failed = 0 if reasoner is Reasoner.MODEL else attempt.thoughts_failed + 1
    spent = attempt.model_usage.plus(usage)
    attempt = attempt.model_copy(update={"model_usage": spent, "thoughts_failed": failed})
    _act(decision, attempt, chosen, reasoning)


def _act(
    decision: Decision, attempt: AttemptRecord, chosen: ActionDecision, reasoning: Reasoning
) -> None:
    pending = told(chosen, reasoning)
    acting = {"pending": pending, "reasoning": reasoning, "question": None}
    _perform(decision, attempt.model_copy(update=acting))


def _perform(decision: Decision, attempt: AttemptRecord) -> None:
    decision.draft.put(attempt)
    decision.effects.append(Perform(attempt.activity_id, attempt.activity_request()))


def _next_of(agent: Agent, attempt: AttemptRecord) -> ActionDecision | Failure:
    operator = attempt.request.operator
    if len(attempt.steps) >= STEPS_MAX:
        return Failure(
            code="steps_exhausted",
            detail=f"{operator} came to no final result within {STEPS_MAX} steps",
            remedy="read the task's trace: the last observations tell what it was stuck on",
        )
    try:
        return agent.policy(attempt.request, attempt.steps)
    except REASONER_ERRORS as error:
        return Failure(
            code="reasoner_failed",
            detail=f"the policy of {operator} raised {type(error).__name__}: {error}",
            remedy="report it with the task's trace; it is a mistake in the policy",
        )


def _end(decision: Decision, agent: Agent, attempt: AttemptRecord, failure: Failure | None) -> None:
    respond(decision, agent, attempt, failure)
    decision.cancel_timer(TIMER_PREFIX + attempt.key)
    decision.draft.delete(attempt)


def _forget(decision: Decision, attempt: AttemptRecord) -> None:
    decision.effects.append(Abandon(attempt.activity_id))
    decision.cancel_timer(TIMER_PREFIX + attempt.key)
    decision.draft.delete(attempt)


def _step_of(decision: Decision, attempt: AttemptRecord, outcome: ActionOutcome) -> ReActStep:
    assert attempt.pending is not None, f"an action of {attempt.key} ended that was not decided"
    return ReActStep(
        step_number=len(attempt.steps) + 1,
        thought=attempt.pending.thought,
        action=attempt.pending.action,
        action_input=attempt.pending.action_input,
        observation=outcome.observation,
        data_quality_score=outcome.data_quality_score,
        timestamp=decision.now,
    )


def _with_newer(
    artifacts: tuple[Artifact, ...], newer: tuple[Artifact, ...]
) -> tuple[Artifact, ...]:
    return tuple({artifact.name: artifact for artifact in (*artifacts, *newer)}.values())


def _unexpected(attempt: AttemptRecord, outcome: Contract) -> Failure:
    return Failure(
        code="outcome_unexpected",
        detail=f"an action of {attempt.request.operator} ended in {type(outcome).__name__}",
        remedy="report it: the agent's machine and its child processes disagree",
    )


def _too_large(attempt: AttemptRecord) -> Failure:
    return Failure(
        code="outcome_too_large",
        detail=f"an action of {attempt.request.operator} told more than {OUTCOME_BYTES_MAX} bytes",
        remedy="name fewer sources in one goal; bulk belongs into the object store",
    )
