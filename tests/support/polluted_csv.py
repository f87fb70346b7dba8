"""CSV files with one pollution each, and what a careful person would read in them.

The kinds follow Vitagliano et al., "Pollock: a data loading benchmark" (2023), and what people send
besides; the tables are made up here. Everything derives from a seed.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from tests.support.made_up_tables import Table, made_up_table

Change = Callable[[str], str]


@dataclass(frozen=True)
class PollutedFile:
    """A file, what is in it, and which of its rows may be refused in place of being read."""

    kind: str
    name: str
    content: bytes
    table: Table
    refusable: frozenset[int] = field(default_factory=frozenset[int])
    outside: int = 0
    """Lines that are no rows and have to be kept apart."""


@dataclass(frozen=True)
class Writing:
    """How a table is written."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    newline: str = "\n"
    encoding: str = "utf-8"
    quotes_all: bool = False

    def line(self, fields: Sequence[str]) -> str:
        """Return a record with its end."""
        return self.delimiter.join(map(self._field, fields)) + self.newline

    def text(self, table: Table) -> str:
        """Return the whole table."""
        return "".join(self.line(fields) for fields in (table.header, *table.rows))

    def bytes(self, table: Table) -> bytes:
        """Return the whole table, encoded."""
        return self.text(table).encode(self.encoding)

    def _field(self, text: str) -> str:
        special = (self.delimiter, self.quote, "\n", "\r", *((self.escape,) if self.escape else ()))
        if not self.quotes_all and not any(mark in text for mark in special):
            return text
        if self.escape:
            inside = text.replace(self.escape, self.escape * 2)
            inside = inside.replace(self.quote, self.escape + self.quote)
        else:
            inside = text.replace(self.quote, self.quote * 2)
        return f"{self.quote}{inside}{self.quote}"


def with_hard_texts(table: Table, writing: Writing) -> Table:
    """Return the table with some cells that have to be quoted."""
    hard = (f"a{writing.delimiter} b", f"say {writing.quote}hi{writing.quote} twice", "two\nlines")
    place = table.header.index("product")
    rows = [list(row) for row in table.rows]
    for number, text in zip(range(1, len(rows), 3), hard * len(rows), strict=False):
        rows[number][place] = text
    return replace(table, rows=tuple(map(tuple, rows)))


def _dialects(table: Table) -> Iterator[tuple[str, PollutedFile]]:
    for delimiter in (",", ";", "\t", "|", ":", " ", "~", "||", "::", "|~|"):
        writing = Writing(delimiter)
        yield f"delimiter {delimiter!r}", _file(table, writing)
    for quote in ('"', "'"):
        for escape in ("", "\\"):
            for quotes_all in (False, True):
                writing = Writing(quote=quote, escape=escape, quotes_all=quotes_all)
                hard = with_hard_texts(table, writing)
                name = f"quote {quote} escape {escape or 'doubled'} all {quotes_all}"
                yield name, _file(hard, writing)
    for newline in ("\n", "\r", "\r\n"):
        yield f"newline {newline!r}", _file(table, Writing(newline=newline))


def _file(table: Table, writing: Writing) -> PollutedFile:
    return PollutedFile("", "", writing.bytes(table), table)


def _encodings(table: Table) -> Iterator[tuple[str, PollutedFile]]:
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"):
        yield encoding, _file(table, Writing(encoding=encoding))


def _mixed_newlines(table: Table) -> Iterator[tuple[str, PollutedFile]]:
    for ends in (("\n", "\r\n"), ("\n", "\r\n", "\r"), ("\r", "\n")):
        lines = [
            Writing(newline=ends[number % len(ends)]).line(fields)
            for number, fields in enumerate((table.header, *table.rows))
        ]
        yield repr(ends), replace(_file(table, Writing()), content="".join(lines).encode())


