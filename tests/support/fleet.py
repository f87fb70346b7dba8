"""A fleet of real processes: each service as `python -m`, on a bus and a store of the test's."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from tests.support.kafka import free_ports

READY_SECONDS_MAX = 60
STOP_SECONDS_MAX = 30
GOAL_SECONDS_MAX = 120
# A process that starts on a busy machine may leave a question open for longer than httpx's 5 s.
ANSWER_SECONDS_MAX = 30
PAUSE_SECONDS = 0.1
# Enough for what went wrong at the end; a failure shows this of each process.
WORDS_MAX = 3000

SERVICES = ("planner", "hub", "consensus")


class Fleet:
    """Three services and some agents, started in the context and stopped with it."""

    def __init__(self, folder: Path, sources: Path, *, bus: str, store: str, agents: int) -> None:
        self._folder = folder
        self._names = (*SERVICES, *(f"agent-{number}" for number in range(agents)))
        self._ports = dict(zip(self._names, free_ports(len(self._names)), strict=True))
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._shared = {
            "ARGOSY_BUS": bus,
            "ARGOSY_STORE": store,
            "ARGOSY_OBJECT_STORE": str(folder / "objects"),
            "ARGOSY_SOURCE_ROOTS": str(sources),
        }

    def __enter__(self) -> Self:
        for name in self._names:
            self.start(name)
        self.wait_until_ready()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            try:
                process.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if error is not None:
            for name in self._names:
                words = self.log_of(name).read_text(errors="replace")[-WORDS_MAX:]
                error.add_note(f"--- the last words of {name}:\n{words}")

    def start(self, name: str) -> None:
        """Start the process of this name, anew if it ran before."""
        module = name if name in SERVICES else "agent_worker"
        own = {
            "ARGOSY_HTTP_PORT": str(self._ports[name]),
            "ARGOSY_AGENT_ID": name,
            "ARGOSY_WORK_FOLDER": str(self._folder / name),
        }
        environment = {**os.environ, **self._shared}
        if module == "agent_worker":
            environment.update(own)
        else:
            environment["ARGOSY_HTTP_PORT"] = own["ARGOSY_HTTP_PORT"]
        with self.log_of(name).open("ab") as log:
            self._processes[name] = subprocess.Popen(
                [sys.executable, "-m", module], env=environment, stdout=log, stderr=log
            )

    def wait_until_ready(self) -> None:
        """Wait until every process says that it makes progress."""
        for name in self._names:
            until(partial(is_ready, self.address(name)), READY_SECONDS_MAX, self.log_of(name))

    def kill(self, name: str) -> None:
        """Kill the process as `kill -9` does."""
        self._processes[name].kill()
        self._processes[name].wait()

    def address(self, name: str) -> str:
        """Return where the process serves."""
        return f"http://127.0.0.1:{self._ports[name]}"

    def log_of(self, name: str) -> Path:
        """Return the file that the process writes its log to."""
        return self._folder / f"{name}.log"


def is_ready(address: str) -> bool:
    """Tell whether the process at the address makes progress."""
    try:
        return httpx.get(f"{address}/readyz").is_success
    except httpx.TransportError:
        return False


def submit(planner: str, goal: Mapping[str, object]) -> str:
    """Submit the goal, once the planner is ready, and return its id."""
    until(partial(is_ready, planner), READY_SECONDS_MAX)
    answer = httpx.post(f"{planner}/v1/goals", json=goal, timeout=ANSWER_SECONDS_MAX)
    assert answer.is_success, answer.text
    return str(answer.json()["goal_id"])


def ended_goal(
    planner: str, goal_id: str, seconds_max: float = GOAL_SECONDS_MAX
) -> dict[str, object]:
    """Return the goal once it has ended."""
    seen: dict[str, object] = {}

    def has_ended() -> bool:
        address = f"{planner}/v1/goals/{goal_id}"
        seen.update(httpx.get(address, timeout=ANSWER_SECONDS_MAX).json())
        return seen["state"] not in {"queued", "running", "undoing"}

    try:
        until(has_ended, seconds_max)
    except AssertionError as error:
        tasks = httpx.get(f"{planner}/v1/goals/{goal_id}/tasks").json()
        error.add_note(f"the goal: {seen}\nits tasks: {tasks}")
        raise
    return seen


def until(holds: Callable[[], bool], seconds_max: float, log: Path | None = None) -> None:
    """Wait until it holds; fail with the log's last words when it does not in time."""
    deadline = time.monotonic() + seconds_max
    pause = threading.Event()
    while not holds():
        words = "" if log is None else log.read_text(errors="replace")[-2000:]
        assert time.monotonic() < deadline, f"not within {seconds_max} s\n{words}"
        pause.wait(PAUSE_SECONDS)
