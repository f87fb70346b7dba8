"""Who decides a step: the rules, or a language model where the agent has one and there is a choice.

The rules always decide first. A model is asked only where more than one thing may be done, and the
attempt can afford it; what it answers must be one of those things. In every other case the step is
the one that the rules decided, and says why.
"""

from dataclasses import replace

from agent_worker.domain.actions import ActionDecision, ThoughtOutcome, ThoughtRequest
from agent_worker.domain.agent import Agent, ModelTerms
from agent_worker.domain.asking import question_for, tokens_in_max
from agent_worker.domain.choosing import options_for
from agent_worker.domain.options import OptionRefusedError, take_choice
from agent_worker.domain.records import AttemptRecord
from shared.contracts.reasoning import ModelUsage, Reasoner, Reasoning

THOUGHTS_FAILED_MAX = 2
"""Answers in a row that could not be followed; a third is not waited for in this attempt."""

MODEL_TIME_SHARE_MAX = 0.5
"""Of an attempt's time, after which no model is asked: the rest is for the data."""

MILLION = 1_000_000

BY_RULES = Reasoning()
"""How steps are decided where there is no model, or no choice."""

REASONER_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What a mistake in a policy raises: it costs the attempt, never the agent."""


def question_of(
    agent: Agent, attempt: AttemptRecord, suggestion: ActionDecision, seconds_gone: float
) -> ThoughtRequest | Reasoning:
    """Return what to ask a model before the next step, or how the rules came to decide it alone."""
    model = agent.model
    if model is None:
        return BY_RULES
    try:
        options = options_for(attempt.request, attempt.steps, suggestion)
    except REASONER_ERRORS as error:
        return _not_asked(model, f"finding its options failed with {type(error).__name__}: {error}")
    if not options:
        return BY_RULES
    question = question_for(model, attempt.request, attempt.steps, suggestion, options)
    why_not = _why_not(model, attempt, question, seconds_gone)
    return _not_asked(model, why_not) if why_not else question


def weigh(
    attempt: AttemptRecord,
    question: ThoughtRequest,
    suggestion: ActionDecision,
    outcome: ThoughtOutcome,
) -> tuple[ActionDecision, Reasoner, str]:
    """Return what is done after the model's answer, who decided it, and why if not the model."""
    trouble = outcome.trouble
    if not trouble:
        try:
            options = options_for(attempt.request, attempt.steps, suggestion)
            chosen = take_choice(options, outcome.name, outcome.arguments)
        except (OptionRefusedError, *REASONER_ERRORS) as refusal:
            trouble = str(refusal)
        else:
            return chosen, Reasoner.MODEL, ""
    return suggestion, Reasoner.RULES_AFTER_MODEL, f"{question.model} was asked, but {trouble}"


def usage_of(
    model: ModelTerms | None, question: ThoughtRequest, outcome: ThoughtOutcome
) -> ModelUsage:
    """Return what a question took; what the endpoint did not count, at its most."""
    tokens_in, tokens_out = outcome.tokens_in, outcome.tokens_out
    if tokens_in is None:
        tokens_in = tokens_in_max(question)
    if tokens_out is None:
        tokens_out = question.tokens_out_max
    price_in, price_out = (0.0, 0.0) if model is None else (model.price_in, model.price_out)
    cost = (tokens_in * price_in + tokens_out * price_out) / MILLION
    return ModelUsage(requests=1, tokens_in=tokens_in, tokens_out=tokens_out, cost=cost)


def told(decision: ActionDecision, reasoning: Reasoning) -> ActionDecision:
    """Return the decision with a thought that says why the rules decided, where a model was to."""
    if reasoning.reasoner is not Reasoner.RULES_AFTER_MODEL:
        return decision
    return replace(decision, thought=f"{reasoning.detail}; I go by the rules. {decision.thought}")


def _not_asked(model: ModelTerms, why_not: str) -> Reasoning:
    return Reasoning(
        reasoner=Reasoner.RULES_AFTER_MODEL,
        model=model.name,
        detail=f"{model.name} was not asked: {why_not}",
    )


def _why_not(
    model: ModelTerms, attempt: AttemptRecord, question: ThoughtRequest, seconds_gone: float
) -> str:
    if attempt.thoughts_failed >= THOUGHTS_FAILED_MAX:
        return f"its last {attempt.thoughts_failed} answers could not be followed"
    if seconds_gone > MODEL_TIME_SHARE_MAX * attempt.request.timeout_seconds:
        return f"{seconds_gone:.0f} of the attempt's {attempt.request.timeout_seconds:g} s are over"
    promised = attempt.request.model_tokens_max
    limit = model.tokens_per_attempt_max
    limit = limit if promised is None else min(limit, promised)
    left = max(0, limit - attempt.model_usage.tokens)
    needed = tokens_in_max(question) + question.tokens_out_max
    if needed > left:
        return f"a question may take {needed} tokens, and {left} of the attempt's {limit} are left"
    return ""
