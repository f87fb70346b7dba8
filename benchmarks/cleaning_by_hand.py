"""The work of a cleaning pass as a person writes it who knows the file, the rules and the engine.

It does what the pass does, told in advance what that has to look up in a contract and a recipe:
reads the file as text, and every cell as what its column holds, whether it is a number or a word in
another spelling, a number with a unit, or a time in a second format; blanks words for missing
values, and fills what another column determines; drops copies; and writes the clean rows, a record
with each changed cell, the lines that are no rows, what the score counts, and the hash of the rows
in their order. It makes no report of examples and histograms, gives no cell a reason or confidence,
and looks for no space and no odd spelling in columns that it knows to have none.
"""

from hashlib import sha256
from pathlib import Path

import duckdb

COLUMNS = (
    *("year", "month", "day", "dep_time", "sched_dep_time", "dep_delay", "arr_time"),
    *("sched_arr_time", "arr_delay", "carrier", "flight", "tailnum", "origin", "dest"),
    *("air_time", "distance", "hour", "minute", "time_hour"),
)

_VALUES = {
    **{name: f"try_cast({name} as bigint)" for name in COLUMNS},
    "dep_time": "try_cast(nullif(dep_time, 'NA') as bigint)",
    "arr_time": "nullif(arr_time, '')",
    "sched_arr_time": "nullif(sched_arr_time, '')",
    "carrier": "if(regexp_full_match(carrier, '[a-z]+'), upper(carrier), nullif(carrier, '??'))",
    "flight": "coalesce(try_cast(flight as bigint),"
    " try_cast(try_cast(flight as double) as bigint))",
    "tailnum": "trim(tailnum)",
    "origin": "origin",
    "dest": "dest",
    "air_time": "try_cast(nullif(air_time, '-') as bigint)",
    "distance": "coalesce(try_cast(distance as bigint),"
    " try_cast(replace(distance, ' mi', '') as bigint))",
    "time_hour": "coalesce(try_strptime(time_hour, '%Y-%m-%dT%H:%M:%SZ'),"
    " try_strptime(time_hour, '%m/%d/%Y %H:%M'))",
}
"""What each column holds, of its text."""

_FILLS = {"dep_time": "sched_dep_time", "arr_time": "sched_arr_time", "air_time": "distance"}
"""Columns whose missing values another one determines."""

_WRITTEN = {
    name: "strftime(time_hour, '%Y-%m-%dT%H:%M:%SZ')" if name == "time_hour" else f"{name}::varchar"
    for name in ("carrier", "flight", "tailnum", "distance", "time_hour", *_FILLS)
}
"""Columns with cells to change, as they are written."""

_FILL = """
create table fill_{name} as
select {by}, arg_max({name}, cells) as {name} from (
    select {by}, {name}, count(*) as cells from cells where {name} is not null group by all
) group by {by} having max(cells) >= 2 and max(cells) * 3 >= 2 * sum(cells)
"""


def clean_by_hand(source: Path, folder: Path, memory_mib: int) -> str:
    """Clean the file into clean.parquet, changes.parquet and quarantine.parquet; hash the rows."""
    with duckdb.connect(
        str(folder / "hand.db"),
        config={
            "threads": 1,
            "memory_limit": f"{memory_mib}MiB",
            "temp_directory": str(folder / "spilled"),
        },
    ) as connection:
        _read(connection, source)
        for name, by in _FILLS.items():
            connection.execute(_FILL.format(name=name, by=by))
        _mend(connection)
        _count_cells(connection)
        return _write(connection, folder)


def _read(connection: duckdb.DuckDBPyConnection, source: Path) -> None:
    """Lay down each row's line, its texts t_…, and its values."""
    columns = dict.fromkeys(COLUMNS, "varchar")
    texts = connection.read_csv(
        str(source),
        columns=columns,
        header=True,
        auto_detect=False,
        ignore_errors=True,
        store_rejects=True,
    )
    values = ", ".join(
        f"coalesce({name}, '') as t_{name}, {value} as {name}" for name, value in _VALUES.items()
    )
    texts.project(f"row_number() over () as line, {values}").to_table("cells")


def _mend(connection: duckdb.DuckDBPyConnection) -> None:
    """Lay the determined values over the missing ones."""
    joins = " ".join(f"left join fill_{name} using ({by})" for name, by in _FILLS.items())
    filled = ", ".join(f"coalesce(cells.{name}, fill_{name}.{name}) as {name}" for name in _FILLS)
    mended = f"select cells.* replace ({filled}) from cells {joins}"  # noqa: S608 - as below
    connection.execute(f"create view mended as {mended}")


def _count_cells(connection: duckdb.DuckDBPyConnection) -> None:
    """Count by column the cells that hold nothing, and those that hold a value, for the score."""
    counts = ", ".join(f"count(*) filter (t_{name} = ''), count({name})" for name in COLUMNS)
    connection.execute(f"select {counts} from cells").fetchall()  # noqa: S608 - names of our own


def _write(connection: duckdb.DuckDBPyConnection, folder: Path) -> str:
    cells = ", ".join(COLUMNS)
    kept = connection.table("mended").aggregate(f"min(line) as line, {cells}", cells)
    clean = str(folder / "clean.parquet")
    kept.order("line").write_parquet(clean, compression="zstd")
    changes = " union all ".join(
        f"select line, '{name}' as name, t_{name} as old, coalesce({text}, '') as new,"  # noqa: S608 - as above
        f" 'repaired' as action from mended where t_{name} <> new"
        for name, text in _WRITTEN.items()
    )
    changed = connection.sql(changes).order("line")
    changed.write_parquet(str(folder / "changes.parquet"), compression="zstd")
    broken = connection.table("reject_errors").project("line, error_type::varchar, csv_line")
    broken.write_parquet(str(folder / "quarantine.parquet"), compression="zstd")
    texts = ", ".join(f"coalesce({name}::varchar, chr(0))" for name in COLUMNS)
    digests = connection.read_parquet(clean).aggregate(
        f"string_agg(md5(concat_ws(chr(31), {texts})), '')"
    )
    ((joined,),) = digests.fetchall()
    return sha256(joined.encode()).hexdigest()
