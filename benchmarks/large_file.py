"""What ingesting a large CSV takes, end to end, and whether memory stays where it is.

`python -m benchmarks.large_file [--megabytes 300 3000] [--agents 2]`: for each size a dirty file of
the shape of a year's flights, seeded, and a cluster of its own in one process (`argosy up`) whose
agents run one child process each. The goal is `ingest_table`, from the file to the committed table,
vote included. Measured are seconds, CPU seconds, and peaks of resident memory as the system counts
them: of each child, and of the process that planner, hub, consensus and all agents share, so that
the sum of both is more than an agent alone takes.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import httpx
from deltalake import DeltaTable
from pydantic import BaseModel, ValidationError

from argosy.cluster import HOST, free_port
from benchmarks.data_cleaning import ROW_BYTES, make_file

GROWTH_MAX = 1.2
AGENT_MIB_MAX = 600

SECONDS_MAX = 7200
"""How long one goal may take."""

LOOK_SECONDS = 0.5
"""Between two looks at the processes; their peaks are kept by the system meanwhile."""

ROOM_FACTOR = 6
"""Bytes of disk for each byte of the file: itself, the outputs, what is spilled."""

TICKS = os.sysconf("SC_CLK_TCK")


class Agent(BaseModel):
    """What is read of an agent."""

    state: str


class Fleet(BaseModel):
    """The agents that the hub knows."""

    agents: tuple[Agent, ...] = ()


class Goal(BaseModel):
    """What is read of a goal."""

    goal_id: str
    state: str = ""
    failure: dict[str, object] | None = None
    report: dict[str, object] | None = None


@dataclass
class Watched:
    """The processes of a cluster, as far as they were seen."""

    process_id: int
    peaks: dict[int, float] = field(default_factory=dict[int, float])
    """MiB by process."""
    seconds: dict[int, float] = field(default_factory=dict[int, float])
    """CPU by process."""

    def look(self) -> None:
        """Take down what each process has come to."""
        for process_id in (self.process_id, *_children_of(self.process_id)):
            try:
                status = Path(f"/proc/{process_id}/status").read_text()
                times = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
            except FileNotFoundError:
                continue
            for line in status.splitlines():
                if line.startswith("VmHWM:"):
                    self.peaks[process_id] = int(line.split()[1]) / 1024
            self.seconds[process_id] = (int(times[11]) + int(times[12])) / TICKS

    @property
    def cluster_mib(self) -> float:
        """The peak of the process that all services share."""
        return self.peaks[self.process_id]

    @property
    def child_mib(self) -> float:
        """The peak of the largest child."""
        return max(mib for each, mib in self.peaks.items() if each != self.process_id)


@dataclass(frozen=True, slots=True)
class Cost:
    """What ingesting a file took."""

    watched: Watched
    wall_seconds: float
    report: dict[str, object]
    rows: int
    partitions: int

    @property
    def agent_mib(self) -> float:
        """The most that an agent can have taken."""
        return self.watched.cluster_mib + self.watched.child_mib


def _children_of(process_id: int) -> list[int]:
    try:
        children = Path(f"/proc/{process_id}/task/{process_id}/children").read_text()
    except FileNotFoundError:
        return []
    return [int(each) for each in children.split()]


@contextmanager
def cluster_up(folder: Path, agents: int) -> Generator[tuple[str, Watched]]:
    """Run a cluster that may read the folder."""
    port = free_port(18_080)
    command = [Path(sys.executable).with_name("argosy"), "up", "--agents", str(agents)]
    places = ["--port", str(port), "--state", str(folder / "state"), "--source-roots", str(folder)]
    environment = os.environ | {"ARGOSY_MAX_PARALLEL_STREAMS": "1", "ARGOSY_LOG_LEVEL": "WARNING"}
    process = subprocess.Popen([*command, *places], env=environment)
    try:
        yield f"http://{HOST}:{port}", Watched(process.pid)
    finally:
        process.terminate()
        process.wait()


def ingest(address: str, source: Path, watched: Watched) -> Goal:
    """Submit the goal, and watch it to its end."""
    parameters = {"table": "flights", "sources": [source.as_uri()]}
    goal = {"goal_type": "ingest_table", "parameters": parameters}
    with httpx.Client(
        base_url=address, timeout=60, transport=httpx.HTTPTransport(retries=10)
    ) as client:
        answer = client.post("/v1/goals", json=goal, headers={"Idempotency-Key": source.name})
        asked = Goal.model_validate_json(answer.raise_for_status().content)
        end = time.monotonic() + SECONDS_MAX
        while time.monotonic() < end:
            watched.look()
            found = client.get(f"/v1/goals/{asked.goal_id}").raise_for_status()
            asked = Goal.model_validate_json(found.content)
            if asked.state in {"completed", "failed", "cancelled"}:
                return asked
            time.sleep(LOOK_SECONDS)
    raise TimeoutError(f"the goal took longer than {SECONDS_MAX} s")


def measure(megabytes: int, agents: int) -> Cost:
    """Make a file, ingest it, check the table against the report, and print what it took."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        room = shutil.disk_usage(folder).free / 1e6
        assert room > ROOM_FACTOR * megabytes, f"{folder} has room for {room:.0f} MB only"
        source = folder / "flights.csv"
        make_file(source, round(megabytes * 1e6 / ROW_BYTES))
        size = source.stat().st_size / 1e6
        with cluster_up(folder, agents) as (address, watched):
            _await_agents(address, agents)
            began = time.perf_counter()
            goal = ingest(address, source, watched)
            wall_seconds = time.perf_counter() - began
        report = goal.report
        assert goal.state == "completed", goal
        assert report is not None
        table = DeltaTable(str(folder / "state" / "objects" / "tables" / "flights"))
        rows = duckdb.read_parquet(table.file_uris()).aggregate("count(*)").fetchall()[0][0]
        cost = Cost(watched, wall_seconds, report, rows, len(table.file_uris()))
    _check_rows(cost)
    print(
        f"{size:7.0f} MB, {rows:11,} rows, {cost.partitions:3} partitions: "
        f"{sum(watched.seconds.values()):7.1f} CPU s, {wall_seconds:7.1f} s with {agents} agents; "
        f"peaks: child {watched.child_mib:4.0f} MiB, cluster {watched.cluster_mib:4.0f} MiB",
        flush=True,
    )
    return cost


