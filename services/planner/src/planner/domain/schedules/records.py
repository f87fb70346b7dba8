"""What the planner remembers of a schedule: one record, rewritten whenever something happens."""

from collections.abc import Hashable, Iterable
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from shared.contracts.schedules import Schedule
from shared.contracts.vocabulary import Contract, Failure
from shared.kernel.ids import derive_id
from shared.kernel.records import Record

FINGERPRINT_CHARACTERS_MAX = 256


class ScheduleState(StrEnum):
    """Whether a schedule begins goals."""

    ACTIVE = "active"
    PAUSED = "paused"


class Occasion(Contract):
    """A goal that is to begin, and when it should have."""

    goal_id: str
    due: datetime


class Observation(BaseModel):
    """What a check saw at a source; equal fingerprints mean that nothing has changed."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    fingerprint: str = Field(min_length=1, max_length=FINGERPRINT_CHARACTERS_MAX)
    count: int = Field(default=0, ge=0, description="Files, or rows of the table.")
    newest: JsonValue = Field(default=None, description="The newest file, or the version.")


class ScheduleRecord(Record):
    """A schedule, and how far it has come."""

    kind: ClassVar[str] = "schedule"

    schedule: Schedule
    state: ScheduleState = ScheduleState.ACTIVE
    created_at: datetime
    revisions: int = 0
    """How often people had a say in it."""
    next_at: datetime | None = None
    """The next instant, or the next check; None while a check is under way."""
    begun: int = 0
    """Goals so far."""
    skipped: int = 0
    """Instants at which its last goal had not ended."""
    last_goal_id: str = ""
    last_due: datetime | None = None
    """When its last goal was due."""
    waiting: tuple[Occasion, ...] = ()
    """Goals that begin when those before them have ended, the first one first."""
    checks: int = 0
    check_id: str = ""
    """The task of the check that is under way."""
    checked_at: datetime | None = None
    """When the last check began."""
    changes: int = 0
    """Observations that differed from those before them."""
    observation: Observation | None = None
    check_failure: Failure | None = None
    """Why the last check saw nothing."""

    @property
    def key(self) -> str:
        """The schedule's id."""
        return self.schedule.schedule_id

    @property
    def parent(self) -> str:
        """Its owner."""
        return self.schedule.owner

    @property
    def rank(self) -> str:
        """When it was created."""
        return self.created_at.isoformat(timespec="microseconds")

    def indexes(self) -> Iterable[tuple[str, Hashable]]:
        """By owner; by the check under way; by the goal that others wait for."""
        yield "owner", self.schedule.owner
        if self.check_id:
            yield "check", self.check_id
        if self.waiting:
            yield "waits_for", self.last_goal_id


def schedule_id_of(owner: str, name: str) -> str:
    """Return the id of the owner's schedule of this name."""
    return derive_id("schedule", owner, name)
