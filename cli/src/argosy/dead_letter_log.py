"""The dead letters of a bus: read from its topic, and sent again to where they came from.

No service is asked. A letter's id is its place in the topic, partition and position.
"""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from argosy.failures import CommandError, ExitCode
from shared.adapters.uris import open_bus, open_log
from shared.contracts import wire
from shared.contracts.messages import AnyMessage, DeadLetterMessage
from shared.contracts.payloads import DeadLetter
from shared.contracts.topics import DEAD_LETTER_BYTES_MAX, DEAD_LETTERS, TOPICS
from shared.kernel.ids import derive_id
from shared.ports.bus import BusUnavailableError, Entry
from shared.ports.topic_reader import Range, TopicReader, TopicUnreadableError


class Letter(BaseModel):
    """One dead letter and where it lies."""

    model_config = ConfigDict(frozen=True)

    letter_id: str
    """Its partition and position in the topic of dead letters, as in `2-17`."""
    buried_at: datetime
    buried_by: str
    letter: DeadLetter

    @property
    def content(self) -> bytes:
        """The message's bytes, as far as they were kept."""
        return base64.b64decode(self.letter.content)

    @property
    def message(self) -> AnyMessage | None:
        """The message that was buried; None where its bytes are none of ours."""
        try:
            return wire.decode(self.content)
        except wire.UndecodableError:
            return None


@dataclass(frozen=True, slots=True)
class Redrive:
    """What sending a letter again means: an entry, or the reason why there is none."""

    letter: Letter
    entry: Entry | None
    refusal: str = ""


LETTERS_MAX = 2_000
"""Read of each partition, the newest of it: a letter may have half a megabyte."""


def letters_in(bus: str) -> tuple[Letter, ...]:
    """Return the dead letters that the bus keeps, the newest first.

    Raises:
        CommandError: the bus cannot be read.
    """
    try:
        with open_log(bus) as reader:
            found = [
                letter
                for wanted in reader.bounds(DEAD_LETTERS.name).values()
                for letter in _letters_of(reader, _newest(wanted))
            ]
    except (TopicUnreadableError, ValueError) as error:
        raise _unreadable(str(error)) from error
    return tuple(sorted(found, key=lambda each: (each.buried_at, each.letter_id), reverse=True))


def _newest(kept: Range) -> Range:
    return replace(kept, begin=max(kept.begin, kept.end - LETTERS_MAX))


def _letters_of(reader: TopicReader, wanted: Range) -> Iterator[Letter]:
    for entry in reader.messages(DEAD_LETTERS.name, wanted):
        message = wire.decode(entry.content or b"")
        if isinstance(message, DeadLetterMessage):
            yield Letter(
                letter_id=f"{wanted.partition}-{entry.offset}",
                buried_at=message.timestamp,
                buried_by=message.sender_id,
                letter=message.data_payload,
            )


def redrive_of(letter: Letter) -> Redrive:
    """Return what sends a letter again: the same bytes to the same place, as far as can be.

    Whoever had taken the message before it was buried would ignore it under its own id; such a one
    gets an id that derives from it, the same each time, so that sending twice is sending once.
    """
    buried, message = letter.letter, letter.message
    if buried.topic not in TOPICS:
        return Redrive(letter, None, f"it was no message but something that befell {buried.topic}")
    if len(letter.content) >= DEAD_LETTER_BYTES_MAX:
        return Redrive(letter, None, "only its first bytes were kept")
    if message is None:
        return Redrive(letter, None, "its bytes are no message of ours, and would be buried again")
    if buried.position < 0:
        message = message.model_copy(
            update={"message_id": derive_id(message.message_id, "redrive", letter.letter_id)}
        )
    entry = Entry(
        buried.topic,
        buried.key,
        wire.encode(message),
        wire.headers_of(message),
        partition=buried.partition,
    )
    return Redrive(letter, entry)


async def send_again(bus: str, redrives: Sequence[Redrive]) -> None:
    """Append what can be sent again to the bus; when it returns, it is durable there.

    Raises:
        CommandError: the bus does not take it.
    """
    opened = open_bus(bus)
    try:
        await opened.start()
        await opened.append([each.entry for each in redrives if each.entry is not None])
    except BusUnavailableError as error:
        raise _unreadable(str(error)) from error
    finally:
        await opened.stop()


def _unreadable(detail: str) -> CommandError:
    return CommandError(
        f"The bus cannot be used: {detail}.",
        remedy="Name it by --bus or ARGOSY_BUS, as the services have it.",
        exit_code=ExitCode.UNREACHABLE,
    )
