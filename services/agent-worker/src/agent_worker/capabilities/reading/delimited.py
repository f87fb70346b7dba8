"""Files of delimited text: sniffed, then read line by line."""

import codecs
import csv
import re
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain, count, islice
from pathlib import Path
from typing import BinaryIO

import duckdb

from agent_worker.capabilities.reading.line_splitter import (
    LineSplitter,
    Spool,
    spool_delimiter,
)
from agent_worker.capabilities.reading.plain_lines import BLOCK_BYTES, LineBlocks, TextLine
from agent_worker.capabilities.reading.ranges import TextRange
from agent_worker.capabilities.text_table import LINE_BYTES_MAX, RowSpool, TextTable
from agent_worker.domain.dialect import HEAD_BYTES, Dialect
from agent_worker.domain.sniffing.sniffer import sniff

CHUNK_BYTES = 1024 * 1024
"""Bytes read at a time where lines do not end in a line feed."""

WIDE = ("utf-16", "utf-32")
"""Encodings in which a line feed is more than a byte."""

_ANY_END = re.compile(rb"(?<=\r)(?!\n)|(?<=\n)")

csv.field_size_limit(LINE_BYTES_MAX)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is read of a file, and how much of it at a time."""

    part: TextRange | None = None
    """None for all of it."""
    block_bytes: int = BLOCK_BYTES


WHOLE = Stretch()


def sniff_text(path: Path, part: TextRange | None = None) -> Dialect:
    """Judge the layout of a file, told by one of its ranges what that took; raises as `sniff`."""
    foreign = first_foreign(path) if part is None else part.foreign
    with path.open("rb") as source:
        head = source.read(HEAD_BYTES)
        if foreign is None:
            return sniff(head, path.name)
        source.seek(foreign)
        return sniff(head, path.name, source.read(HEAD_BYTES))


def first_foreign(path: Path) -> int | None:
    """Return where the line begins that has the first bytes beyond ASCII behind an ASCII head.

    What its first letters beyond ASCII look like decides the encoding of all of a file.
    """
    with path.open("rb") as source:
        head = source.read(HEAD_BYTES)
        if len(head) < HEAD_BYTES or not head.isascii() or b"\0" in head:
            return None
        for chunk in iter(partial(source.read, CHUNK_BYTES), b""):
            if not chunk.isascii():
                found = re.search(rb"[\x80-\xff]", chunk)
                assert found is not None
                begin = max(chunk.rfind(b"\n", 0, found.start()), 0)
                return source.tell() - len(chunk) + begin
    return None


def load_text(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    *,
    name: str,
    scratch: Path,
    stretch: Stretch = WHOLE,
) -> TextTable:
    """Load a file, or a range of it; raises as `sniff` does."""
    dialect = sniff_text(path, stretch.part)
    with (
        bytewise(path, dialect, scratch / f"{name}.txt") as plain,
        plain.open("rb") as source,
        RowSpool(connection, name, scratch, spool_delimiter(dialect)) as spool,
    ):
        deque(_split(source, dialect, spool, stretch), maxlen=0)
        return spool.load(dialect)


def is_divisible(dialect: Dialect) -> bool:
    """Tell whether a file of this layout can be read by ranges: its lines end in one byte."""
    return dialect.newline == "\n" and not dialect.encoding.startswith(WIDE)


def cuts(
    path: Path, dialect: Dialect, spool: Spool, bytes_wanted: int, block_bytes: int = BLOCK_BYTES
) -> Iterator[tuple[int, int]]:
    """Read a divisible file, and yield where to cut it: the byte, and the number of its line.

    What lies between two cuts is as long as is wanted, and longer where records do not end.
    """
    begin = 0
    with path.open("rb") as source:
        for blocks in _split(source, dialect, spool, Stretch(None, block_bytes)):
            if blocks.place - begin >= bytes_wanted:
                begin = blocks.place
                yield begin, blocks.number


def _split(
    source: BinaryIO, dialect: Dialect, spool: Spool, stretch: Stretch
) -> Iterator[LineBlocks]:
    """Split a file, or a range of it, and yield as `LineSplitter.split_blocks` does."""
    splitter, part = LineSplitter(dialect, spool), stretch.part
    first, end = (1, None) if part is None else (part.line, part.end)
    if part is not None and part.begin:
        source.seek(part.begin)
    else:
        lines = numbered_lines(source, dialect)
        splitter.reject_outside(islice(lines, dialect.header_begin), "preamble")
        header_lines = dialect.body_begin - dialect.header_begin
        # The one place where the fast way is chosen: the table comes out the same either way.
        if dialect.newline != "\n":
            splitter.split(islice(lines, header_lines, None))
            return
        deque(islice(lines, header_lines), maxlen=0)
        if not dialect.body_begin:
            _rewind(source)
    cut = partial(_cut_at_returns, dialect=dialect)
    blocks = LineBlocks(source, splitter.plain_row, cut, stretch.block_bytes, first, end)
    yield from splitter.split_blocks(blocks)


def _rewind(source: BinaryIO) -> None:
    """Go back to a file's first character."""
    source.seek(0)
    if source.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
        source.seek(0)


