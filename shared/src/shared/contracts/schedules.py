"""Goals that begin by themselves: what is begun, what causes it, and what holds in between."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from shared.contracts.terms import GoalTerms
from shared.contracts.vocabulary import Contract, Parameters

CHECK_SECONDS_MIN = 10.0
"""Between two checks of one trigger: each takes an agent's stream for a moment."""

CHECK_SECONDS_MAX = 86_400.0
"""What may wait longer than a day is better said as a cron expression."""

CheckSeconds = Annotated[
    float,
    Field(
        ge=CHECK_SECONDS_MIN,
        le=CHECK_SECONDS_MAX,
        description="Seconds from one check to the next; a slow one is waited for.",
    ),
]
FireAtFirst = Annotated[
    bool,
    Field(
        description="Whether the first observation begins a goal; else it only sets the mark "
        "that later ones are compared with."
    ),
]


class GoalTemplate(Contract):
    """The goal that a schedule begins, the same each time."""

    goal_type: str = Field(description="Such as `ingest_table`.")
    parameters: Parameters = Field(description="What the goal type asks for.")
    priority: int = Field(default=5, ge=0, le=9, description="9 goes before everything else.")
    terms: GoalTerms = GoalTerms()


class CronCause(Contract):
    """A goal begins at certain times."""

    kind: Literal["cron"] = "cron"
    expression: str = Field(
        description="Minute, hour, day of the month, month, day of the week: "
        "`0 3 * * *` is every day at 03:00."
    )
    zone: str = Field(default="UTC", description="An IANA time zone, such as `Europe/Zurich`.")


class FilesCause(Contract):
    """A goal begins when the files that a pattern matches are not those of the last look."""

    kind: Literal["files"] = "files"
    pattern: str = Field(description="A source, such as `file:///srv/trips/*.csv`.")
    interval_seconds: CheckSeconds = 60
    fire_at_first: FireAtFirst = False


class TableCause(Contract):
    """A goal begins when a table has another version than at the last look."""

    kind: Literal["table"] = "table"
    table: str = Field(description="The table's name.")
    interval_seconds: CheckSeconds = 60
    fire_at_first: FireAtFirst = False


Cause = Annotated[CronCause | FilesCause | TableCause, Field(discriminator="kind")]


class Overlap(StrEnum):
    """What happens when a goal should begin and the schedule's last one has not ended."""

    SKIP = "skip"
    """It does not begin; a trigger fires at a later check, for a change is never lost."""
    QUEUE = "queue"
    """It begins when those before it have ended."""


class CatchUp(StrEnum):
    """What happens with instants that passed while nobody ran, or during a pause."""

    NONE = "none"
    LAST = "last"
    ALL = "all"


class Schedule(Contract):
    """A goal that begins by itself, over and over, as a person ordered it."""

    schedule_id: str
    """Derived from owner and name, so one owner has one schedule of each name."""
    name: str
    owner: str = "anonymous"
    goal: GoalTemplate
    cause: Cause
    overlap: Overlap = Overlap.SKIP
    catch_up: CatchUp = CatchUp.LAST


class ScheduleSubmission(Contract):
    """A schedule, as the planner's API accepted it."""

    schedule: Schedule
    is_replacement: bool = False
    """Whether it takes the place of one that is there; else that one stays as it is."""


class ScheduleVerb(StrEnum):
    """What a person can tell a schedule."""

    PAUSE = "pause"
    """Begin nothing until it is resumed."""
    RESUME = "resume"
    RUN = "run"
    """Begin a goal now, besides the others."""
    DELETE = "delete"
    """Begin nothing ever again; goals that have begun go on."""


class ScheduleCommand(Contract):
    """A person's word on a schedule, as the planner's API accepted it."""

    schedule_id: str
    command: ScheduleVerb
    goal_id: str = ""
    """The goal that a run begins, so that repeating it begins no other one."""
