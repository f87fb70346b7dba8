"""What cleaning costs beside the same work written by hand, and how memory grows with a file.

`python -m benchmarks.data_cleaning [--rows N | --gigabytes G] [--memory MIB]`: a seeded CSV file
of the shape of a year's flights, nineteen columns, with ten kinds of dirt, and one a tenth as long.
Each way is a process of its own that tells its CPU seconds and its peak of resident memory.

Ours is what `argosy clean` does and a goal's tasks do, and publishing. The peer, in
`cleaning_by_hand.py`, is told what ours has to find out, and comes to the same rows and the same
record of changes, which is checked. *The pass* is the share of ours in which a known contract and
recipe are applied: all of cleaning but the trials on samples, so reading, judging, mending,
measuring, recording and writing of the file once. It is held against the peer's work, both without
the start of their processes; everything is held against it with them.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import duckdb
from pydantic import BaseModel

from agent_worker.capabilities.foreground import Foreground
from agent_worker.capabilities.pipe import ChildSettings
from agent_worker.capabilities.workshop import open_workshop
from benchmarks.cleaning_by_hand import COLUMNS, clean_by_hand
from shared.contracts.vocabulary import ActionType, ReActStep

ROWS = 300_000
ROW_BYTES = 93
"""About what a row takes, for sizes in gigabytes."""

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
"""When the steps were taken, for their records; nothing is measured by it."""

RATIO_MAX = 1.25
GROWTH_MAX = 1.2
MEMORY_MIB_MAX = 600

PASS = tuple(
    f"clean_partition {action}"
    for action in (ActionType.ANALYZE_SCHEMA, ActionType.VALIDATE_DATA, ActionType.ROUTE_PIPELINE)
)
"""Actions that read and judge the file, that mend and measure it, and that write it."""

STRAY_SHARE_MAX = 0.001
"""Changed cells of one way in a thousand of the other's may differ: those of rows that are copies
are nobody's business."""

DRAW = "create macro draw(row, salt, n) as (hash(row, salt) % n)::integer"
"""A number below n that row and salt decide, so that a file is the same whenever it is made."""

LINES = """
with drawn as (
    select row, 1 + row * 12 // {rows} as month, 1 + draw(row, 2, 28) as day,
        5 + draw(row, 3, 18) as hour, draw(row, 4, 60) as minute,
        draw(row, 5, 90) - 15 as delay, draw(row, 6, 10) as route,
        ['UA','AA','B6','DL','EV','MQ','US','WN','VX','FL'][1 + draw(row, 7, 10)] as carrier,
        ['JFK','LGA','EWR'][1 + draw(row, 8, 3)] as origin, draw(row, 9, 5000) as flight,
        10000 + draw(row, 10, 4000) as tail,
        draw(row, 40, 1000000) / 1e6 as broken, {chances}
    from (select if(i % 500 = 7, i - 1, i) as row from range({rows}) as numbers(i))
), timed as (
    select *, 200 + 137 * route as distance, hour * 60 + minute + delay + 90 as arrived,
        ['IAH','MIA','BQN','ATL','ORD','FLL','IAD','MCO','PBI','TPA'][1 + route] as dest,
        format('{{:02d}}', minute) as mm
    from drawn
), written as (
    select row, broken, [
        '2013', month::varchar, day::varchar,
        if(c1 < 0.01, 'NA', hour || mm), hour || mm, delay::varchar,
        if(c2 < 0.01, '', (arrived // 60 % 24) || format('{{:02d}}', arrived % 60)),
        (arrived // 60 % 24) || format('{{:02d}}', arrived % 60), (delay - 5)::varchar,
        case when c3 < 0.01 then '??' when c3 < 0.015 then lower(carrier) else carrier end,
        if(c4 < 0.01, flight || '.0', flight::varchar),
        if(c5 < 0.01, ' N' || tail || ' ', 'N' || tail),
        if(c6 < 0.002, origin || left(origin, 1), origin), dest,
        if(c7 < 0.001, '-', (distance // 8)::varchar),
        if(c8 < 0.02, distance || ' mi', distance::varchar), hour::varchar, minute::varchar,
        if(c9 < 0.05, format('{{:02d}}/{{:02d}}/2013 {{:02d}}:00', month, day, hour),
            format('2013-{{:02d}}-{{:02d}}T{{:02d}}:00:00Z', month, day, hour))
    ] as cells
    from timed
)
select array_to_string(if(broken < 0.0005, cells[:7], cells), ',') as line from written
"""
"""The lines of the file: the same wherever and whenever they are made."""


