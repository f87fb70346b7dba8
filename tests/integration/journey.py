"""A journey: a cluster that carries goals out, one wave after the other, and what came of each."""

import asyncio
import json
import threading
from collections.abc import Generator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import duckdb
import httpx
from deltalake import DeltaTable

from argosy.cluster import Cluster
from argosy.embedded import cluster_running
from tests.support.fleet import GOAL_SECONDS_MAX, ended_goal, submit

Goal = Mapping[str, object]
Ended = Mapping[str, object]
Rows = list[tuple[object, ...]]

LINEAGE = ("_source_file", "_source_line")
"""Columns that say where a row came from."""


@dataclass
class Journey:
    """Goals by the name that the test gives them, and how each of them ended."""

    folder: Path
    address: str = ""
    ended: dict[str, Ended] = field(default_factory=dict[str, Ended])
    plans: dict[str, Ended] = field(default_factory=dict[str, Ended])
    goal_seconds_max: float = GOAL_SECONDS_MAX

    @property
    def sources(self) -> Path:
        """The folder that goals may read."""
        return self.folder / "sources"

    def write(self, name: str, text: str) -> str:
        """Write a source anew, or its continuation, and return the pattern of its folder."""
        path = self.sources / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as file:
            file.write(text)
        return f"{path.parent.as_uri()}/*{path.suffix}"

    def carry_out(self, **goals: Goal) -> None:
        """Carry goals out side by side; returns when all of them have ended."""
        with ThreadPoolExecutor(len(goals)) as pool:
            for name, ended in zip(goals, pool.map(self._ended, goals.values()), strict=True):
                self.ended[name] = ended
                self.plans[name] = self._asked(f"v1/goals/{ended['goal_id']}/plan")

    def report_of(self, name: str) -> Mapping[str, object]:
        """Return the report of a goal, which has to have succeeded."""
        goal = self.ended[name]
        assert goal["state"] == "completed", json.dumps(goal["failure"])
        return cast("Mapping[str, object]", goal["report"])

    def failure_of(self, name: str) -> Mapping[str, str]:
        """Return the failure of a goal, which has to have failed."""
        goal = self.ended[name]
        assert goal["state"] == "failed"
        return cast("Mapping[str, str]", goal["failure"])

    def tasks_of(self, name: str) -> list[Mapping[str, object]]:
        """Return the tasks of a goal's plan."""
        return cast("list[Mapping[str, object]]", self.plans[name]["tasks"])

    def table(self, name: str) -> DeltaTable:
        """Return a table as any reader of Delta sees it."""
        return DeltaTable(str(self._folder_of(name)))

    def has_table(self, name: str) -> bool:
        """Tell whether there is a table of this name."""
        return DeltaTable.is_deltatable(str(self._folder_of(name)))

    def rows(self, name: str, columns: str = "", version: object = None) -> Rows:
        """Return the rows of a table at a version, sorted, without their lineage."""
        table = self.table(name)
        if isinstance(version, int):
            table.load_as_version(version)
        relation = duckdb.read_parquet(table.file_uris())
        wanted = columns or ", ".join(each for each in relation.columns if each not in LINEAGE)
        return relation.project(wanted).order("all").fetchall()

    def _folder_of(self, table: str) -> Path:
        return self.folder / "state" / "objects" / "tables" / table

    def _ended(self, goal: Goal) -> Ended:
        return ended_goal(self.address, submit(self.address, goal), self.goal_seconds_max)

    def _asked(self, path: str) -> Ended:
        return cast("Ended", httpx.get(f"{self.address}/{path}").raise_for_status().json())


@contextmanager
def journey_begun(folder: Path, *, bus: str = "") -> Generator[Journey]:
    """Run an embedded cluster in a thread of its own for as long as the context lasts."""
    journey = Journey(folder)
    journey.sources.mkdir()
    cluster = Cluster(state=folder / "state", source_roots=str(journey.sources), bus=bus)
    serving: Future[str] = Future()
    is_over = threading.Event()
    thread = threading.Thread(target=asyncio.run, args=(_served(cluster, serving, is_over),))
    thread.start()
    try:
        journey.address = serving.result()
        yield journey
    finally:
        is_over.set()
        thread.join()


async def _served(cluster: Cluster, serving: Future[str], is_over: threading.Event) -> None:
    try:
        async with cluster_running(cluster, port=0) as process:
            serving.set_result(process.address)
            await asyncio.to_thread(is_over.wait)
    except BaseException as error:
        if not serving.done():
            serving.set_exception(error)
        raise


def goal(goal_type: str, **parameters: object) -> Goal:
    """Return what is submitted for a goal of this type."""
    return {"goal_type": goal_type, "parameters": parameters}
