"""The head of a file as lines and records, under one layout or another."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent_worker.domain.sniffing.splitting import FieldSplitter

RECORD_LINES_MAX = 100
"""How many lines a quoted field may span before its quote counts as never closed."""

RETURNS_SHARE_MIN = 1 / 6
"""Carriage returns by themselves for each line feed, from which on they end lines too."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_LINE_BY_FEED = re.compile(r"[^\n]*(?:\n|\Z)")


@dataclass(frozen=True, slots=True)
class HeadRecord:
    """A record of the head, and the lines that it takes."""

    begin: int
    lines: int
    fields: tuple[str, ...]
    is_regular: bool = True
    """Whether its quotes are in order."""

    @property
    def width(self) -> int:
        """The number of its fields."""
        return len(self.fields)

    @property
    def filled(self) -> int:
        """The number of its fields that hold something."""
        return sum(1 for field in self.fields if field.strip())


def newline_of(text: str) -> str:
    r"""Return `\r` when that ends lines by itself, else `\n`."""
    feeds = text.count("\n")
    alone = text.count("\r") - text.count("\r\n")
    # A few returns in a file of feeds stand in fields, or are looked at line by line.
    return "\r" if alone > RETURNS_SHARE_MIN * feeds else "\n"


def lines_of(text: str, newline: str) -> list[str]:
    """Return the lines with their ends."""
    pattern = _LINE_BY_FEED if newline == "\n" else _LINE
    return [line for line in pattern.findall(text) if line]


def records_of(lines: Sequence[str], splitter: FieldSplitter) -> list[HeadRecord]:
    """Split lines that are not blank into records; what cannot be is split at each delimiter."""
    records: list[HeadRecord] = []
    place = 0
    while place < len(lines):
        if lines[place].strip():
            records.append(_record_at(lines, place, splitter))
            place += records[-1].lines
        else:
            place += 1
    return records


def _record_at(lines: Sequence[str], place: int, splitter: FieldSplitter) -> HeadRecord:
    text = without_end(lines[place])
    fields = splitter.split(text)
    if fields is not None:
        return HeadRecord(place, 1, tuple(fields))
    if splitter.is_open(text):
        whole = lines[place]
        for count, line in enumerate(lines[place + 1 : place + RECORD_LINES_MAX], 2):
            whole += line
            if not splitter.is_open(whole) and (fields := splitter.split(without_end(whole))):
                return HeadRecord(place, count, tuple(fields))
    return HeadRecord(place, 1, tuple(splitter.split_literally(text)), is_regular=False)


def without_end(line: str) -> str:
    """Return the line without what ends it."""
    if line.endswith("\r\n"):
        return line[:-2]
    return line[:-1] if line.endswith(("\n", "\r")) else line