def _preambles(table: Table) -> Iterator[tuple[str, PollutedFile]]:
    text = Writing().text(table)
    width = len(table.header)
    above = {
        "title": "Sales of the harbour shop\n",
        "title and blank": "Sales of the harbour shop\n\n",
        "three lines": "Sales\nprinted on 2024-01-05\nby the office\n",
        "comments": "# made by hand\n# not for resale, ever\n",
        "padded": f"Sales of 2024{',' * (width - 1)}\n{',' * (width - 1)}\n",
        "keys and values": "Office: harbour\nPeriod: 2024\n\n",
        "blank lines": "\n\n\n",
        "separator": "sep=,\n",
    }
    for name, lines in above.items():
        outside = sum(bool(line.strip()) for line in lines.splitlines())
        yield (
            name,
            replace(_file(table, Writing()), content=(lines + text).encode(), outside=outside),
        )


def _footers(table: Table) -> Iterator[tuple[str, PollutedFile]]:
    text = Writing().text(table)
    below = {
        "note": "Source: harbour office\n",
        "blank and note": "\nAll prices in guilders.\n",
        "total": "Total\n",
        "two notes": "\n(1) estimated\n(2) from hearsay\n",
        "blank lines": "\n\n\n",
    }
    for name, lines in below.items():
        outside = sum(bool(line.strip()) for line in lines.splitlines())
        yield (
            name,
            replace(_file(table, Writing()), content=(text + lines).encode(), outside=outside),
        )


def _several_tables(table: Table) -> Iterator[tuple[str, PollutedFile]]:
    text = Writing().text(table)
    narrow = "port,depth\nGhent,4\nPorto,9\n"
    wide = "a,b,c,d,e,f,g,h\n" + "1,2,3,4,5,6,7,8\n"
    alike = ",".join(f"field {letter}" for letter in "abcdef"[: len(table.header)]) + "\n"
    alike += Writing().line(table.rows[0]) * 3
    others = {"narrow": narrow, "wide": wide} | ({"alike": alike} if table.has_numbers else {})
    for name, other in others.items():
        outside = other.count("\n")
        content = f"{text}\n{other}".encode()
        yield name, replace(_file(table, Writing()), content=content, outside=outside)
    repeated = text + Writing().line(table.header) + Writing().line(table.rows[0])
    again = replace(table, rows=(*table.rows, table.rows[0]))
    yield (
        "header again",
        replace(_file(again, Writing()), content=repeated.encode(), outside=1),
    )


def _headers(table: Table) -> Iterator[tuple[str, PollutedFile]]:
    rows = "".join(map(Writing().line, table.rows))
    width = len(table.header)
    nameless = Table(tuple(f"column_{place}" for place in range(1, width + 1)), table.rows)
    yield "missing", replace(_file(nameless, Writing()), content=rows.encode())
    doubled = Table((table.header[0], table.header[0], *table.header[2:]), table.rows)
    renamed = Table((table.header[0], f"{table.header[0]}_2", *table.header[2:]), table.rows)
    yield "duplicate", replace(_file(doubled, Writing()), table=renamed)
    empty = Table((table.header[0], "", *table.header[2:]), table.rows)
    named = Table((table.header[0], "column_2", *table.header[2:]), table.rows)
    yield "empty name", replace(_file(empty, Writing()), table=named)
    units = tuple("guilders" if name == "price" else f"unit {name}" for name in table.header)
    two = Writing().line(table.header) + Writing().line(units) + rows
    joined = Table(tuple(map(" ".join, zip(table.header, units, strict=True))), table.rows)
    if table.has_numbers:
        yield "two records", replace(_file(joined, Writing()), content=two.encode())
    yield "only", _file(replace(table, rows=()), Writing())
    yield "one row", _file(replace(table, rows=table.rows[:1]), Writing())
    yield (
        "no newline at the end",
        replace(_file(table, Writing()), content=Writing().bytes(table)[:-1]),
    )


