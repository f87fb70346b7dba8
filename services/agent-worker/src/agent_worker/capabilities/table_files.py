"""What a table's log says of each of its files: size, rows, extremes, missing values."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import duckdb

from agent_worker.capabilities import sql
from agent_worker.capabilities.delta_table import TableFile

TEXT_LENGTH_MAX = 64
"""Longer texts are no extremes worth keeping in a log."""

_Cell = bool | int | float | str | date | None


def describe_file(
    connection: duckdb.DuckDBPyConnection, local: Path, path_in_table: str
) -> TableFile:
    """Describe a clean file as Delta's protocol wants it."""
    rows = connection.read_parquet(str(local))
    names = rows.columns
    counted = ", ".join(
        f"min({name}), max({name}), count(*) - count({name})" for name in map(sql.name, names)
    )
    row_count, *figures = rows.aggregate(f"count(*), {counted}").fetchall()[0]
    lowest, highest, nulls = figures[::3], figures[1::3], figures[2::3]
    statistics = {
        "numRecords": row_count,
        "minValues": _extremes(names, lowest),
        "maxValues": _extremes(names, highest),
        "nullCount": dict(zip(names, nulls, strict=True)),
    }
    return TableFile(path_in_table, local.stat().st_size, statistics)


def _extremes(names: Sequence[str], cells: Sequence[_Cell]) -> dict[str, int | float | str]:
    written = {name: _as_json(cell) for name, cell in zip(names, cells, strict=True)}
    return {name: cell for name, cell in written.items() if cell is not None}


def _as_json(cell: _Cell) -> int | float | str | None:
    match cell:
        case bool() | None:
            return None
        case datetime():
            return cell.isoformat(timespec="microseconds")
        case date():
            return cell.isoformat()
        case str():
            return cell if len(cell) <= TEXT_LENGTH_MAX else None
        case int() | float():
            return cell
