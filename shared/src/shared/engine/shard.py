"""One shard of a machine in memory: inputs in, one transaction's worth of changes out.

Everything here is deterministic and without I/O. The engine feeds a batch of occurrences,
stores the resulting commit and carries the effects out; if the commit fails, the shard is thrown
away and loaded again, which is what a crash would have done.
"""

import base64
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from shared.contracts import wire
from shared.contracts.machine import (
    Abandon,
    Effect,
    Follow,
    Input,
    Machine,
    MessageReceived,
    Perform,
    Send,
    Step,
    Timer,
    TimerFired,
)
from shared.contracts.messages import AnyMessage
from shared.contracts.payloads import DeadLetter
from shared.contracts.topics import DEAD_LETTER_BYTES_MAX, DEAD_LETTERS, EVENTS
from shared.contracts.voting import ConsensusResult
from shared.engine import metrics
from shared.kernel.ids import derive_id
from shared.kernel.records import Change, Record, Records
from shared.kernel.safeguards import Safeguards
from shared.ports.bus import Delivery, Entry
from shared.ports.store import (
    TAKEN_IDS_MAX,
    Advance,
    Commit,
    Shard,
    StoredRecord,
    TopicPartition,
)

logger = logging.getLogger("argosy.engine")

Signer = Callable[[AnyMessage], AnyMessage]
"""Gives a message its sender's signature."""


def unsigned(message: AnyMessage) -> AnyMessage:
    """Leave the message as it is: its sender has no key."""
    return message


