"""A file's dialect, sniffed from its head: encoding, line ends, delimiter, header, in this order.

Each decision rests on the ones before it. What they are decided by, and what cannot be told from a
head, stands in docs/sources.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from agent_worker.domain.dialect import HEAD_BYTES, Dialect, unique_names
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.sniffing.delimiters import best_splitter, quote_of
from agent_worker.domain.sniffing.encodings import decide_encoding
from agent_worker.domain.sniffing.head_lines import (
    HeadRecord,
    lines_of,
    newline_of,
    records_of,
    without_end,
)
from agent_worker.domain.sniffing.header import header_length, joined_names, typed_places
from agent_worker.domain.sniffing.region import table_region
from agent_worker.domain.sniffing.splitting import FieldSplitter

LINES_MAX = 2_000
"""Lines of the head that are looked at for the table and its header."""

COMMENTS = ("#", "//", "--", "%")
"""What lines above a header begin with where remarks are marked."""

_STATED = "sep="
"""Begins the line by which a spreadsheet states its delimiter."""

_OTHER_LANGUAGES = ("<!doctype", "<?xml", "<html", "%pdf", "{\\rtf")


def sniff(head: bytes, file_name: str, later: bytes = b"") -> Dialect:
    """Judge the layout of a file by its head; the encoding of an ASCII one by some later lines.

    Raises:
        ActionFailedError: the file is empty, binary, in no known encoding, or has no table in it.
    """
    encoding = decide_encoding(head, file_name)
    if later:
        encoding = decide_encoding(later, file_name)
    text = _text_of(head, encoding)
    if not text.strip():
        raise ActionFailedError(
            "source_empty", f"{file_name} is empty", remedy="Remove the file or fill it."
        )
    _check_language(text, file_name)
    newline = newline_of(text)
    lines = lines_of(text, newline)
    if len(head) >= HEAD_BYTES and len(lines) > 1:
        lines.pop()  # cut in the middle
    lines = lines[:LINES_MAX]
    splitter, start = _splitter_of(lines)
    return _dialect(lines, splitter, start, _Writing(encoding, newline, file_name))


@dataclass(frozen=True, slots=True)
class _Writing:
    """What is decided before the delimiter."""

    encoding: str
    newline: str
    file_name: str


def _text_of(head: bytes, encoding: str) -> str:
    even = len(head) - len(head) % 4 if encoding.startswith("utf-32") else len(head)
    text = head[:even].decode(encoding, errors="replace")
    return text.removeprefix("\ufeff")


def _check_language(text: str, file_name: str) -> None:
    begin = text.lstrip()[:20].lower()
    language = next((each for each in _OTHER_LANGUAGES if begin.startswith(each)), "")
    if language:
        raise ActionFailedError(
            "source_not_csv",
            f"{file_name} begins with {language!r} and is a document, no table",
            remedy="Export the table that it shows as CSV, JSON, Parquet, Arrow or Excel.",
        )


def _splitter_of(lines: Sequence[str]) -> tuple[FieldSplitter, int]:
    """Return the splitter, and the line from which the table is looked for."""
    first = next((place for place, line in enumerate(lines) if line.strip()), 0)
    stated = lines[first].strip().strip('"')
    if stated.lower().startswith(_STATED) and len(stated) == len(_STATED) + 1:
        return FieldSplitter(stated[-1]), first + 1
    if lines[first].rstrip("\r\n").lower() == f"{_STATED}\t":
        return FieldSplitter("\t"), first + 1
    return best_splitter([line for line in lines if not _is_remark(line)]), first


def _is_remark(line: str) -> bool:
    return line.startswith(COMMENTS[0])


def _dialect(
    lines: Sequence[str], splitter: FieldSplitter, start: int, writing: _Writing
) -> Dialect:
    hidden = [line if place >= start else "" for place, line in enumerate(lines)]
    comment = _comment_of(hidden, splitter)
    if comment:
        hidden = ["" if line.startswith(comment) else line for line in hidden]
    region = table_region(records_of(hidden, splitter), splitter)
    if not splitter.delimiter.strip(" "):
        _check_unaligned(lines, writing.file_name)
    length = header_length(region.records)
    names = joined_names(region.records[:length]) if length else [""] * region.width
    rows = region.records[length:]
    begin = region.records[0].begin
    body = rows[0].begin if rows and length == 0 else _end_of(region.records[:length], begin)
    numeric = typed_places(rows, min(region.width, min((row.width for row in rows), default=0)))
    return Dialect(
        splitter.delimiter,
        unique_names(names),
        quote=splitter.quote,
        escape=splitter.escape,
        quotes=quote_of("".join(lines), splitter.delimiter)[1] > 0,
        encoding=writing.encoding,
        newline=writing.newline,
        padded=splitter.padded,
        trailing=region.trailing,
        header_begin=begin,
        body_begin=body,
        comment=comment,
        header_line=without_end(lines[begin]) if length and body == begin + 1 else "",
        numeric_places=numeric,
    )


def _end_of(records: Sequence[HeadRecord], begin: int) -> int:
    return records[-1].begin + records[-1].lines if records else begin


def _comment_of(lines: Sequence[str], splitter: FieldSplitter) -> str:
    """Return what begins remarks: the first line with something does, and it is no header."""
    first = next((line for line in lines if line.strip()), "")
    mark = next((mark for mark in COMMENTS if first.startswith(mark)), "")
    if not mark:
        return ""
    others = [line for line in lines if line.strip() and not line.startswith(mark)]
    if not others:
        return ""
    following = splitter.split(others[0].rstrip("\r\n"))
    width = len(splitter.split(first.rstrip("\r\n")) or ())
    is_header = following is not None and width == len(following) and width > 1
    return "" if is_header else mark


def _check_unaligned(lines: Sequence[str], file_name: str) -> None:
    if _is_aligned(lines):
        raise ActionFailedError(
            "source_not_csv",
            f"{file_name}: its columns are aligned with spaces; no character separates them",
            remedy="Export it with a delimiter, a comma or a tab for example.",
        )


def _is_aligned(lines: Sequence[str]) -> bool:
    """Tell whether most lines are kept apart by runs of spaces."""
    filled = [line for line in lines if line.strip()]
    apart = sum("  " in line.strip() for line in filled)
    return len(filled) > 1 and apart > 0.8 * len(filled)