class Made(NamedTuple):
    """What a way wrote."""

    clean: Path
    changes: Path
    parts: Mapping[str, float] = MappingProxyType({})
    """CPU seconds by operator and action."""


class Cost(BaseModel):
    """What a way cost, and what it came to."""

    cpu_seconds: float
    """Of the whole process."""
    work_seconds: float
    """CPU seconds without the start of the process."""
    wall_seconds: float
    peak_mib: float
    rows: int
    digest: int
    """The same for the same rows, whatever their order."""
    changed: int
    """Cells that the record of changes tells were repaired."""
    parts: dict[str, float] = {}

    @property
    def pass_seconds(self) -> float:
        """CPU seconds of the pass alone."""
        return sum(self.parts[part] for part in PASS)


def make_file(path: Path, rows: int) -> None:
    """Write the dirty file."""
    chances = ", ".join(f"draw(row, {20 + at}, 1000000) / 1e6 as c{at}" for at in range(1, 10))
    lines = LINES.format(rows=rows, chances=chances)
    with duckdb.connect(config={"threads": 1}) as connection, path.open("wb") as opened:
        opened.write((",".join(COLUMNS) + "\n").encode())
        connection.execute(DRAW)
        found = connection.execute(lines)
        while batch := found.fetchmany(50_000):
            opened.write(("\n".join(line for (line,) in batch) + "\n").encode())


def run_argosy(source: Path, folder: Path, memory_mib: int) -> Made:
    """Profile, propose, clean and publish as agents do."""
    parts: dict[str, float] = {}
    began = time.process_time()

    def listen(operator: str, step: ReActStep) -> None:
        nonlocal began
        name = f"{operator} {step.action}"
        # Of the looks at the columns only the first one loads the file.
        if name in parts and step.action is ActionType.ANALYZE_SCHEMA:
            name += " again"
        parts[name] = parts.get(name, 0) + time.process_time() - began
        began = time.process_time()

    scratch = folder / "scratch"
    scratch.mkdir()
    settings = ChildSettings(
        object_store=(folder / "objects").as_uri(), source_roots=("/",), memory_mib=memory_mib
    )
    workshop = open_workshop(settings, scratch)
    agent = Foreground(workshop, lambda: BEGAN, listen)
    found = agent.perform("discover_sources", {"sources": [str(source)]})
    partitions = found.facts["partitions"]
    assert isinstance(partitions, list)
    (partition,) = partitions
    profile = agent.perform("profile_partition", {"partition": partition})
    proposed = agent.perform("propose_schema", {"table": "flights"}, profile.artifacts)
    cleaned = agent.perform("clean_partition", {"partition": partition}, proposed.artifacts)
    inputs = (*proposed.artifacts, *cleaned.artifacts)
    agent.perform("publish_table", {"table": "flights"}, inputs)
    written = {
        artifact.name.partition(":")[0]: Path(unquote(urlsplit(artifact.uri).path))
        for artifact in cleaned.artifacts
    }
    return Made(written["clean"], written["changes"], parts)


def run_by_hand(source: Path, folder: Path, memory_mib: int) -> Made:
    """Do the same by queries that a person wrote who knows the file."""
    clean_by_hand(source, folder, memory_mib)
    return Made(folder / "clean.parquet", folder / "changes.parquet")


WAYS = {"argosy": run_argosy, "by hand": run_by_hand}


