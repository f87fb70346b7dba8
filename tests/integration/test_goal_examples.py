"""The examples in docs/goals, run as people would: pasted into a shell, in an empty folder."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Generator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from planner.domain.goals.types import GOAL_TYPES
from tests.support.kafka import free_ports

PAGES = Path(__file__).parents[2] / "docs" / "goals"
END_THE_REST = "trap 'kill $(jobs -p); wait' EXIT"
EXAMPLE_SECONDS_MAX = 120
STOP_SECONDS_MAX = 30
EXAMPLES_AT_ONCE = 2
"""More would wait for one another on a small machine."""

pytestmark = pytest.mark.timeout(len(GOAL_TYPES) * EXAMPLE_SECONDS_MAX)


def example_of(goal_type: str) -> str:
    """Return the first shell example of a goal type's page."""
    found = re.search(r"```sh\n(.*?)```", (PAGES / f"{goal_type}.md").read_text(), re.DOTALL)
    assert found is not None
    return found[1]


def environment() -> dict[str, str]:
    """Return where the command is, and where its cluster is to be."""
    (port,) = free_ports(1)
    services = ("PLANNER", "HUB", "CONSENSUS")
    return {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "ARGOSY_HTTP_PORT": str(port),
        **{f"ARGOSY_{name}_URL": f"http://127.0.0.1:{port}" for name in services},
    }


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> Generator[Mapping[str, Future[str]]]:
    """What each example has to complain about; two run side by side, as they wait a lot."""
    with ThreadPoolExecutor(EXAMPLES_AT_ONCE) as pool:
        folders = {name: tmp_path_factory.mktemp(name) for name in sorted(GOAL_TYPES)}
        yield {name: pool.submit(complaint_of, name, folders[name]) for name in folders}
        pool.shutdown(cancel_futures=True)


def complaint_of(goal_type: str, folder: Path) -> str:
    """Run an example in a folder; return nothing if it ends well, else its last words."""
    log = folder.with_suffix(".log")
    code = exit_code_of(example_of(goal_type), folder, log)
    return "" if code == 0 else f"exit code {code}\n{log.read_text(errors='replace')[-3000:]}"


def exit_code_of(script: str, folder: Path, log: Path) -> int:
    """Run a script, end what it leaves running in the background, and return its exit code."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["bash", "-e", "-c", f"{END_THE_REST}\n{script}"],
            cwd=folder,
            env=environment(),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        return process.wait(EXAMPLE_SECONDS_MAX)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(STOP_SECONDS_MAX)


@pytest.mark.parametrize("goal_type", sorted(GOAL_TYPES))
def test_the_example_runs_as_it_is_written(
    goal_type: str, complaints: Mapping[str, Future[str]]
) -> None:
    assert complaints[goal_type].result() == ""


def test_the_table_of_goal_types_names_them_all() -> None:
    table = (PAGES / "README.md").read_text()
    named = re.findall(r"^\| \[(\w+)\]\(\1\.md\)", table, re.MULTILINE)
    assert sorted(named) == sorted(GOAL_TYPES)