def _await_agents(address: str, agents: int) -> None:
    with httpx.Client(base_url=address, transport=httpx.HTTPTransport(retries=10)) as client:
        for _ in range(300):
            with suppress(httpx.TransportError, ValidationError):
                fleet = Fleet.model_validate_json(client.get("/v1/agents").content)
                if sum(each.state == "active" for each in fleet.agents) >= agents:
                    return
            time.sleep(0.2)
    raise TimeoutError("the agents did not become active within a minute")


def _check_rows(cost: Cost) -> None:
    """Every row that came in is in the table, in the quarantine, or a copy of another."""
    counts = {name: cost.report[name] for name in ("rows_in", "rows_quarantined")}
    numbers = [int(str(each)) for each in counts.values()]
    copies = int(str(cost.report["duplicates_removed"]))
    assert numbers[0] == cost.rows + numbers[1] + copies, cost.report


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, nargs="+", default=[300, 3000])
    parser.add_argument("--agents", type=int, default=2)
    asked = parser.parse_args(sys.argv[1:])
    first, *others = [measure(megabytes, asked.agents) for megabytes in sorted(asked.megabytes)]
    for cost in others:
        print(
            f"peak of a child: {cost.watched.child_mib / first.watched.child_mib:.2f} times that "
            f"of the smallest file, with the cluster {cost.agent_mib / first.agent_mib:.2f} times "
            f"(aim {GROWTH_MAX}); {cost.agent_mib:.0f} MiB at most an agent (aim {AGENT_MIB_MAX})"
        )


if __name__ == "__main__":
    main()
