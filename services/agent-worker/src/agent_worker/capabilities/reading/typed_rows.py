"""Rows of typed values as texts: one text for each value, whatever engine it came from.

The texts are those that reading by a contract takes for right: numbers with a point, dates and
times as ISO 8601 has them, true and false, nested values as JSON, bytes in Base64.
"""

import duckdb

from agent_worker.capabilities import sql
from agent_worker.capabilities.text_table import TextTable
from agent_worker.domain.dialect import Dialect, unique_names

LINE = "line"


def load_rows(
    connection: duckdb.DuckDBPyConnection, rows: duckdb.DuckDBPyRelation, name: str
) -> TextTable:
    """Load typed rows in their order; an empty text and a missing value are the same."""
    dialect = dialect_of(rows.columns)
    types = [str(each) for each in rows.types]
    cells = [
        f"coalesce({_text(sql.name(column), data_type)}, '') as c{place}"
        for place, (column, data_type) in enumerate(zip(rows.columns, types, strict=True))
    ]
    numbered = f"row_number() over () as {LINE}"
    rows.project(", ".join((numbered, *cells))).to_table(name)
    connection.execute(f"create table {name}_broken ({LINE} bigint, reason varchar, raw varchar)")
    ((count,),) = connection.table(name).aggregate("count(*)").fetchall()
    return TextTable(connection, name, dialect, count, 0)


def dialect_of(columns: list[str]) -> Dialect:
    """Return the dialect of a table that has names and no text of its own."""
    return Dialect(",", unique_names(columns), body_begin=0)


def _text(cell: str, data_type: str) -> str:
    """Return the SQL for the text of a value."""
    if data_type.endswith("]") or data_type.startswith(("STRUCT", "MAP", "UNION")):
        return f"cast(to_json({cell}) as varchar)"
    if data_type == "BLOB":
        return f"to_base64({cell})"
    if data_type == "TIMESTAMP WITH TIME ZONE":
        at_utc = f"({cell} at time zone 'UTC')"
        whole, exact = (f"strftime({at_utc}, '%Y-%m-%dT%H:%M:%S{part}Z')" for part in ("", ".%f"))
        return f"if(microsecond({at_utc}) % 1000000 = 0, {whole}, {exact})"
    return f"cast({cell} as varchar)"
