"""A small real goal, and what an embedded cluster makes of it."""

import asyncio
import shutil
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from argosy.cluster import Cluster
from argosy.demo.flights import dirty_flights
from argosy.embedded import cluster_running
from tests.support.cluster_bus import cluster_bus
from tests.support.fleet import ended_goal, submit
from tests.support.kafka import Broker

SEED = 7
MONTHS = ("2013-06", "2013-07", "2013-09")
"""On both sides of the renamed and of the retyped column."""


@dataclass(frozen=True, slots=True)
class Voyage:
    """A goal, the folder of its sources, and the table that it must come to."""

    goal: Mapping[str, object]
    sources: Path
    content_hash: str


@pytest.fixture
def kafka_bus(kafka: Broker) -> Generator[str]:
    """The URI of a bus on Kafka for the one cluster of the test."""
    with cluster_bus(kafka) as uri:
        yield uri


@pytest.fixture(scope="session")
def voyage(tmp_path_factory: pytest.TempPathFactory) -> Voyage:
    """Three dirty months of flights, brought home by an embedded cluster."""
    folder = tmp_path_factory.mktemp("voyage")
    sources = folder / "months"
    sources.mkdir()
    flights = dirty_flights(folder / "all", SEED)
    for month in MONTHS:
        shutil.copy(flights.folder / f"flights-{month}.csv", sources)
    parameters = {"table": "flights", "sources": [f"{sources.as_uri()}/*.csv"], "quality_min": 0.9}
    goal = {"goal_type": "ingest_table", "parameters": parameters}
    cluster = Cluster(state=folder / "state", source_roots=str(sources))
    content_hash = asyncio.run(_brought_home(cluster, goal))
    return Voyage(goal, sources, content_hash)


async def _brought_home(cluster: Cluster, goal: Mapping[str, object]) -> str:
    async with cluster_running(cluster, port=0) as process:
        goal_id = await asyncio.to_thread(submit, process.address, goal)
        ended = await asyncio.to_thread(ended_goal, process.address, goal_id)
    return content_hash_of(ended)


def content_hash_of(goal: Mapping[str, object]) -> str:
    """Return the hash of the table that the goal came to."""
    assert goal["state"] == "completed", goal["failure"]
    report = cast("Mapping[str, object]", goal["report"])
    return str(report["content_hash"])
