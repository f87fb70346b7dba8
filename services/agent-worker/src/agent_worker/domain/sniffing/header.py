"""Whether the first records of a table are names or rows, told by how they differ from the rest."""

from collections.abc import Sequence

from agent_worker.domain.sniffing.cell_kinds import TYPED, CellKind, kind_of
from agent_worker.domain.sniffing.head_lines import HeadRecord

HEADER_RECORDS_MAX = 3
"""Records that a header may take: groups, names and units."""

ROWS_COMPARED = 200
"""Rows that a header is compared with."""

TYPED_SHARE_MIN = 0.8
"""Share of a column's filled cells that are numbers or times where the column is of that kind."""

_YEARS = range(1800, 2200)


def typed_places(rows: Sequence[HeadRecord], width: int) -> tuple[int, ...]:
    """Return the columns whose cells are numbers or times."""
    return tuple(place for place in range(width) if _is_typed(_cells(rows, place)))


def header_length(records: Sequence[HeadRecord]) -> int:
    """Return how many of the first records are the header; all have the table's width."""
    if not _is_header(records):
        return 0
    for length in range(1, min(HEADER_RECORDS_MAX, len(records) - 1)):
        if not _goes_on(records[length], records[length + 1 :]):
            return length
    return min(1, len(records))


def joined_names(records: Sequence[HeadRecord]) -> list[str]:
    """Return one name a column, from top to bottom; a group's name stands for all its columns."""
    levels = [list(record.fields) for record in records]
    for level in levels[:-1]:
        for place in range(1, len(level)):
            level[place] = level[place].strip() or level[place - 1]
    names: list[str] = []
    for parts in zip(*levels, strict=True):
        distinct = dict.fromkeys(part.strip() for part in parts if part.strip())
        names.append(" ".join(distinct))
    return names


def _is_header(records: Sequence[HeadRecord]) -> bool:
    first = records[0]
    rows = [row for row in records[1 : ROWS_COMPARED + 1] if row.fields != first.fields]
    if not rows:
        return _is_named(first)
    votes = [_vote(cell, _cells(rows, place)) for place, cell in enumerate(first.fields)]
    total = sum(votes)
    # Where nothing speaks for or against, the first record is the header, as nearly always.
    return total > 0 or (total == 0 and _is_named(first))


def _is_named(first: HeadRecord) -> bool:
    typed = sum(kind_of(cell) in TYPED for cell in first.fields)
    return 2 * typed < first.width and first.filled > 0


def _vote(cell: str, column: Sequence[str]) -> float:
    """Return how far a cell looks like the name of its column: from 1 to -1."""
    kind = kind_of(cell)
    if kind is CellKind.EMPTY:
        return 0
    if _is_typed(column):
        if kind not in TYPED:
            return 1
        return 0 if _is_year(cell) and not any(map(_is_year, column)) else -1
    if kind in TYPED:
        return 0 if _is_year(cell) else -0.5
    if cell in column:
        return -1
    return _vote_by_look(cell, [each for each in column if kind_of(each) is not CellKind.EMPTY])


def _vote_by_look(cell: str, column: Sequence[str]) -> float:
    """Compare a text with the texts below it: their length, their digits, their repetition."""
    if len(column) < 2:  # noqa: PLR2004 - one text has no look
        return 0
    with_digits = sum(any(map(str.isdigit, each)) for each in column) / len(column)
    if with_digits > TYPED_SHARE_MIN:
        return 0.5 if not any(map(str.isdigit, cell)) else -0.5
    lengths = [len(each) for each in column]
    is_even = max(lengths) - min(lengths) <= 1
    if is_even and abs(len(cell) - lengths[0]) > 2:  # noqa: PLR2004 - codes vary by a character
        return 0.5
    # A name stands once, above values that stand often.
    return 0.25 if len({*column}) <= len(column) / 2 else 0


def _goes_on(record: HeadRecord, rows: Sequence[HeadRecord]) -> bool:
    """Tell whether a record below the first belongs to the header: words above numbers only."""
    above = [
        kind_of(record.fields[place]) for place in typed_places(rows[:ROWS_COMPARED], record.width)
    ]
    filled = [kind for kind in above if kind is not CellKind.EMPTY]
    is_numbered = len(above) >= 2 or record.width == len(above)  # noqa: PLR2004 - one may err
    return is_numbered and len(filled) == len(above) and not TYPED.intersection(filled)


def _cells(rows: Sequence[HeadRecord], place: int) -> list[str]:
    return [row.fields[place] for row in rows]


def _is_typed(cells: Sequence[str]) -> bool:
    kinds = [kind for kind in map(kind_of, cells) if kind is not CellKind.EMPTY]
    return bool(kinds) and sum(kind in TYPED for kind in kinds) >= TYPED_SHARE_MIN * len(kinds)


def _is_year(cell: str) -> bool:
    text = cell.strip()
    return text.isdigit() and int(text) in _YEARS
