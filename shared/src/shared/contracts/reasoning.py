"""Who decided a step of an agent's loop, and what asking a language model took."""

from enum import StrEnum

from pydantic import Field

from shared.contracts.vocabulary import Contract


class Reasoner(StrEnum):
    """Who decided what an agent does next."""

    RULES = "rules"
    MODEL = "model"
    RULES_AFTER_MODEL = "rules_after_model"
    """A model was to decide and did not, or not in a way that could be followed."""


class ModelUsage(Contract):
    """What asking language models took."""

    requests: int = Field(default=0, ge=0)
    tokens_in: int = Field(default=0, ge=0)
    tokens_out: int = Field(default=0, ge=0)
    cost: float = Field(default=0, ge=0)
    """In the currency of the prices that the agent was given; 0 without prices."""

    @property
    def tokens(self) -> int:
        """All tokens, read and written."""
        return self.tokens_in + self.tokens_out

    def plus(self, other: "ModelUsage") -> "ModelUsage":
        """Return what both took together."""
        return ModelUsage(
            requests=self.requests + other.requests,
            tokens_in=self.tokens_in + other.tokens_in,
            tokens_out=self.tokens_out + other.tokens_out,
            cost=self.cost + other.cost,
        )


class Reasoning(Contract):
    """How one step came to be decided."""

    reasoner: Reasoner = Reasoner.RULES
    model: str = ""
    """The model that was, or would have been, asked; empty when the rules alone decide."""
    detail: str = ""
    """Why the rules decided although a model was to; empty otherwise."""
    usage: ModelUsage = ModelUsage()
