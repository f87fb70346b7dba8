"""The score of a run against the truth: what was repaired rightly, wrongly, and not at all.

A cell is judged by its value, not by how it is written, and found by the file and the line that
its row came from. Cells that were right before count too: breaking them is harm.
"""

from collections import Counter
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import duckdb
from deltalake import DeltaTable, QueryBuilder

SCORING = files("argosy.demo").joinpath("scoring.sql").read_text(encoding="utf-8")

NUMBERS = (
    "year", "month", "day", "dep_time", "sched_dep_time", "dep_delay", "arr_time",
    "sched_arr_time", "arr_delay", "flight", "air_time", "distance", "hour", "minute",
)  # fmt: skip
TIMES = ("time_hour",)
TEXTS = ("carrier", "tailnum", "origin", "dest")
DIRTIED = (
    "dep_time", "dep_delay", "arr_time", "arr_delay", "flight", "tailnum", "air_time", "distance",
    "time_hour",
)  # fmt: skip
"""The columns that the generator dirties; the truth says how each of their cells was dirtied."""

COMPARISONS = (
    dict.fromkeys(NUMBERS, "same_number")
    | dict.fromkeys(TIMES, "same_time")
    | dict.fromkeys(TEXTS, "same_text")
)


@dataclass(frozen=True, slots=True)
class DirtScore:
    """What became of the cells that one kind of dirt was put on."""

    kind: str
    cells: int
    right: int
    """The true value is back."""
    wrong: int
    """Another wrong value stands there now."""
    emptied: int
    """The wrong value was taken away, the true one was not found."""
    unchanged: int
    """The dirty value still stands there."""
    lost: int
    """The whole row is not in the table."""


@dataclass(frozen=True, slots=True)
class RepairReport:
    """How a published table compares with the truth."""

    dirt: tuple[DirtScore, ...]
    """By kind, in alphabetical order."""
    right_cells: int
    """Cells that were right before, in rows that the table has."""
    harmed_cells: int
    """Those of them that are wrong or missing now."""
    rows: int
    """Different flights on unbroken lines."""
    rows_lost: int
    """Those that the table does not have, quarantined or taken for duplicates."""
    duplicates: int
    duplicates_removed: int
    broken_lines: int
    broken_lines_kept_out: int


def score_against_truth(table_uri: str, truth: Path, version: int | None = None) -> RepairReport:
    """Compare a version of the table, the newest if none is given, with the truth of its files."""
    with duckdb.connect() as connection:
        connection.read_parquet(str(truth)).create_view("truth")
        _load_found(connection, table_uri, version)
        connection.execute(SCORING)
        dirt, right_cells, harmed_cells = _judge_cells(connection)
        rows, rows_lost = _count(
            connection.table("judged"), "count(*)", "count(*) filter (not present)"
        )
        return RepairReport(
            dirt, right_cells, harmed_cells, rows, rows_lost, *_judge_lines(connection)
        )


def _load_found(connection: duckdb.DuckDBPyConnection, table_uri: str, version: int | None) -> None:
    published = QueryBuilder().register("published", DeltaTable(table_uri, version))
    rows = connection.from_arrow(published.execute("select * from published"))
    cells = ", ".join(
        f'"{column}"::varchar as found_{column}'
        if column in rows.columns
        else f"null::varchar as found_{column}"
        for column in COMPARISONS
    )
    lineage = "_source_file as found_file, _source_line::bigint as found_line"
    rows.project(f"{lineage}, {cells}").to_table("found")


def _judge_cells(connection: duckdb.DuckDBPyConnection) -> tuple[tuple[DirtScore, ...], int, int]:
    tally: Counter[tuple[str, str]] = Counter()
    judged = connection.table("judged")
    for column, comparison in COMPARISONS.items():
        dirt, dirty = ("null", "null")
        if column in DIRTIED:
            dirt, dirty = f"dirt_{column}", f"dirty_{column}"
        found = f"found_{column}"
        is_same = f"if({column} is null, {found} is null, {comparison}({found}, {column}))"
        verdicts = judged.project(
            f"coalesce({dirt}, '') as kind,"
            f" verdict(present, {found}, {is_same}, {dirty}) as verdict"
        ).aggregate("kind, verdict, count(*)", "kind, verdict")
        for kind, verdict, cells in verdicts.fetchall():
            tally[kind, verdict] += cells
    kinds = sorted({kind for kind, _ in tally if kind})
    right = tally["", "right"]
    harmed = sum(tally["", verdict] for verdict in ("wrong", "emptied", "unchanged"))
    return tuple(_dirt_score(kind, tally) for kind in kinds), right + harmed, harmed


def _dirt_score(kind: str, tally: Counter[tuple[str, str]]) -> DirtScore:
    return DirtScore(
        kind=kind,
        cells=sum(cells for (name, _), cells in tally.items() if name == kind),
        right=tally[kind, "right"],
        wrong=tally[kind, "wrong"],
        emptied=tally[kind, "emptied"],
        unchanged=tally[kind, "unchanged"],
        lost=tally[kind, "lost"],
    )


def _judge_lines(connection: duckdb.DuckDBPyConnection) -> tuple[int, int, int, int]:
    """Count duplicates, those removed, broken lines and those kept out."""
    lines = connection.table("truth").join(
        connection.table("found"),
        "source_file = found_file and source_line = found_line",
        how="left",
    )
    copies, broken, broken_kept_out = _count(
        lines,
        "count(*) filter (is_copy and broken is null)",
        "count(*) filter (broken is not null)",
        "count(*) filter (broken is not null and found_line is null)",
    )
    (surplus,) = _count(
        lines.filter("broken is null and found_line is not null"),
        "count(*) - count(distinct flight_number)",
    )
    return copies, copies - surplus, broken, broken_kept_out


def _count(relation: duckdb.DuckDBPyRelation, *expressions: str) -> tuple[int, ...]:
    return tuple(relation.aggregate(", ".join(expressions)).fetchall()[0])
