"""On which terms a goal is carried out: when, at what price, and what becomes of what is left."""

from enum import StrEnum

from pydantic import Field

from shared.contracts.electorates import VotingRule, Weighting
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


ROLES_MAX = 5
"""Roles whose approval one goal asks for."""

PARTICIPATION_MAX = 5_000
"""The weight of the largest electorate: fifty agents of weight 100."""


class Undecided(StrEnum):
    """What becomes of a goal whose vote decided nothing."""

    HOLD = "hold"
    """It is paused; resuming it asks again."""
    QUARANTINE = "quarantine"
    """New data are set aside, as after a rejection; where there is no table yet, it fails."""
    FAIL = "fail"
    """It is given up, once the vote was repeated as often as the plan says."""


class VotingTerms(Contract):
    """How a goal's proposals are decided, and what follows when they are not."""

    rule: VotingRule = Field(
        default=VotingRule.MAJORITY, description="When a proposal counts as accepted."
    )
    timeout_seconds: float | None = Field(
        default=None,
        ge=1,
        le=3600,
        description="How long agents have. Without it, as long as consensus is set to.",
    )
    participation_min: int | None = Field(
        default=None,
        ge=1,
        le=PARTICIPATION_MAX,
        description="The weight of agents that must take part. Without it more than half.",
    )
    weights: Weighting = Field(
        default=Weighting.EQUAL,
        description="Whether agents count alike, or by how often they turned out right.",
    )
    approval_roles: tuple[str, ...] = Field(
        default=(),
        max_length=ROLES_MAX,
        description="Roles of people that must approve besides the agents, such as steward.",
    )
    approval_timeout_seconds: float | None = Field(
        default=None,
        ge=60,
        le=7 * DAY_SECONDS,
        description="How long people have after the agents. Without it a day.",
    )
    undecided: Undecided = Field(
        default=Undecided.FAIL,
        description="What follows a vote without a decision: the goal is held (`hold`), "
        "new data are quarantined (`quarantine`), or the goal fails (`fail`).",
    )


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
    voting: VotingTerms = Field(default=VotingTerms(), description="How its proposals are decided.")