def load_lines(
    connection: duckdb.DuckDBPyConnection,
    lines: Iterable[TextLine],
    *,
    dialect: Dialect,
    name: str,
    scratch: Path,
) -> TextTable:
    """Load some lines of a file's body with this layout; blank ones are no rows."""
    with RowSpool(connection, name, scratch, spool_delimiter(dialect)) as spool:
        LineSplitter(dialect, spool).split(lines)
        return spool.load(dialect)


@contextmanager
def bytewise(path: Path, dialect: Dialect, spooled: Path) -> Generator[Path]:
    """Yield a file in which a line feed is one byte: this one, or a copy of it in UTF-8."""
    if not dialect.encoding.startswith(WIDE):
        yield path
        return
    decoder = codecs.getincrementaldecoder(dialect.encoding)("surrogatepass")
    with path.open("rb") as source, spooled.open("wb") as copy:
        for chunk in iter(partial(source.read, CHUNK_BYTES), b""):
            copy.write(decoder.decode(chunk).encode(errors="surrogatepass"))
        copy.write(_rest_of(decoder).encode(errors="surrogatepass"))
    try:
        yield spooled
    finally:
        spooled.unlink()


def numbered_lines(source: BinaryIO, dialect: Dialect) -> Iterator[TextLine]:
    """Yield all lines of a file from its beginning; the first one of the body is number 1."""
    lines = _lines(source) if dialect.newline == "\n" else _lines_by_any(source)
    if dialect.newline == "\n":
        body = dialect.body_begin
        lines = chain(islice(lines, body), _cut_at_returns(lines, dialect))
    first = next(lines, b"").removeprefix(codecs.BOM_UTF8)
    return zip(count(1 - dialect.body_begin), chain((first,) if first else (), lines), strict=False)


def _lines(source: BinaryIO) -> Iterator[bytes]:
    return iter(partial(source.readline, LINE_BYTES_MAX), b"")


def _lines_by_any(source: BinaryIO) -> Iterator[bytes]:
    """Yield lines that end in a carriage return, a line feed, or both."""
    rest = b""
    for chunk in iter(partial(source.read, CHUNK_BYTES), b""):
        *whole, rest = _ANY_END.split(rest + chunk)
        if rest == b"" and whole[-1].endswith(b"\r"):
            # The feed that belongs to it may begin the next chunk.
            rest = whole.pop()
        yield from _below(whole)
    yield from _below(_ANY_END.split(rest))


def _below(lines: Iterable[bytes]) -> Iterator[bytes]:
    for line in lines:
        for begin in range(0, len(line), LINE_BYTES_MAX):
            yield line[begin : begin + LINE_BYTES_MAX]


def _cut_at_returns(lines: Iterable[bytes], dialect: Dialect) -> Iterator[bytes]:
    """Cut a line at carriage returns where that makes rows of it and nothing else."""
    delimiter, quote = dialect.delimiter.encode(), dialect.quote.encode()
    separators = dialect.width - 1
    for line in lines:
        if b"\r" in line[:-2]:
            pieces = [piece for piece in _ANY_END.split(line) if piece]
            if all(
                piece.count(quote) % 2 == 0
                and (not delimiter or piece.count(delimiter) == separators)
                for piece in pieces
            ):
                yield from pieces
                continue
        yield line


def _rest_of(decoder: codecs.IncrementalDecoder) -> str:
    try:
        return decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        # Half a character at the end; its line will be kept apart for it.
        return "\ud800"