@dataclass(frozen=True, slots=True)
class Identity:
    """Who an engine speaks as."""

    sender_id: str
    run_id: str
    """Names this run of the process; new each time it starts."""
    sign: Signer = unsigned


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One input and the id that all its effects derive from."""

    received: Input
    cause: str


@dataclass(slots=True)
class Batch:
    """What a batch of inputs led to so far."""

    records: dict[tuple[str, str], Record | None] = field(
        default_factory=dict[tuple[str, str], Record | None]
    )
    outbox: list[Entry] = field(default_factory=list[Entry])
    taken: list[str] = field(default_factory=list[str])
    effects: list[Follow | Perform | Abandon] = field(
        default_factory=list[Follow | Perform | Abandon]
    )
    starts: dict[TopicPartition, int | None] = field(
        default_factory=dict[TopicPartition, int | None]
    )


class ShardState:
    """A machine's shard, loaded: takes inputs, collects the batch, gives the commit."""

    def __init__(
        self, machine: Machine, shard: Shard, identity: Identity, safeguards: Safeguards
    ) -> None:
        self._machine = machine
        self._identity = identity
        self._safeguards = safeguards
        self._taken = dict.fromkeys(shard.taken)
        self._batch = Batch()
        self.claim = shard.claim
        self.positions: dict[TopicPartition, int] = dict(shard.claim.positions)
        kinds = {kind.kind: kind for kind in (*machine.record_kinds, Timer)}
        self.records = Records(
            kinds[stored.kind].model_validate_json(stored.body)
            for stored in shard.records
            if stored.body is not None
        )

    def next_due(self) -> datetime | None:
        """Return when the earliest timer is due, or None."""
        return next((timer.due for timer in self.records.select(Timer, "all", "")), None)

    def fire_timers(self, now: datetime, limit: int) -> None:
        """Take the timers that are due, the earliest first, at most `limit`."""
        due: list[Timer] = []
        for timer in self.records.select(Timer, "all", ""):
            if timer.due > now or len(due) == limit:
                break
            due.append(timer)
        for timer in due:
            self._change((Change(Timer.kind, timer.key, None),))
            cause = derive_id(self._identity.sender_id, self.claim.shard, timer.name, timer.due)
            self.take(Occurrence(TimerFired(timer.name, timer.due), cause), now)
            metrics.TIMERS_FIRED.labels(self._machine.name).inc()

    def begin_at(self, topic: str, partition: int, position: int) -> None:
        """Remember where a partition that was never read before is read from."""
        self._advance((topic, partition), position)

    def take(self, occurrence: Occurrence, now: datetime) -> None:
        """Step on an input that is no message; one that fails goes to the dead letters."""
        if self._step(occurrence, now):
            return
        received = occurrence.received
        letter = DeadLetter(
            reason="step_failed",
            detail=f"{self._machine.name} raised on {type(received).__name__}; its log tells why",
            topic=self._machine.name,
            partition=self.claim.shard,
            position=-1,
            key=occurrence.cause,
            content=base64.b64encode(repr(received).encode()[:DEAD_LETTER_BYTES_MAX]).decode(),
        )
        self._send_to_dead_letters(letter, derive_id(occurrence.cause, "dead letter"), now)

    def take_delivery(self, delivery: Delivery, now: datetime) -> None:
        """Step on one delivery: once, and past it whatever it is."""
        place = (delivery.topic, delivery.partition)
        if delivery.position < self.positions.get(place, 0):
            return
        self._advance(place, delivery.position + 1)
        message_id = wire.message_id_of(delivery.headers)
        if message_id in self._taken and self._safeguards.deduplication:
            self._count("duplicate")
            return
        try:
            message = wire.decode(delivery.body)
        except wire.UndecodableError as error:
            self._bury(delivery, "undecodable", str(error), now)
            return
        if message.message_id in self._taken and self._safeguards.deduplication:
            self._count("duplicate")
            return
        received = MessageReceived(message, delivery.position)
        if not self._step(Occurrence(received, message.message_id), now):
            self._bury(delivery, "step_failed", "the step raised; its log tells why", now)
            return
        self._remember(message.message_id)
        self._count("stepped")

    def finish_batch(self) -> tuple[Commit, tuple[Follow | Perform | Abandon, ...]]:
        """Return what is to be stored, and the effects that follow once it is; begin anew."""
        batch, self._batch = self._batch, Batch()
        advances = tuple(
            Advance(topic, partition, start, self.positions[topic, partition])
            for (topic, partition), start in batch.starts.items()
        )
        records = tuple(_stored(kind, key, record) for (kind, key), record in batch.records.items())
        commit = Commit(advances, records, tuple(batch.taken), tuple(batch.outbox))
        return commit, tuple(batch.effects)

    def _step(self, occurrence: Occurrence, now: datetime) -> bool:
        """Take one step; return False when it failed and nothing was changed."""
        try:
            step = self._machine.step(self.records, occurrence.received, now)
            entries = self._entries_of(step.effects, occurrence.cause, now)
        except Exception:
            logger.exception("%s cannot take %s", self._machine.name, occurrence.received)
            return False
        self._accept(step, entries)
        if logger.isEnabledFor(logging.DEBUG):
            self._tell(occurrence, step, entries)
        return True

    def _tell(self, occurrence: Occurrence, step: Step, entries: Iterable[Entry]) -> None:
        logger.debug(
            "%s shard %d took %s (cause %s): changed %s, sent %s",
            self._identity.sender_id,
            self.claim.shard,
            _name_of(occurrence.received),
            occurrence.cause,
            [f"{change.kind} {change.key}" for change in step.changes],
            [f"{entry.headers['ce_type']} {entry.headers['ce_id']}" for entry in entries],
        )

    def _accept(self, step: Step, entries: Iterable[Entry]) -> None:
        self._change(step.changes)
        self._batch.outbox.extend(entries)
        self._batch.effects.extend(
            effect for effect in step.effects if not isinstance(effect, Send)
        )

    def _change(self, changes: Iterable[Change]) -> None:
        for change in changes:
            self.records.apply((change,))
            self._batch.records[change.kind, change.key] = change.record

    def _entries_of(self, effects: Iterable[Effect], cause: str, now: datetime) -> list[Entry]:
        sends = [effect for effect in effects if isinstance(effect, Send)]
        for send in sends:
            if isinstance(send.payload, ConsensusResult) and send.topic is EVENTS:
                metrics.count_votes(send.payload)
        return [
            entry_of(send, self._identity, cause=cause, index=index, now=now)
            for index, send in enumerate(sends)
        ]

    def _bury(self, delivery: Delivery, reason: str, detail: str, now: datetime) -> None:
        logger.warning(
            "%s/%d@%d is %s: %s",
            *(delivery.topic, delivery.partition, delivery.position, reason, detail),
        )
        letter = DeadLetter(
            reason=reason,
            detail=detail,
            topic=delivery.topic,
            partition=delivery.partition,
            position=delivery.position,
            key=delivery.key,
            content=base64.b64encode(delivery.body[:DEAD_LETTER_BYTES_MAX]).decode(),
        )
        cause = derive_id(delivery.topic, delivery.partition, delivery.position)
        self._send_to_dead_letters(letter, cause, now)

    def _send_to_dead_letters(self, letter: DeadLetter, cause: str, now: datetime) -> None:
        send = Send(DEAD_LETTERS, letter, "*", letter.topic, letter.key)
        self._batch.outbox.append(entry_of(send, self._identity, cause=cause, index=0, now=now))
        metrics.DEAD_LETTERS.labels(self._machine.name, letter.reason).inc()
        self._count(letter.reason)

    def _advance(self, place: TopicPartition, position: int) -> None:
        self._batch.starts.setdefault(place, self.positions.get(place))
        self.positions[place] = position

    def _remember(self, message_id: str) -> None:
        self._batch.taken.append(message_id)
        self._taken[message_id] = None
        if len(self._taken) > TAKEN_IDS_MAX:
            del self._taken[next(iter(self._taken))]

    def _count(self, outcome: str) -> None:
        metrics.MESSAGES_TAKEN.labels(self._machine.name, outcome).inc()


def _name_of(received: Input) -> str:
    if isinstance(received, MessageReceived):
        return f"{received.message.message_type} {received.message.message_id}"
    return type(received).__name__


def entry_of(send: Send, identity: Identity, *, cause: str, index: int, now: datetime) -> Entry:
    """Return the bytes of a send, stamped and signed.

    Raises:
        ValueError: the message is larger than a topic takes.
    """
    message = wire.stamp(send, sender_id=identity.sender_id, cause=cause, index=index, now=now)
    message = identity.sign(message)
    return Entry(
        topic=send.topic.name,
        key=send.key,
        body=wire.encode(message),
        headers=wire.headers_of(message),
        partition=send.partition,
    )


def _stored(kind: str, key: str, record: Record | None) -> StoredRecord:
    if record is None:
        return StoredRecord(kind, key, "", "", None)
    return StoredRecord(kind, key, record.parent, record.rank, record.model_dump_json().encode())
