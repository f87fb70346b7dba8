"""Lines that are rows as they stand, found by the block: the fast way through delimited text.

Nothing is decided here that the slow way would decide otherwise: a line that is in any way odd (a
quote, another number of delimiters, a control character, a remark) is left to it, and only the
lines around it are taken together.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from agent_worker.capabilities.text_table import LINE_BYTES_MAX

TextLine = tuple[int, bytes]
"""A line's number, counted from 1 below the header, and its content with its end."""

BLOCK_BYTES = 256 * 1024
"""Bytes looked at together: so many that the looking costs little, and little beside all else."""


@dataclass(frozen=True, slots=True)
class PlainRow:
    """What a line of UTF-8 has to be to be a row as it stands."""

    delimiter: str
    separators: int
    marks: frozenset[str]
    """Texts that no such line has."""
    has_quotes: bool
    """Whether fields in double quotes, in order, are rows as they stand, too."""
    _quoted: re.Pattern[str] = field(init=False, repr=False)
    """Fields of which some are enclosed, and none has a quote that is not doubled."""

    def __post_init__(self) -> None:
        """Compile the pattern."""
        cell = f'(?:"(?:[^"]|"")*+"|[^"{self.delimiter}]*+)'
        pattern = f"{cell}(?:{re.escape(self.delimiter)}{cell}){{{self.separators}}}"
        object.__setattr__(self, "_quoted", re.compile(pattern))

    def odd_places(self, texts: list[str]) -> list[int]:
        """Return the places of all lines that are not so."""
        delimiter, separators = self.delimiter, self.separators
        odd = {at for at, text in enumerate(texts) if text.count(delimiter) != separators}
        whole = "\n".join(texts)
        if self.has_quotes and '"' in whole:
            quoted = {at for at, text in enumerate(texts) if '"' in text}
            odd = (odd - quoted) | {at for at in quoted if not self._is_in_order(texts[at])}
        for mark in self.marks:
            if mark in whole:
                odd.update(at for at, text in enumerate(texts) if mark in text)
        return sorted(odd)

    def _is_in_order(self, text: str) -> bool:
        """Tell whether a line is a row of fields of which some are enclosed in quotes."""
        # Where all are, and none has a quote within, counting tells it five times as fast.
        if (
            text[0] == text[-1] == '"'
            and text.count('"') == 2 * self.separators + 2
            and text.count(f'"{self.delimiter}"', 1, len(text) - 1) == self.separators
        ):
            return True
        return self._quoted.fullmatch(text) is not None


@dataclass
class LineBlocks(Iterator[TextLine]):
    """The lines of a file from where it stands on: one by one, or many plain ones at a time."""

    source: BinaryIO
    plain: PlainRow | None
    """None where no line can be plain."""
    cut: Callable[[Iterable[bytes]], Iterable[bytes]]
    """Cuts lines at carriage returns, where that makes rows of them."""
    block_bytes: int = BLOCK_BYTES
    number: int = 1
    """The number of the next line."""
    end: int | None = None
    """The byte behind the last line, where it is not the end of the file."""
    place: int = field(init=False)
    """The first byte of the next line."""
    _lines: list[bytes] = field(default_factory=list[bytes])
    _texts: list[str] = field(default_factory=list[str])
    """The same without their ends, where any of them can be plain."""
    _odd: list[int] = field(default_factory=list[int])
    _at: int = 0

    def __post_init__(self) -> None:
        """Begin where the file stands."""
        self.place = self.source.tell()

    def __next__(self) -> TextLine:
        """Return the next line."""
        if not self._has_more():
            raise StopIteration
        line = self.number, self._lines[self._at]
        self._pass(1)
        return line

    def take_plain(self) -> tuple[int, list[str]]:
        """Return the number of the next line, and those from it on that are rows, perhaps none."""
        if not self._has_more():
            return self.number, []
        following = bisect_left(self._odd, self._at)
        end = self._odd[following] if following < len(self._odd) else len(self._texts)
        number, texts = self.number, self._texts[self._at : end]
        self._pass(len(texts))
        return number, texts

    def _pass(self, count: int) -> None:
        self.place += sum(map(len, self._lines[self._at : self._at + count]))
        self.number += count
        self._at += count

    def _has_more(self) -> bool:
        if self._at >= len(self._lines):
            self._fill()
        return self._at < len(self._lines)

    def _fill(self) -> None:
        """Take up the next block, if there is one."""
        block = self._read()
        self._lines = _lines_of(block)
        self._texts, self._odd, self._at = [], [], 0
        if b"\r" in block.replace(b"\r\n", b""):
            # Cutting makes more lines of some; few files have any.
            self._lines = list(self.cut(self._lines))
        elif self.plain is not None and len(self._lines) > 1:
            self._texts = _texts_of(block)
            self._odd = self.plain.odd_places(self._texts)

    def _read(self) -> bytes:
        """Return whole lines, or one that is too long cut as it is elsewhere."""
        begin = self.source.tell()
        left = LINE_BYTES_MAX if self.end is None else self.end - begin
        block = self.source.read(min(self.block_bytes, left))
        end = block.rfind(b"\n") + 1
        if end == len(block) or begin + len(block) == self.end:
            return block
        self.source.seek(begin + end)
        return block[:end] or self.source.readline(min(LINE_BYTES_MAX, left))


def _lines_of(block: bytes) -> list[bytes]:
    *lines, rest = block.split(b"\n")
    return [line + b"\n" for line in lines] + ([rest] if rest else [])


def _texts_of(block: bytes) -> list[str]:
    """Return the lines without their ends; none if they cannot be decoded."""
    try:
        text = block.decode()
    except UnicodeDecodeError:
        return []
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n")