def measured(way: str, source: Path, memory_mib: int) -> Cost:
    """Go a way in this process, and tell what it cost."""
    began, started = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        made = WAYS[way](source, Path(folder), memory_mib)
        work_seconds, wall_seconds = time.process_time() - started, time.perf_counter() - began
        usage = resource.getrusage(resource.RUSAGE_SELF)
        rows, digest, changed = _look_at(made)
    return Cost(
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        work_seconds=work_seconds,
        wall_seconds=wall_seconds,
        peak_mib=usage.ru_maxrss / 1024,
        rows=rows,
        digest=digest,
        changed=changed,
        parts=dict(made.parts),
    )


def _look_at(made: Made) -> tuple[int, int, int]:
    """Return the clean rows, their digest, and the changed cells."""
    with duckdb.connect() as connection:
        clean = connection.read_parquet(str(made.clean))
        # Sums of 32 bits of each row's hash: of the whole they would not fit into a JSON number.
        digest = f"sum(hash({', '.join(COLUMNS)}) % 4294967296)::bigint"
        ((rows, found),) = clean.aggregate(f"count(*), {digest}").fetchall()
        repaired = "count(*) filter (action = 'repaired')"
        changes = connection.read_parquet(str(made.changes)).aggregate(repaired)
        ((changed,),) = changes.fetchall()
    return rows, found, changed


def in_process(way: str, source: Path, memory_mib: int) -> Cost:
    """Go a way in a process of its own, and print what it cost."""
    command = [sys.executable, "-m", __spec__.name, "--memory", str(memory_mib), "--way", way]
    ended = subprocess.run([*command, str(source)], stdout=subprocess.PIPE, check=True)
    cost = Cost.model_validate_json(ended.stdout)
    size = source.stat().st_size / 1e6
    print(
        f"{way:8} {size:8.1f} MB: {cost.cpu_seconds:7.2f} CPU s, {cost.wall_seconds:7.2f} s, "
        f"peak {cost.peak_mib:6.0f} MiB, {cost.rows:10,} rows out",
        flush=True,
    )
    for part, seconds in cost.parts.items():
        if seconds > cost.cpu_seconds / 50:
            print(f"{'':12}{seconds:7.2f} CPU s  {part}")
    return cost


def compare(rows: int, memory_mib: int) -> None:
    """Make two files, measure both ways on the long one and ours on the short one, and print."""
    with tempfile.TemporaryDirectory() as folder:
        long, short = Path(folder) / "flights.csv", Path(folder) / "tenth.csv"
        make_file(long, rows)
        make_file(short, rows // 10)
        tenth = in_process("argosy", short, memory_mib)
        ours = in_process("argosy", long, memory_mib)
        peer = in_process("by hand", long, memory_mib)
    strays = abs(ours.changed - peer.changed)
    assert ours.digest == peer.digest, "both ways come to the same rows"
    assert strays <= STRAY_SHARE_MAX * peer.changed, f"the records differ by {strays} cells"
    print(
        f"the pass: {ours.pass_seconds:.2f} CPU s, the work by hand {peer.work_seconds:.2f}: "
        f"{ours.pass_seconds / peer.work_seconds:.2f} times that (aim {RATIO_MAX}); "
        f"everything: {ours.cpu_seconds / peer.cpu_seconds:.2f} times"
    )
    print(
        f"peak memory: {ours.peak_mib / tenth.peak_mib:.2f} times that of a tenth of the rows "
        f"(aim {GROWTH_MAX}); {ours.peak_mib:.0f} MiB (aim {MEMORY_MIB_MAX})"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--gigabytes", type=float, help="size of the long file, instead of rows")
    parser.add_argument("--memory", type=int, default=1024, help="MiB of the database")
    parser.add_argument("--way", help=argparse.SUPPRESS)
    parser.add_argument("source", nargs="?", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args(sys.argv[1:])
    if asked.way:
        print(measured(asked.way, asked.source, asked.memory).model_dump_json())
        return
    rows = round(asked.gigabytes * 1e9 / ROW_BYTES) if asked.gigabytes else asked.rows
    compare(rows, asked.memory)


if __name__ == "__main__":
    main()
