"""Bad input gets an answer that names the thing and the remedy, and disturbs nothing else."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import cast

import httpx
import pytest

from argosy.cluster import Cluster
from argosy.embedded import cluster_running
from tests.support.fleet import ended_goal, is_ready, submit, until

READY_SECONDS_MAX = 30


@pytest.fixture
async def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    folder.mkdir()
    return folder


@pytest.fixture
async def address(tmp_path: Path, sources: Path) -> AsyncGenerator[str]:
    """Where an embedded cluster serves."""
    cluster = Cluster(state=tmp_path / "state", source_roots=str(sources))
    async with cluster_running(cluster, port=0) as process:
        await asyncio.to_thread(until, lambda: is_ready(process.address), READY_SECONDS_MAX)
        yield process.address


def goal(sources: object, **parameters: object) -> dict[str, object]:
    stated = {"table": "trips", "sources": sources, **parameters}
    return {"goal_type": "ingest_table", "parameters": stated}


async def refusal(address: str, document: Mapping[str, object]) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.post(f"{address}/v1/goals", json=document)


async def failed(address: str, document: Mapping[str, object]) -> dict[str, str]:
    """Return the failure that the goal ends with."""
    goal_id = await asyncio.to_thread(submit, address, document)
    ended = await asyncio.to_thread(ended_goal, address, goal_id)
    assert ended["state"] == "failed"
    return cast("dict[str, str]", ended["failure"])


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ({"goal_type": "fly", "parameters": {}}, "fly"),
        (goal("not a list"), "sources"),
        (goal(["file:///etc/passwd"]), "/etc/passwd"),
        (goal(["file:///x.csv"], quality="high"), "quality"),
        ({"parameters": {}}, "goal_type"),
    ],
    ids=["unknown type", "wrong type", "outside the roots", "unknown field", "missing field"],
)
async def test_a_goal_that_cannot_be_is_refused_by_name(
    address: str, document: Mapping[str, object], named: str
) -> None:
    answer = await refusal(address, document)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert named in problem["detail"]
    assert problem["remedy"]
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"{address}/v1/goals")).json()["goals"] == []


async def test_a_missing_file_fails_the_goal_by_name(address: str, sources: Path) -> None:
    failure = await failed(address, goal([f"{sources.as_uri()}/absent.csv"]))
    assert "absent.csv" in failure["detail"]
    assert failure["remedy"]


@pytest.mark.parametrize("content", [b"\x00\x89PNG\r\n\x1a\n" * 50, b""], ids=["binary", "empty"])
async def test_a_csv_that_is_no_csv_fails_the_goal_by_name(
    address: str, sources: Path, content: bytes
) -> None:
    (sources / "odd.csv").write_bytes(content)
    failure = await failed(address, goal([f"{sources.as_uri()}/odd.csv"]))
    assert "odd.csv" in failure["detail"]
    assert failure["remedy"]


async def test_a_bad_goal_leaves_a_good_one_alone(address: str, sources: Path) -> None:
    rows = "".join(f"{number},{number % 7}\n" for number in range(500))
    (sources / "good.csv").write_text(f"id,day\n{rows}")
    (sources / "odd.csv").write_bytes(b"\x00\x01")
    good = await asyncio.to_thread(submit, address, goal([f"{sources.as_uri()}/good.csv"]))
    await failed(address, goal([f"{sources.as_uri()}/odd.csv"], table="other"))
    ended = await asyncio.to_thread(ended_goal, address, good)
    assert ended["state"] == "completed", ended["failure"]
