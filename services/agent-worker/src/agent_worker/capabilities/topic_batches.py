"""What is new in a topic, and writing it down as text that profiling and cleaning can read.

A batch is a window of offsets of one partition. Every row says in its first two columns where it
came from. A message that is no row becomes a line that cleaning puts into the quarantine.
"""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from agent_worker.capabilities.reading.line_splitter import UNDECODABLE
from agent_worker.domain.batches import Batch
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.messages import MessageFormat, UndecodableError, decode, raw_text
from shared.contracts.feeds import TopicPlace
from shared.ports.topic_reader import Message, Range

ORIGIN = ("_partition", "_offset")
"""The first two columns."""

COLUMNS_MAX = 1_000
"""Columns of one batch; messages that name more are keys mistaken for columns."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a batch's messages."""

    rows: int
    undecodable: int
    first_problem: str = ""


def new_windows(
    place: TopicPlace, strand: str, kept: Range, taken: int | None, rows_max: int
) -> Iterator[Batch]:
    """Yield what is new in a partition, in order.

    Raises:
        ActionFailedError: the partition ends before what the table has taken.
    """
    if taken is not None and taken > kept.end:
        raise ActionFailedError(
            "topic_recreated",
            f"{strand} ends at offset {kept.end}, and the table has taken it up to {taken}",
            remedy="It is another topic of the same name: take it into a new table.",
        )
    begin = kept.begin if taken is None else max(taken, kept.begin)
    since = taken
    for first in range(begin, kept.end, rows_max):
        last = min(first + rows_max, kept.end)
        yield Batch(
            name=f"{place.topic}-{kept.partition:03d}-{first:012d}-{last:012d}",
            strand=strand,
            since=since,
            begin=first,
            end=last,
        )
        since = last


@dataclass(frozen=True, slots=True)
class MessageWriter:
    """Writes messages as delimited text with a header."""

    message_format: MessageFormat
    columns: tuple[str, ...]
    """The columns of messages that do not name them."""
    spool: Path
    """Where rows wait until all columns are known."""

    def write(self, messages: Iterator[Message], partition: int, target: Path) -> Written:
        """Write the messages of a partition."""
        columns = dict.fromkeys(self.columns)
        rows, problems = 0, list[str]()
        undecodable = 0
        with self.spool.open("w", encoding="utf-8") as spool:
            for message in messages:
                try:
                    fields = self._decode(message, columns)
                except UndecodableError as error:
                    undecodable += 1
                    problem = f"partition {partition}, offset {message.offset}: {error}"
                    problems = problems or [problem]
                    _spool(spool, f"{problem}: {raw_text(message.content)}")
                else:
                    rows += 1
                    _spool(spool, [message.offset, fields])
        self._write_out(tuple(columns), partition, target)
        self.spool.unlink()
        return Written(rows, undecodable, "".join(problems))

    def _decode(self, message: Message, columns: dict[str, None]) -> Mapping[str, str]:
        fields = decode(message.content, self.message_format, self.columns)
        if len({*columns, *fields}) > COLUMNS_MAX:
            raise UndecodableError(f"with it, the batch would have more than {COLUMNS_MAX} columns")
        columns |= dict.fromkeys(fields)
        return fields

    def _write_out(self, columns: Sequence[str], partition: int, target: Path) -> None:
        with (
            self.spool.open(encoding="utf-8") as spooled,
            target.open("w", encoding="utf-8", newline="") as text,
        ):
            rows = csv.writer(text, lineterminator="\n")
            rows.writerow((*ORIGIN, *columns))
            for line in spooled:
                entry = json.loads(line)
                if isinstance(entry, str):
                    text.write(f"{UNDECODABLE}{entry}\n")
                    continue
                offset, fields = entry
                rows.writerow((partition, offset, *(fields.get(name, "") for name in columns)))


def _spool(spool: TextIO, entry: object) -> None:
    spool.write(f"{json.dumps(entry)}\n")
