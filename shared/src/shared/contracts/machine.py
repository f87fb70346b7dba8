"""What a machine is: a pure function from state and input to a step.

A machine has no I/O, clock or chance. Time comes in with the input, identity is derived from it,
and what is to happen outside goes out as effects that the engine carries out after the step's
changes are stored. A timer is an input like any other.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Protocol

from pydantic import AwareDatetime

from shared.contracts.messages import AnyMessage, Payload
from shared.contracts.topics import Topic
from shared.contracts.vocabulary import Contract
from shared.kernel.records import Change, Draft, Record, State


@dataclass(frozen=True, slots=True)
class Started:
    """A process took this shard over; `run_id` is new each time."""

    run_id: str


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """A message arrived that was not taken before."""

    message: AnyMessage
    position: int = -1
    """Where it stands in its partition; -1 when nothing delivered it."""


@dataclass(frozen=True, slots=True)
class TimerFired:
    """The time of a timer has come; the timer is gone."""

    name: str
    due: datetime


@dataclass(frozen=True, slots=True)
class ActivityEnded:
    """An activity that the machine started has ended; `outcome` is what its runner returned."""

    activity_id: str
    outcome: Contract


@dataclass(frozen=True, slots=True)
class Following:
    """The partition that the machine asked to follow is being read from now on."""

    topic: str
    partition: int


@dataclass(frozen=True, slots=True)
class DrainRequested:
    """The process is asked to stop: take nothing new, finish or hand back what runs."""


Input = Started | MessageReceived | TimerFired | ActivityEnded | Following | DrainRequested


@dataclass(frozen=True, slots=True)
class Send:
    """Effect: put a message on a topic. The engine derives its id from the input's."""

    topic: Topic
    payload: Payload
    recipient_id: str
    conversation_id: str
    key: str
    partition: int | None = None
    """By the key when not given."""


@dataclass(frozen=True, slots=True)
class Follow:
    """Effect: read one more partition, from the stored position or else from its end."""

    topic: Topic
    partition: int


@dataclass(frozen=True, slots=True)
class Perform:
    """Effect: run an activity outside the machine, at least once; `ActivityEnded` follows."""

    activity_id: str
    request: Contract


@dataclass(frozen=True, slots=True)
class Abandon:
    """Effect: stop an activity if it still runs; no `ActivityEnded` follows."""

    activity_id: str


Effect = Send | Follow | Perform | Abandon


@dataclass(frozen=True, slots=True)
class Step:
    """What one input leads to: the records that change, and what is to happen outside."""

    changes: tuple[Change, ...] = ()
    effects: tuple[Effect, ...] = ()


class Timer(Record):
    """A time at which the machine wants to be woken; setting the name again moves it."""

    kind: ClassVar[str] = "timer"

    name: str
    due: AwareDatetime

    @property
    def key(self) -> str:
        """The timer's name."""
        return self.name

    @property
    def rank(self) -> str:
        """When it is due, so that the index is in order of time."""
        return self.due.isoformat()

    def indexes(self) -> tuple[tuple[str, str], ...]:
        """All timers are in one index, the earliest first."""
        return (("all", ""),)


class Machine(Protocol):
    """A part's decisions."""

    @property
    def name(self) -> str:
        """The machine's name in the store and in the messages that it sends."""
        ...

    @property
    def record_kinds(self) -> tuple[type[Record], ...]:
        """The records that make up the machine's state, besides timers."""
        ...

    def step(self, state: State, received: Input, now: datetime) -> Step:
        """Decide what the input leads to; the same arguments always give the same step."""
        ...

    def resume(self, state: State) -> tuple[Follow | Perform, ...]:
        """Return the effects that must go on after a restart, derived from the state alone."""
        ...


@dataclass(slots=True)
class Decision:
    """A step in the making: a draft of the state, and the effects so far."""

    draft: Draft
    now: datetime
    effects: list[Effect] = field(default_factory=list[Effect])

    def set_timer(self, name: str, due: datetime) -> None:
        """Wake the machine at this time; replaces the timer of the same name."""
        self.draft.put(Timer(name=name, due=due))

    def cancel_timer(self, name: str) -> None:
        """Forget the timer, if there is one."""
        timer = self.draft.get(Timer, name)
        if timer is not None:
            self.draft.delete(timer)

    def step(self) -> Step:
        """Return the finished step."""
        return Step(self.draft.changes(), tuple(self.effects))
