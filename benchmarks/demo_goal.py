"""How long the demo's goal takes on this machine, against what it cannot be faster than.

`python -m benchmarks.demo_goal`: five runs of `argosy demo --fresh`, each a process of its own.
The limit is one thread of DuckDB that reads the same dirty files as text and writes them as
Parquet, looking at nothing: the least that any cleaning has to do.
"""

import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import duckdb
from pydantic import BaseModel

RUNS = 5


class Report(BaseModel):
    """What is read from a run's report."""

    seconds: float
    """From the goal's submission to its end."""


def run_demo(state: Path) -> tuple[float, float]:
    """Return the seconds of the goal, and those of the whole command."""
    argosy = Path(sys.executable).with_name("argosy")
    started = time.perf_counter()
    command = [argosy, "demo", "--fresh", "--json", "--port", "0", "--state", state]
    finished = subprocess.run(command, capture_output=True, check=True)
    seconds = Report.model_validate_json(finished.stdout).seconds
    return seconds, time.perf_counter() - started


def copy_seconds(sources: Path, folder: Path) -> float:
    """Return how long one thread takes to copy the sources, as text, into Parquet."""
    with duckdb.connect(config={"threads": 1}) as connection:
        started = time.perf_counter()
        for source in sorted(sources.glob("*.csv")):
            rows = connection.read_csv(
                str(source), all_varchar=True, strict_mode=False, null_padding=True
            )
            rows.write_parquet(str(folder / f"{source.stem}.parquet"))
        return time.perf_counter() - started


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "state"
        runs = [run_demo(state) for _ in range(RUNS)]
        copied = median(copy_seconds(state / "data" / "flights", Path(folder)) for _ in range(RUNS))
    goal, command = median(run[0] for run in runs), median(run[1] for run in runs)
    print(
        f"machine: {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    )
    print(f"the demo's goal: median {goal:.1f} s of {[round(run[0], 1) for run in runs]}")
    print(f"the whole command, with data, start, score and stop: median {command:.1f} s")
    print(
        f"limit, one thread copying the files unread: {copied:.2f} s; goal at {goal / copied:.1f} x"
    )


if __name__ == "__main__":
    main()
