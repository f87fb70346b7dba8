"""Late files that differ from their table, decided by real agents, and by people, in a cluster."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from pathlib import Path
from typing import cast

import httpx
import pytest

from argosy.cluster import Cluster
from argosy.embedded import cluster_running
from shared.contracts.vocabulary import Parameters
from tests.support.fleet import ended_goal, submit, until

HEADER = "id,code,day,fare"
ROWS = [
    f"{number},C{number % 40},2024-01-{1 + number % 28:02},{number}" for number in range(1, 201)
]
WIDER = [
    f"{number},C{number % 40},2024-02-01,{number}.5,G{number % 9}" for number in range(900, 990)
]
FOREIGN = [f"{number},{5_000 + number},2024-02-01,{number}" for number in range(700, 800)]
TIMED = [
    f"{1 + number % 200},C{number % 40},2024-03-{1 + number % 28:02} 10:{number % 60:02}:00,"
    f"{1 + number % 199}"
    for number in range(3_000)
]
IMPOSSIBLE = "99,C1,9999-99-99 10:00:00,1"
"""Reads like a time and is none: one elector in three comes across it."""

STEP_SECONDS_MAX = 60


class Harbour:
    """A cluster with table trips, and the folder of the files that come late."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address = address
        self.folder = folder

    def write(self, name: str, header: str, *rows: str) -> None:
        """Write a file that comes late."""
        path = self.folder / name
        path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")

    async def begin(self, goal_type: str, **voting: object) -> str:
        """Submit a goal on the folder; return its id."""
        parameters = {"table": "trips", "sources": [f"{self.folder.as_uri()}/*.csv"]}
        goal = {
            "goal_type": goal_type,
            "parameters": parameters,
            "terms": {"voting": voting},
        }
        return await asyncio.to_thread(submit, self.address, goal)

    async def end(self, goal_id: str) -> dict[str, object]:
        return await asyncio.to_thread(ended_goal, self.address, goal_id)

    async def report(self, goal_type: str, **voting: object) -> Parameters:
        ended = await self.end(await self.begin(goal_type, **voting))
        assert ended["state"] == "completed", ended["failure"]
        return cast("Parameters", ended["report"])

    def goal(self, goal_id: str) -> dict[str, object]:
        """Return the goal; it blocks, so look from another thread than the cluster's."""
        return httpx.get(f"{self.address}/v1/goals/{goal_id}", timeout=30).json()

    def is_idle(self) -> bool:
        """Tell whether no agent has a task."""
        agents = httpx.get(f"{self.address}/v1/agents", timeout=30).json()["agents"]
        return not any(agent["running"] for agent in agents)

    async def proposals_of(self, goal_id: str) -> list[Mapping[str, object]]:
        return await asyncio.to_thread(self.proposals, goal_id)

    def proposals(self, goal_id: str) -> list[Mapping[str, object]]:
        """Return the goal's proposals with their votes, the newest first."""
        pipeline = self.goal(goal_id)["pipeline_id"]
        asked = {"pipeline_id": str(pipeline)}
        listed = httpx.get(f"{self.address}/v1/proposals", params=asked, timeout=30).json()
        return [
            httpx.get(f"{self.address}/v1/proposals/{each['proposal_id']}", timeout=30).json()
            for each in listed["proposals"]
            if each["pipeline_id"] == pipeline
        ]

    async def until(self, holds: Callable[[], bool]) -> None:
        await asyncio.to_thread(until, holds, STEP_SECONDS_MAX)

    async def tell(self, path: str, body: Mapping[str, object] | None = None) -> None:
        async with httpx.AsyncClient(timeout=30) as client:
            answer = await client.post(f"{self.address}/v1/{path}", json=body)
        assert answer.is_success, answer.text


@pytest.fixture
async def harbour(tmp_path: Path) -> AsyncGenerator[Harbour]:
    folder = tmp_path / "sources"
    folder.mkdir()
    cluster = Cluster(state=tmp_path / "state", source_roots=str(folder), agents=4)
    async with cluster_running(cluster, port=0) as process:
        harbour = Harbour(process.address, folder)
        harbour.write("a.csv", HEADER, *ROWS)
        await harbour.report("ingest_table")
        yield harbour


def waiting_of(goal: Mapping[str, object]) -> str:
    waiting = cast("Mapping[str, object] | None", goal["waiting"])
    return str(waiting["detail"]) if waiting else ""


