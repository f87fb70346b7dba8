"""Where in the head the table is: behind titles and remarks, before notes and other tables."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from agent_worker.domain.sniffing.cell_kinds import TYPED, kind_of
from agent_worker.domain.sniffing.head_lines import HeadRecord
from agent_worker.domain.sniffing.splitting import FieldSplitter

FOLLOWING = 5
"""Records behind a table's first one that are looked at, to tell it from a title."""

FOLLOWING_SHARE_MIN = 0.5
"""Share of them that have the same width."""


@dataclass(frozen=True, slots=True)
class Region:
    """The table's records: the header, if there is one, and rows; all in the table's width."""

    width: int
    records: tuple[HeadRecord, ...]
    trailing: bool = False
    """Whether each row ends in a delimiter."""


def table_region(records: Sequence[HeadRecord], splitter: FieldSplitter) -> Region:
    """Return the table of the head, which is the one with most cells."""
    if not splitter.delimiter:
        return Region(1, tuple(records))
    width = _main_width(records)
    first = _first_of(records, width)
    first = _behind_titles(records, first, width)
    above = records[first - 1] if first else None
    rows = [record for record in records[first:] if record.width == width]
    if above is not None and _is_wide_header(above, rows):
        fields = tuple(field for field in above.fields if field.strip())
        return Region(width, (_fields_of(above, fields), *rows))
    if above is not None and _is_short_header(above, rows):
        return _with_short_header(above, rows, width)
    return _without_empty_end(rows, width)


def _main_width(records: Sequence[HeadRecord]) -> int:
    widths = Counter(record.width for record in records)
    return max(widths, key=lambda width: (widths[width] * width if width > 1 else 0, width))


def _first_of(records: Sequence[HeadRecord], width: int) -> int:
    """Return the first record of that width that others of it follow."""
    places = [place for place, record in enumerate(records) if record.width == width]
    for place in places:
        following = records[place + 1 : place + 1 + FOLLOWING]
        alike = sum(record.width == width for record in following)
        if alike >= FOLLOWING_SHARE_MIN * len(following):
            return place
    return places[0]


def _behind_titles(records: Sequence[HeadRecord], first: int, width: int) -> int:
    """Skip titles that a spreadsheet padded with empty fields to the table's width."""
    place = first
    while (
        width >= 3  # noqa: PLR2004 - of two fields, one empty is no sign of a title
        and place + 1 < len(records)
        and records[place].width == width
        and records[place].filled <= 1
        and any(record.filled > width / 2 for record in records[place + 1 : place + 1 + FOLLOWING])
    ):
        place += 1
    return place


def _is_short_header(above: HeadRecord, rows: Sequence[HeadRecord]) -> bool:
    """Tell whether the record above the rows names all of their columns but one."""
    if not rows or above.width != rows[0].width - 1 or above.width != above.filled:
        return False
    if above.begin + above.lines != rows[0].begin:
        return False
    named = not any(kind_of(cell) in TYPED for cell in above.fields)
    return named and any(kind_of(cell) in TYPED or not cell for cell in rows[0].fields)


def _is_wide_header(above: HeadRecord, rows: Sequence[HeadRecord]) -> bool:
    """Tell whether the record above the rows names all of their columns, and has a gap besides."""
    if not rows or above.width != rows[0].width + 1 or above.filled != rows[0].width:
        return False
    is_next = above.begin + above.lines == rows[0].begin
    return is_next and not any(kind_of(cell) in TYPED for cell in above.fields)


def _are_row_names(cells: Sequence[str]) -> bool:
    """Tell whether cells number or name the rows, as R writes them in front."""
    numbers = [str(number) for number in range(1, len(cells) + 1)]
    is_named = len({*cells}) == len(cells) and not any(kind_of(cell) in TYPED for cell in cells)
    return is_named or [*cells] == numbers


def _with_short_header(above: HeadRecord, rows: list[HeadRecord], width: int) -> Region:
    if all(not row.fields[-1].strip() for row in rows):
        cut = [_fields_of(row, row.fields[:-1]) for row in rows]
        return Region(width - 1, (above, *cut), trailing=True)
    if not _are_row_names([row.fields[0] for row in rows]):
        # Which name is missing cannot be told: none is better than a wrong one.
        return Region(width, tuple(rows))
    return Region(width, (_fields_of(above, ("", *above.fields)), *rows))


def _without_empty_end(rows: list[HeadRecord], width: int) -> Region:
    """Leave a last column out that has no name and no value: each line ends in a delimiter."""
    if width > 2 and rows and all(not row.fields[-1].strip() for row in rows):  # noqa: PLR2004
        cut = tuple(_fields_of(row, row.fields[:-1]) for row in rows)
        return Region(width - 1, cut, trailing=True)
    return Region(width, tuple(rows))


def _fields_of(record: HeadRecord, fields: tuple[str, ...]) -> HeadRecord:
    return HeadRecord(record.begin, record.lines, fields, record.is_regular)
