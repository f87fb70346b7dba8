"""How many tokens of language models an attempt may use: what is left of the goal's budget."""

from planner.domain.records import PipelineRecord

MODEL_TOKENS_PER_ATTEMPT_MAX = 20_000
"""Of a goal's budget, what one attempt is promised: a loop of ten questions of two thousand tokens.
One attempt that was promised all would leave the rules alone to those beside it."""


def model_tokens_for(pipeline: PipelineRecord) -> int | None:
    """Return what the next attempt may use; None when the goal has no such budget."""
    budget = pipeline.terms.budget_model_tokens
    if budget is None:
        return None
    left = budget - pipeline.model_usage.tokens - pipeline.model_tokens_promised
    return max(0, min(left, MODEL_TOKENS_PER_ATTEMPT_MAX))
