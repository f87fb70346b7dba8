"""A partition's sample: rows to reason about where reading all of them again would cost too much.

Rows are taken in short runs, since what belongs together often stands together, and the runs are
spread over the whole file, one in each stretch of it at a place that has no period: a fixed stride
would always meet the same one of several sources that take turns. The same rows are taken again
whenever and wherever that is done.
"""

import duckdb

from agent_worker.capabilities.text_table import TextTable

SAMPLE_ROWS_MAX = 20_000
"""Of one partition; up to here all its rows are its sample. What one row in a thousand has shows in
twenty of them."""

SAMPLE_BYTES_MAX = 8_000_000
"""Of one partition, as text: reading a sample takes a second at most, however wide it is."""

RUN_ROWS = 32
"""Rows taken together: enough for the members of a group that were written one after another."""


def sample_of(texts: TextTable) -> tuple[duckdb.DuckDBPyRelation, int]:
    """Return some of the rows (line, c0, c1 …) in the order of the file, and how many they are."""
    cells = " + ".join(f"coalesce(strlen(c{place}), 0)" for place in range(texts.dialect.width))
    ((size,),) = texts.texts.aggregate(f"coalesce(sum({cells}), 0)::bigint").fetchall()
    fitting = SAMPLE_ROWS_MAX
    if size > SAMPLE_BYTES_MAX:
        fitting = min(fitting, max(1, SAMPLE_BYTES_MAX * texts.rows // size))
    return thin(texts.texts, texts.rows, fitting)


def thin(
    rows: duckdb.DuckDBPyRelation, count: int, rows_max: int
) -> tuple[duckdb.DuckDBPyRelation, int]:
    """Return at most so many of `count` rows, spread over all of them, and how many they are."""
    if count <= rows_max:
        return rows.order("line"), count
    runs = -(-count // RUN_ROWS)
    # A stretch of runs gives one of them, the last stretch perhaps none.
    stretch = -(-runs // max(1, rows_max // RUN_ROWS))
    numbered = rows.project(f"*, (row_number() over (order by line) - 1) // {RUN_ROWS} as run")
    chosen = f"md5_number_lower((run // {stretch})::varchar) % {stretch} = run % {stretch}"
    taken = numbered.filter(chosen).project("* exclude (run)").order("line").limit(rows_max)
    ((taken_count,),) = taken.aggregate("count(*)").fetchall()
    return taken, taken_count
