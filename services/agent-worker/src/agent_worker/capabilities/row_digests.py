"""The hash of a table's rows in their order: equal rows make it equal, whatever file holds them."""

from hashlib import sha256

import duckdb

from agent_worker.capabilities import sql

HASHED_LINES = 500_000
"""Whose digests are held at once: 16 MB of them."""


def count_and_hash(rows: duckdb.DuckDBPyRelation) -> tuple[int, str]:
    """Count clean rows and return the SHA-256 of their digests in order.

    Stretch by stretch, since the digests of all rows need not fit into memory: rows that are not
    stored would be computed anew for each.
    """
    cells = ", ".join(
        f"coalesce(cast({sql.name(name)} as varchar), chr(0))" for name in rows.columns
    )
    count, hashed = 0, sha256()
    begin = _first_line(rows)
    while begin is not None:
        end = begin + HASHED_LINES
        stretch = rows.filter(f"_source_line >= {begin} and _source_line < {end}")
        lines = stretch.project(f"_source_line as line, md5(concat_ws(chr(31), {cells})) as digest")
        joined = "coalesce(string_agg(digest, '' order by line), '')"
        ((row_count, digests),) = lines.aggregate(f"count(*), {joined}").fetchall()
        count += row_count
        hashed.update(digests.encode())
        begin = _first_line(rows.filter(f"_source_line >= {end}"))
    return count, hashed.hexdigest()


def _first_line(rows: duckdb.DuckDBPyRelation) -> int | None:
    ((line,),) = rows.aggregate("min(_source_line)").fetchall()
    return line
