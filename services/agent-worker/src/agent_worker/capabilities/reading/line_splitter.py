"""Lines of delimited text, one by one, as rows or as what is none.

Line by line, so that one broken line costs one line: a quote that never closes would otherwise
swallow all that follows.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from agent_worker.capabilities.reading.plain_lines import LineBlocks, PlainRow, TextLine
from agent_worker.capabilities.text_table import (
    LINE_BYTES_MAX,
    NOTHING,
    PLAIN_DELIMITERS,
    RAW_CHARACTERS_MAX,
    RETURN,
)
from agent_worker.domain.dialect import Dialect
from agent_worker.domain.sniffing.cell_kinds import CellKind, kind_of
from agent_worker.domain.sniffing.head_lines import RECORD_LINES_MAX, without_end
from agent_worker.domain.sniffing.splitting import FieldSplitter

UNDECODABLE = "\x15"
"""Begins a line that stands for a message that is no row: a negative acknowledgement in ASCII."""


class Spool(Protocol):
    """What takes rows and broken lines, each with its number."""

    def add_line(self, number: int, text: str) -> None:
        """Take a row as it stands in the source."""
        ...

    def add_lines(self, number: int, texts: Sequence[str]) -> None:
        """Take rows as they stand in the source, the first one of them with this number."""
        ...

    def add_row(self, number: int, fields: Sequence[str]) -> None:
        """Take a row."""
        ...

    def add_broken(self, number: int, reason: str, raw: str) -> None:
        """Take a record that is no row."""
        ...


class LineSplitter:
    """Puts each line, with its number, among the rows or the broken lines."""

    def __init__(self, dialect: Dialect, spool: Spool) -> None:
        self._dialect = dialect
        self._spool = spool
        self._fields = FieldSplitter(
            dialect.delimiter, dialect.quote, dialect.escape, dialect.padded
        )
        self._codec = "utf-8" if dialect.encoding.startswith("utf") else dialect.encoding
        self._ahead: deque[TextLine] = deque()
        self._is_plain = spool_delimiter(dialect) == dialect.delimiter and not (
            dialect.padded or dialect.trailing
        )
        self._written_width = dialect.width + dialect.trailing
        self._marks = {'"', dialect.quote, dialect.escape, "\r"} - {""}
        self._after_gap = False
        """Whether something that is no row came last, behind which another table may begin."""
        self._in_other_table = False

    def split(self, lines: Iterable[TextLine]) -> None:
        """Sort all lines into rows and broken lines."""
        source = iter(lines)
        while line := self._ahead.popleft() if self._ahead else next(source, None):
            self._sort(line, source)

    @property
    def plain_row(self) -> PlainRow | None:
        """What a line has to be to be a row whatever stands around it, if that can be told."""
        if not self._is_plain or self._codec != "utf-8":
            return None
        dialect = self._dialect
        control = {"\0", NOTHING, RETURN, UNDECODABLE}
        marks = self._marks | control | {dialect.header_line, dialect.comment}
        has_quotes = dialect.quote == '"' and not dialect.escape
        marks -= {"", '"'} if has_quotes else {""}
        return PlainRow(dialect.delimiter, dialect.width - 1, frozenset(marks), has_quotes)

    def split_blocks(self, blocks: LineBlocks) -> Iterator[LineBlocks]:
        """Do as `split` does, with plain lines taken together.

        Yields:
            The blocks, whenever nothing that was read before bears on what follows: from the next
            line on, another reader would come to the same rows.
        """
        while True:
            if not self._after_gap and not self._ahead:
                yield blocks
                self._spool.add_lines(*blocks.take_plain())
            line = self._ahead.popleft() if self._ahead else next(blocks, None)
            if line is None:
                return
            self._sort(line, blocks)

    def _sort(self, line: TextLine, source: Iterator[TextLine]) -> None:
        text, reason = self._decode(line[1])
        if reason:
            self._reject(line, text, reason)
        elif (
            self._is_plain
            and text.count(self._dialect.delimiter) == self._dialect.width - 1
            and not self._after_gap
            and text != self._dialect.header_line
            and not any(mark in text for mark in self._marks)
            and not self._is_remark(text)
        ):
            self._spool.add_line(line[0], text)
        else:
            self._take(line, text, source)

    def reject_outside(self, lines: Iterable[TextLine], reason: str) -> None:
        """Keep lines apart that are no part of the table; blank ones are nothing."""
        for line in lines:
            text, _ = self._decode(line[1])
            if text.strip():
                self._reject(line, text, reason)

    def _is_remark(self, text: str) -> bool:
        return bool(self._dialect.comment) and text.startswith(self._dialect.comment)

    def _take(self, line: TextLine, text: str, source: Iterator[TextLine]) -> None:
        dialect = self._dialect
        if not text.strip() and (not dialect.delimiter or dialect.delimiter not in text):
            self._after_gap = True
        elif self._is_remark(text):
            self._reject(line, text, "comment")
        elif dialect.header_line and text == dialect.header_line:
            self._in_other_table = False
            self._reject(line, text, "header_repeated")
        elif self._in_other_table:
            self._reject(line, text, "other_table")
        else:
            self._take_record(line, text, source)

    def _take_record(self, line: TextLine, text: str, source: Iterator[TextLine]) -> None:
        """Take a record whose quotes may span lines; give back the lines that are not its own."""
        fields, joined = self._fields.split(text), 0
        if fields is None and self._fields.is_open(text):
            fields, joined = self._join(line[1], source)
        width = self._written_width
        row = fields if fields is not None and len(fields) == width else None
        if row is not None and not joined and self._dialect.quotes and self._fields.is_torn(text):
            self._reject(line, text, "quote_misplaced")
            return
        if row is None:
            row, joined = self._split_leniently(text), 0
        if row is not None and self._dialect.trailing:
            row = row[:-1] if not row[-1].strip() else None
        if row is None:
            self._reject(line, text, self._reason_of(fields, width, text))
        elif self._after_gap and self._begins_table(row):
            self._in_other_table = True
            self._reject(line, text, "other_table")
        else:
            self._after_gap = False
            self._spool.add_row(line[0], row)
            for _ in range(joined):
                self._ahead.popleft()

    def _split_leniently(self, text: str) -> list[str] | None:
        # What follows a carriage return outside of quotes may be a row, or the half of one.
        if "\r" in text:
            return None
        return self._fields.split_leniently(text, self._written_width)

    def _join(self, content: bytes, source: Iterator[TextLine]) -> tuple[list[str] | None, int]:
        """Return the fields of a record that spans lines, and how many follow the first."""
        whole = self._text_of(content)
        for joined in range(1, RECORD_LINES_MAX):
            following = self._look_ahead(joined - 1, source)
            if following is None or len(whole) > LINE_BYTES_MAX:
                break
            whole += following
            if self._fields.is_open(whole):
                continue
            fields = self._fields.split(without_end(whole))
            if fields is not None and len(fields) == self._written_width:
                return (None, 0) if self._are_rows(content, joined) else (fields, joined)
        return None, 0

    def _are_rows(self, first: bytes, joined: int) -> bool:
        """Tell whether each of the lines is a row by itself, and two stray quotes join them."""
        width = self._written_width
        contents = (first, *(self._ahead[place][1] for place in range(joined)))
        texts = (without_end(self._text_of(content)) for content in contents)
        return width > 1 and all(len(self._fields.split_literally(text)) == width for text in texts)

    def _look_ahead(self, distance: int, source: Iterator[TextLine]) -> str | None:
        while len(self._ahead) <= distance:
            line = next(source, None)
            if line is None:
                return None
            self._ahead.append(line)
        content = self._ahead[distance][1]
        return None if self._decode(content)[1] else self._text_of(content)

    def _begins_table(self, row: list[str]) -> bool:
        """Tell whether a row behind a gap is the header of another table: words above numbers."""
        places = self._dialect.numeric_places
        if not places or not all(cell.strip() for cell in row) or len({*row}) < len(row):
            return False
        return not any(any(map(str.isdigit, cell)) for cell in row) and all(
            kind_of(row[place]) is CellKind.TEXT for place in places
        )

    def _reject(self, line: TextLine, text: str, reason: str) -> None:
        self._spool.add_broken(line[0], reason, text)
        self._after_gap = True

    def _reason_of(self, fields: list[str] | None, width: int, text: str) -> str:
        if "\r" in text:
            return "control_character"
        if fields is None:
            return "quote_unclosed"
        return "too_few_fields" if len(fields) < width else "too_many_fields"

    def _text_of(self, content: bytes) -> str:
        return content.decode(self._codec, errors="replace")

    def _decode(self, content: bytes) -> tuple[str, str]:
        """Return the line's text without its end, and why it cannot be read, if so."""
        if len(content) >= LINE_BYTES_MAX:
            return self._text_of(content[:RAW_CHARACTERS_MAX]), "line_too_long"
        try:
            text = content.decode(self._codec)
        except UnicodeDecodeError:
            return without_end(self._text_of(content)), "encoding_unknown"
        text = without_end(text)
        if text.startswith(UNDECODABLE):
            return text.removeprefix(UNDECODABLE), "message_undecodable"
        if "\0" in text or NOTHING in text or RETURN in text:
            return text, "control_character"
        return text, ""


def spool_delimiter(dialect: Dialect) -> str:
    """Return what separates the fields of rows on their way into the database."""
    return dialect.delimiter if dialect.delimiter in {*PLAIN_DELIMITERS} else ","
