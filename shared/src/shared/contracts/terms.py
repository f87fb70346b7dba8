"""On which terms a goal is carried out: when, at what price, and what becomes of what is left."""

from enum import StrEnum

from pydantic import Field

from shared.contracts.topics import DAY_SECONDS
from shared.contracts.vocabulary import Contract

DEADLINE_SECONDS_MAX = 30 * DAY_SECONDS
"""A timer that is further away waits for something else than this goal."""

TASKS_RUNNING_MAX = 10_000
"""Handed out at once by one goal: a fleet of fifty agents has some hundred streams."""

GOAL_KEY_CHARACTERS_MAX = 128

BUDGET_MODEL_TOKENS_MAX = 10**12
"""More than any goal can use; a count beyond it is a typing error."""


class OnFailure(StrEnum):
    """What becomes of a goal's published work when the goal is given up."""

    KEEP = "keep"
    UNDO = "undo"
    """What can be withdrawn is withdrawn."""


class GoalTerms(Contract):
    """On which terms a goal is carried out: when it may begin, what it may take, when it ends."""

    deadline_seconds: float | None = Field(
        default=None,
        gt=0,
        le=DEADLINE_SECONDS_MAX,
        description="Seconds from the submission, retry or replan until it must have ended; "
        "waiting counts, pauses too. Without it there is no deadline.",
    )
    budget_seconds: float | None = Field(
        default=None,
        gt=0,
        description="Seconds that agents may be busy with it, all attempts together. "
        "Without it there is no budget.",
    )
    budget_model_tokens: int | None = Field(
        default=None,
        ge=0,
        le=BUDGET_MODEL_TOKENS_MAX,
        description="Tokens of language models that agents may use for it, read and written, all "
        "attempts together; beyond it the rules reason. Without it the agents' own limits hold.",
    )
    tasks_running_max: int | None = Field(
        default=None,
        ge=1,
        le=TASKS_RUNNING_MAX,
        description="Tasks handed out at once. Without it every ready task is.",
    )
    key: str = Field(
        default="",
        max_length=GOAL_KEY_CHARACTERS_MAX,
        description="Goals of one owner with the same key run one after another, "
        "such as all those that write one table. Empty: it waits for none.",
    )
    on_failure: OnFailure = Field(
        default=OnFailure.KEEP,
        description="Whether published work is kept or withdrawn (`undo`) "
        "when the goal is given up.",
    )
