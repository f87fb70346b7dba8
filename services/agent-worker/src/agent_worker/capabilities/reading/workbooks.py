"""Workbooks: a sheet is a grid of cells in which a table stands, often with a title above it.

Formulas count with the values that were stored with them; nothing is computed. Dates are dates,
because the reader knows which numbers are shown as such.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path

import duckdb
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from agent_worker.capabilities.reading.unpacking import check_archive
from agent_worker.capabilities.text_table import RETURN, RowSpool, TextTable
from agent_worker.domain.dialect import Dialect, unique_names
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.sniffing.head_lines import HeadRecord
from agent_worker.domain.sniffing.header import header_length, joined_names
from agent_worker.domain.sniffing.region import table_region
from agent_worker.domain.sniffing.splitting import FieldSplitter

SNIFFED_ROWS = 500
"""Rows in which the header is looked for."""

NOTE_WIDTH_MIN = 3
"""Columns from which on a row with one filled cell, behind a gap, is a note and no row."""

Cell = int | float | str | bool | time | date | datetime | timedelta

OLD = b"\xd0\xcf\x11\xe0"
"""How workbooks before 2007 begin."""


def sheet_layout(path: Path, sheet_name: str) -> Dialect:
    """Return where in a sheet the table is, and its columns; raises as `load_sheet` does."""
    return _layout(_sheet(path, sheet_name), path)


def load_sheet(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    *,
    name: str,
    scratch: Path,
    sheet_name: str = "",
) -> TextTable:
    """Load a sheet, the first one that can be seen unless it is named; lines are its rows.

    Raises:
        ActionFailedError: the workbook is damaged, locked or too large, or has no such sheet.
    """
    sheet = _sheet(path, sheet_name)
    layout = _layout(sheet, path)
    rows = [*_rows(sheet)]
    end = _end_of_table(rows, layout)
    with RowSpool(connection, name, scratch) as spool:
        for place, cells in enumerate(rows):
            number = place + 1 - layout.body_begin
            outside = "preamble" if place < layout.header_begin else "footer" * (place >= end)
            if not any(cells) or layout.header_begin <= place < layout.body_begin:
                continue
            if outside or any(cells[layout.width :]):
                raw = "\t".join(cells).rstrip("\t")
                spool.add_broken(number, outside or "too_many_fields", raw)
            else:
                spool.add_row(number, _of_width(cells, layout.width))
        return spool.load(layout)


def _sheet(path: Path, sheet_name: str) -> CalamineSheet:
    with path.open("rb") as source:
        is_old = source.read(4) == OLD
    try:
        if not is_old:
            check_archive(path)
        workbook = CalamineWorkbook.from_filelike(BytesIO(path.read_bytes()))
        seen = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.visible is SheetVisibleEnum.Visible
        ]
        if sheet_name and sheet_name not in workbook.sheet_names:
            raise ActionFailedError(
                "source_sheet_missing",
                f"{path.name} has no sheet {sheet_name!r}; it has "
                f"{', '.join(workbook.sheet_names[:20])}",
                remedy="Name one of them behind #sheet=, percent-encoded.",
            )
        return workbook.get_sheet_by_name(sheet_name or (seen or workbook.sheet_names)[0])
    except (CalamineError, OSError) as error:
        raise ActionFailedError(
            "source_damaged",
            f"{path.name} cannot be read as a workbook: {str(error).splitlines()[0]}",
            remedy="Open and save it again, without a password, or transfer it again.",
        ) from error


def _layout(sheet: CalamineSheet, path: Path) -> Dialect:
    records = [
        HeadRecord(place, 1, tuple(cells))
        for place, cells in zip(range(SNIFFED_ROWS), _rows(sheet), strict=False)
        if any(cells)
    ]
    if not records:
        raise ActionFailedError(
            "source_empty",
            f"{path.name}: its sheet {sheet.name!r} is empty",
            remedy="Name another sheet behind #sheet=, or fill this one.",
        )
    region = table_region(records, FieldSplitter("\t" if records[0].width > 1 else ""))
    length = header_length(region.records)
    names = joined_names(region.records[:length]) if length else [""] * region.width
    header = region.records[:length]
    begin = region.records[0].begin
    body = header[-1].begin + 1 if header else begin
    return Dialect("\t", unique_names(names), header_begin=begin, body_begin=body)


def _rows(sheet: CalamineSheet) -> Iterator[list[str]]:
    """Yield all rows as texts, the sheet's first row first."""
    rows = sheet.to_python(skip_empty_area=False)
    width = max(map(len, rows), default=0)
    for row in rows:
        yield _of_width([_text(cell) for cell in row], width)


def _end_of_table(rows: list[list[str]], layout: Dialect) -> int:
    """Return the place behind the last row: notes follow a blank row and fill one cell."""
    end = len(rows)
    if layout.width < NOTE_WIDTH_MIN:
        return end
    place = end
    while place > layout.body_begin and sum(map(bool, rows[place - 1])) <= 1:
        place -= 1
        if not any(rows[place]):
            end = place
    return end


def _of_width(cells: list[str], width: int) -> list[str]:
    return [*cells[:width], *[""] * (width - len(cells))]


def _text(cell: Cell) -> str:
    """Return a cell's text: numbers without needless places, dates and times as in ISO 8601."""
    match cell:
        case bool():
            return "true" if cell else "false"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
        case datetime():
            return cell.isoformat(" ") if cell.time() != time() else cell.date().isoformat()
        case date() | time():
            return cell.isoformat()
        case timedelta():
            return _duration(cell)
        case _:
            return str(cell).translate(_KEPT)


_KEPT = str.maketrans({"\0": "", "\x01": "", RETURN: ""})
"""Characters that no sheet can show."""


def _duration(duration: timedelta) -> str:
    seconds = int(duration.total_seconds())
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
