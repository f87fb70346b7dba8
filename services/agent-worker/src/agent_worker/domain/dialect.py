"""How a text file is laid out as a table, judged from its first bytes.

Files are read as text first and cast later, by us: automatic detection of types hides damage.
"""

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from agent_worker.domain.failures import ActionFailedError

HEAD_BYTES = 64 * 1024
"""How much of a file its layout is judged from; the longest lines seen in practice fit often."""

DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Dialect:
    """What separates the fields, and what the columns are called, in order."""

    delimiter: str
    header: tuple[str, ...]

    @property
    def width(self) -> int:
        """The number of fields that a line must have."""
        return len(self.header)


def sniff(head: bytes, file_name: str) -> Dialect:
    """Judge the layout of a file by its head.

    Raises:
        ActionFailedError: the file is empty, binary, not in UTF-8, or has no table's layout.
    """
    lines = _lines(head, file_name)
    delimiter = _delimiter(lines)
    fields = split_line(lines[0], delimiter) or []
    if len(fields) < 2:  # noqa: PLR2004 - two fields are what makes a table out of lines
        raise ActionFailedError(
            "source_not_csv",
            f"{file_name}: its first line has one field, whichever of , ; tab | separates them",
            remedy="Name files of delimited text with a header line and at least two columns.",
        )
    _check_header(fields, file_name)
    return Dialect(delimiter, _unique_names(fields))


def split_line(line: str, delimiter: str) -> list[str] | None:
    """Return the line's fields, or None when its quotes do not close or stand in odd places."""
    try:
        (fields,) = csv.reader((line,), delimiter=delimiter, strict=True)
    except csv.Error:
        return None
    return fields


def _lines(head: bytes, file_name: str) -> list[str]:
    """Return the head's lines that are text; the header and most others have to be."""
    whole = head.rfind(b"\n") + 1 if len(head) >= HEAD_BYTES else 0
    lines = [line for line in head[: whole or None].splitlines() if line.strip()]
    if not lines:
        raise ActionFailedError(
            "source_empty", f"{file_name} is empty", remedy="Remove the file or fill it."
        )
    binary = [line for line in lines if b"\0" in line]
    if binary and _is_grave(binary, lines):
        raise ActionFailedError(
            "source_not_csv",
            f"{file_name} is no text: {len(binary)} of its first {len(lines)} lines have bytes of "
            "value 0",
            remedy="Name files of delimited text; unpack archives and convert workbooks first.",
        )
    texts = {line: text for line in lines if (text := _decode(line)) is not None}
    unreadable = [line for line in lines if line not in texts]
    if unreadable and _is_grave(unreadable, lines):
        raise ActionFailedError(
            "source_encoding_unknown",
            f"{file_name} is not in UTF-8: {len(unreadable)} of its first {len(lines)} lines "
            "cannot be read",
            remedy="Convert the file to UTF-8, with `iconv -t UTF-8` for example.",
        )
    return [texts[line] for line in lines if line in texts]


def _is_grave(bad: list[bytes], lines: list[bytes]) -> bool:
    """Tell whether bad lines speak against the file, and not only against themselves."""
    return bad[0] == lines[0] or 2 * len(bad) > len(lines)


def _decode(line: bytes) -> str | None:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _delimiter(lines: list[str]) -> str:
    """Return the delimiter under which most lines have as many fields as the header."""

    def agreement(delimiter: str) -> tuple[int, int]:
        widths = Counter(len(split_line(line, delimiter) or ()) for line in lines)
        width = len(split_line(lines[0], delimiter) or ())
        return (widths[width] if width > 1 else 0, width)

    return max(DELIMITERS, key=agreement)


def _check_header(fields: Iterable[str], file_name: str) -> None:
    names = [field.strip() for field in fields]
    unnamed = sum(not name or name.replace(".", "", 1).lstrip("+-").isdigit() for name in names)
    if 2 * unnamed > len(names):
        raise ActionFailedError(
            "source_without_header",
            f"{file_name}: {unnamed} of {len(names)} fields of its first line are numbers or empty",
            remedy="Put the names of the columns into the first line.",
        )


def _unique_names(fields: Iterable[str]) -> tuple[str, ...]:
    """Name each column apart; a table's names differ in more than their case."""
    names: dict[str, str] = {}
    for position, field in enumerate(fields, 1):
        first = name = field.strip() or f"column_{position}"
        count = 1
        while name.casefold() in names:
            count += 1
            name = f"{first}_{count}"
        names[name.casefold()] = name
    return tuple(names.values())
