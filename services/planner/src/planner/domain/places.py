"""What the planner remembers of an owner's goals together: who has begun, and who waits in line.

A place lasts as long as its pipeline has not ended. Counters and indexes answer every question
about an owner, so none of them costs more when a thousand goals wait.

    next ◀──its key is free and its turn──▶ waiting      aside ──resumed──▶ in line
      └──room and rate──▶ begun                in line ──paused──▶ aside
"""

from collections.abc import Hashable, Iterable
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from shared.kernel.records import Record

PRIORITY_MAX = 9


class PlaceState(StrEnum):
    """Where a pipeline stands among its owner's."""

    WAITING = "waiting"
    """In line behind another goal with its key."""
    NEXT = "next"
    """In line, and held up by the owner's limits alone."""
    BEGUN = "begun"
    ASIDE = "aside"
    """Paused before it began: others go first until it is resumed."""


IN_LINE = frozenset({PlaceState.WAITING, PlaceState.NEXT})


class PlaceRecord(Record):
    """An open pipeline's place among its owner's."""

    kind: ClassVar[str] = "place"

    pipeline_id: str
    goal_id: str
    owner: str
    goal_key: str
    """Goals of one owner with the same key run one after another; empty for one that need not."""
    priority: int
    number: int
    """Counts the owner's submissions and retries."""
    state: PlaceState = PlaceState.WAITING

    @property
    def key(self) -> str:
        """The pipeline's id."""
        return self.pipeline_id

    @property
    def parent(self) -> str:
        """Its owner while it is in line, so that a listing shows the line and nothing else."""
        return self.owner if self.state in IN_LINE else ""

    @property
    def rank(self) -> str:
        """Its turn: by priority, then by number."""
        return f"{PRIORITY_MAX - self.priority}.{self.number:012}"

    def indexes(self) -> Iterable[tuple[str, Hashable]]:
        """Who is next, by owner; who is in line, next, or has begun, by owner and key."""
        if self.state is PlaceState.NEXT:
            yield "next", self.owner
        if not self.goal_key:
            return
        shared_key = (self.owner, self.goal_key)
        if self.state in IN_LINE:
            yield "line", shared_key
        if self.state is PlaceState.NEXT:
            yield "next_of_key", shared_key
        if self.state is PlaceState.BEGUN:
            yield "holder", shared_key


class OwnerRecord(Record):
    """How much of an owner's limits is used."""

    kind: ClassVar[str] = "owner"

    owner: str
    running: int = 0
    """Goals that have begun and not ended, paused ones too."""
    waiting: int = 0
    """Goals that have not begun, paused ones too."""
    arrived: int = 0
    """Submissions and retries so far."""
    refilled_at: datetime | None = None
    """When the bucket of the rate is full again; None while it never was touched."""
    is_due: bool = False
    """Whether something has changed that may let a goal begin; looked at in the same step."""

    @property
    def key(self) -> str:
        """The owner."""
        return self.owner

    def indexes(self) -> Iterable[tuple[str, Hashable]]:
        """Owners that are due, and owners with goals that wait."""
        if self.is_due:
            yield "due", ""
        if self.waiting:
            yield "waiting", ""
