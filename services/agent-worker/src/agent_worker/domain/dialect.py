"""How a file's records are written: what was decided once and holds for every line of it.

Files are read as text first and cast later, by us: automatic detection of types hides damage.
"""

import csv
from dataclasses import dataclass

HEAD_BYTES = 64 * 1024
"""How much of a file its layout is judged from; the longest lines seen in practice fit often."""

DELIMITERS = ",;\t|"
"""The delimiters that are tried on a text that stands alone."""

OUTSIDE_REASONS = ("preamble", "comment", "header_repeated", "other_table", "footer")
"""Why a line is kept apart that is no damaged row but no row at all."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """What separates the fields, and what the columns are called, in order."""

    delimiter: str
    """One character or several; empty where each record is one field."""
    header: tuple[str, ...]
    quote: str = '"'
    escape: str = ""
    r"""`\` where quotes in fields are escaped by it; empty where they are doubled."""
    quotes: bool = False
    """Whether fields are enclosed in quotes anywhere in the head."""
    encoding: str = "utf-8"
    """The name by which Python knows it: utf-8, utf-16-le, utf-16-be or cp1252."""
    newline: str = "\n"
    r"""`\n` where it ends lines, with or without `\r` before; `\r` where any of them may."""
    padded: bool = False
    """Whether spaces behind a delimiter belong to the layout and not to the field."""
    trailing: bool = False
    """Whether a delimiter stands behind the last field of every row, too."""
    header_begin: int = 0
    """Lines before the header."""
    body_begin: int = 1
    """Lines before the first row; the header's own are those between."""
    comment: str = ""
    """What begins a line that is a remark; empty where none do."""
    header_line: str = ""
    """The header as it is written, where it takes one line; the same again is no row."""
    numeric_places: tuple[int, ...] = ()
    """The columns whose cells, in the head, are numbers or times."""

    @property
    def width(self) -> int:
        """The number of fields that a line must have."""
        return len(self.header)


def split_line(line: str, delimiter: str) -> list[str] | None:
    """Return the line's fields, or None when its quotes do not close or stand in odd places."""
    try:
        (fields,) = csv.reader((line,), delimiter=delimiter, strict=True)
    except csv.Error:
        return None
    return fields


def unique_names(fields: list[str]) -> tuple[str, ...]:
    """Name each column apart; a table's names differ in more than their case."""
    names: dict[str, str] = {}
    for position, field in enumerate(fields, 1):
        first = name = " ".join(field.split()) or f"column_{position}"
        count = 1
        while name.casefold() in names:
            count += 1
            name = f"{first}_{count}"
        names[name.casefold()] = name
    return tuple(names.values())