async def test_one_drift_is_accepted_and_one_rejected_while_what_fits_goes_on(
    harbour: Harbour,
) -> None:
    harbour.write("b.csv", f"{HEADER},gate", *WIDER)
    harbour.write("c.csv", "id,code_,day,fare", *FOREIGN)
    harbour.write("d.csv", HEADER, *(row.replace("2024-01", "2024-04") for row in ROWS))
    report = await harbour.report("backfill")
    assert report["schema_changes"] == ["widen `fare` to DOUBLE, new column `gate` VARCHAR"]
    assert report["version"] == 1
    assert (report["rows_out"], report["rows_quarantined"]) == (
        len(WIDER) + len(ROWS),
        len(FOREIGN),
    )
    aside = cast("dict[str, str]", report["partitions_set_aside"])
    assert list(aside) == ["c"]
    assert "which are not those of `code`" in aside["c"]


async def test_a_row_that_one_elector_found_and_another_confirms_outvotes_the_majority(
    harbour: Harbour,
) -> None:
    harbour.write("b.csv", HEADER, *TIMED, IMPOSSIBLE)
    goal_id = await harbour.begin("backfill")
    ended = await harbour.end(goal_id)
    assert ended["state"] == "completed", ended["failure"]
    report = cast("Parameters", ended["report"])
    assert (report["rows_out"], report["rows_quarantined"]) == (0, len(TIMED) + 1)
    (reason,) = cast("dict[str, str]", report["partitions_set_aside"]).values()
    assert "9999-99-99 10:00:00" in reason
    assert "saw it too" in reason
    (proposal,) = await harbour.proposals_of(goal_id)
    votes = cast("list[Mapping[str, object]]", proposal["votes"])
    assert proposal["state"] == "rejected"
    assert [vote["choice"] for vote in votes].count("reject") == 1


async def test_a_vote_without_a_decision_leads_to_what_the_goals_terms_say(
    harbour: Harbour,
) -> None:
    harbour.write("b.csv", f"{HEADER},gate", *WIDER)
    silent = {"timeout_seconds": 1, "participation_min": 50}
    failed = await harbour.end(await harbour.begin("backfill", **silent))
    assert failed["state"] == "failed"
    assert "no_quorum" in str(failed["failure"])
    held = await harbour.begin("backfill", **silent, undecided="hold")
    await harbour.until(lambda: harbour.goal(held)["state"] == "paused")
    assert "argosy goal resume" in waiting_of(await asyncio.to_thread(harbour.goal, held))
    asked = len(await harbour.proposals_of(held))
    await harbour.tell(f"goals/{held}/resume")
    await harbour.until(lambda: len(harbour.proposals(held)) > asked)
    await harbour.tell(f"goals/{held}/cancel")
    aside = await harbour.report("backfill", **silent, undecided="quarantine")
    assert aside["rows_quarantined"] == len(WIDER)
    assert aside["rows_out"] == 0


async def test_a_role_approves_what_agents_accepted_and_a_cancelled_goal_asks_nobody_any_more(
    harbour: Harbour,
) -> None:
    harbour.write("b.csv", f"{HEADER},gate", *WIDER)
    dropped = await harbour.begin("backfill", approval_roles=["steward"])
    await harbour.until(lambda: "approval by role steward" in waiting_of(harbour.goal(dropped)))
    await harbour.until(
        lambda: any(each["state"] == "awaiting_approval" for each in harbour.proposals(dropped))
    )
    await harbour.until(harbour.is_idle)
    await harbour.tell(f"goals/{dropped}/cancel")
    await harbour.until(lambda: harbour.proposals(dropped)[0]["state"] == "cancelled")
    goal_id = await harbour.begin("backfill", approval_roles=["steward"])
    await harbour.until(
        lambda: any(each["state"] == "awaiting_approval" for each in harbour.proposals(goal_id))
    )
    (proposal,) = await harbour.proposals_of(goal_id)
    artifact = cast("Mapping[str, object]", proposal["artifact"])
    vote = {
        "role": "steward",
        "person": "ada",
        "choice": "approve",
        "reason": "gates are wanted",
        "artifact_hash": artifact["content_hash"],
    }
    await harbour.tell(f"proposals/{proposal['proposal_id']}/votes", vote)
    ended = await harbour.end(goal_id)
    assert ended["state"] == "completed", ended["failure"]
    assert cast("Parameters", ended["report"])["rows_out"] == len(WIDER)