def _ragged(table: Table) -> Iterator[tuple[str, PollutedFile]]:
    chance = random.Random(len(table.rows))
    changes: tuple[tuple[str, Change], ...] = (
        ("a separator too few", lambda line: line.replace(",", "", 1)),
        ("a separator too many", lambda line: line.replace(",", ",,", 1)),
        ("a field more", lambda line: f"{line[:-1]},more\n"),
        ("an empty line", lambda line: f"{line}\n"),
        ("zero byte", lambda line: line.replace(",", "\0,", 1)),
    )
    for name, change in changes:
        place = chance.randrange(1, len(table.rows))
        yield name, _damaged(table, place, change)
    yield "another delimiter", _damaged(table, 1, lambda _: Writing(";").line(table.rows[1]))


def _stray_quotes(table: Table) -> Iterator[tuple[str, PollutedFile]]:
    place = table.header.index("product")
    changes: tuple[tuple[str, Change], ...] = (
        ("inside", lambda text: f'{text[:2]}"{text[2:]}'),
        ("in front", lambda text: f'"{text}'),
        ("behind", lambda text: f'{text}"'),
        ("inside quotes", lambda text: f'"{text[:2]}"{text[2:]}"'),
        ("quoted and more", lambda text: f'"{text}" more'),
    )
    for name, change in changes:
        number = len(table.rows) // 2
        row = list(table.rows[number])
        row[place] = change("Spyglass")
        written = map(Writing().line, (row[:place], row[place + 1 :]))
        before, after = (line.rstrip("\n") for line in written)
        lines = [Writing().line(table.header), *map(Writing().line, table.rows)]
        lines[number + 1] = f"{before},{row[place]},{after}\n"
        if name == "inside quotes":
            row[place] = row[place][1:-1]
        rows = (*table.rows[:number], tuple(row), *table.rows[number + 1 :])
        yield name, PollutedFile("", "", "".join(lines).encode(), Table(table.header, rows))


def _shapes(table: Table) -> Iterator[tuple[str, PollutedFile]]:
    for place, name in enumerate(table.header):
        column = tuple((row[place],) for row in table.rows if row[place])
        if column:
            yield f"one column {name}", _file(Table((name,), column), Writing())
    lines = Writing(newline=",\n").text(table)
    yield "trailing delimiter", replace(_file(table, Writing()), content=lines.encode())
    first, *rest = lines.splitlines(keepends=True)
    rows_only = first.replace(",\n", "\n") + "".join(rest)
    yield "trailing in rows", replace(_file(table, Writing()), content=rows_only.encode())
    place = table.header.index("price")
    commas = tuple(
        tuple(cell.replace(".", ",") if at == place else cell for at, cell in enumerate(row))
        for row in table.rows
    )
    yield "decimal comma", _file(Table(table.header, commas), Writing(";"))
    padded = Writing(", ").text(table).encode()
    yield "padded", replace(_file(table, Writing()), content=padded)


def _damaged(table: Table, place: int, change: Change) -> PollutedFile:
    lines = [Writing().line(table.header), *map(Writing().line, table.rows)]
    lines[place + 1] = change(lines[place + 1])
    content = "".join(lines).encode()
    return PollutedFile("", "", content, table, refusable=frozenset({place}))


KINDS: dict[str, Callable[[Table], Iterator[tuple[str, PollutedFile]]]] = {
    "dialect": _dialects,
    "encoding": _encodings,
    "mixed newlines": _mixed_newlines,
    "preamble": _preambles,
    "footer": _footers,
    "several tables": _several_tables,
    "header": _headers,
    "ragged": _ragged,
    "stray quote": _stray_quotes,
    "shape": _shapes,
}


def polluted_files(seed: int) -> Iterator[PollutedFile]:
    """Yield one file of every pollution, made from the table of this seed."""
    table = made_up_table(seed)
    for kind, pollute in KINDS.items():
        for name, polluted in pollute(table):
            yield replace(polluted, kind=kind, name=name)
