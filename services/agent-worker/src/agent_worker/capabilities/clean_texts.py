"""The clean rows as texts: the source's own, with every change in its place and nothing else."""

import duckdb

from agent_worker.capabilities import sql
from agent_worker.capabilities.judged_table import JudgedTable


def clean_texts(
    judged: JudgedTable, changes: duckdb.DuckDBPyRelation, rows: duckdb.DuckDBPyRelation
) -> duckdb.DuckDBPyRelation:
    """Return the rows that are in the table, with the source's columns, in its order.

    Args:
        judged: The table that the rows come from.
        changes: Its record of changes.
        rows: The clean rows with their lineage; they say which rows are in the table.
    """
    connection, name = judged.texts.connection, f"{judged.name}_changes"
    changes.filter("standing is not null").project("line, place, standing").to_table(name)
    header = judged.texts.dialect.header
    sources = judged.contract.sources_of(header)
    places = connection.table(name).aggregate("place", "place").order("place")
    changed: list[int] = [place for (place,) in places.fetchall()]
    rows.project("_source_line as line").to_table(f"{name}_lines")
    news = ", ".join(
        f"any_value(standing) filter (place = {place}) as n{place}" for place in changed
    )
    source_at = {sources[place]: place for place in changed}
    cells = ", ".join(
        f"{_cell(at, source_at.get(at))} as {sql.name(column)}" for at, column in enumerate(header)
    )
    wide = f"select line, {news or 'null'} from {name} group by line"  # noqa: S608
    return connection.sql(f"""
        select {cells} from {name}_lines join {judged.texts.name} using (line)
        left join ({wide}) using (line) order by line
    """)  # noqa: S608 - names of our own, quoted by the module `sql`


def _cell(at: int, place: int | None) -> str:
    """Return a cell's text; an empty one as NULL, so that no quotes are written for it."""
    return f"nullif({f'c{at}' if place is None else f'coalesce(n{place}, c{at})'}, '')"
