"""Goals on files and schemas, each through a real embedded cluster."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import cast

import pytest

from argosy.cluster import Cluster
from argosy.embedded import cluster_running
from shared.contracts.vocabulary import Parameters
from tests.support.fleet import ended_goal, submit

HEADER = "id,tail,day,fare"
ROWS = [f"{number},N{number},2024-01-{1 + number % 28:02},{number / 4}" for number in range(1, 121)]


class Port:
    """A cluster, and the folder that its goals read."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address = address
        self.folder = folder

    def write(self, name: str, *rows: str) -> None:
        """Write a source file."""
        path = self.folder / name
        path.write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")

    async def end(self, goal_type: str, parameters: Parameters) -> dict[str, object]:
        """Return the goal as it ended."""
        goal = {"goal_type": goal_type, "parameters": parameters}
        goal_id = await asyncio.to_thread(submit, self.address, goal)
        return await asyncio.to_thread(ended_goal, self.address, goal_id)

    async def report(self, goal_type: str, **parameters: object) -> Parameters:
        """Return the report of a goal that reads the folder."""
        wanted = cast("Parameters", parameters)
        ended = await self.end(goal_type, wanted)
        assert ended["state"] == "completed", ended["failure"]
        return cast("Parameters", ended["report"])

    @property
    def sources(self) -> list[str]:
        """What goals are told to read."""
        return [f"{self.folder.as_uri()}/*.csv"]


@pytest.fixture
async def port(tmp_path: Path) -> AsyncGenerator[Port]:
    folder = tmp_path / "sources"
    folder.mkdir()
    cluster = Cluster(state=tmp_path / "state", source_roots=str(folder))
    async with cluster_running(cluster, port=0) as process:
        yield Port(process.address, folder)


def without_page(report: Parameters) -> Parameters:
    return {name: value for name, value in report.items() if name != "run_report_uri"}


async def test_a_verdict_and_clean_files_come_of_the_same_sources(port: Port) -> None:
    port.write("a.csv", *ROWS, "121,N121,01/15/2024,1.5", "broken", ROWS[3])
    dataset = {"dataset": "trips", "sources": port.sources}
    verdict = await port.report("validate_dataset", **dataset, quality_min=0.999)
    assert verdict["meets_minimum"] is False
    assert (verdict["rows_in"], verdict["rows_out"], verdict["broken_lines"]) == (123, 121, 1)
    first = await port.report("clean_dataset", **dataset, format="csv")
    again = await port.report("clean_dataset", **dataset, format="csv")
    assert (first["rows_out"], first["rows_quarantined"]) == (121, 1)
    # The page names the quarantine of its own run; all else is what the same sources make again.
    pages = {str(report["run_report_uri"]) for report in (first, again)}
    assert len(pages) == 2
    assert without_page(first) == without_page(again)


async def test_a_table_is_backfilled_once_and_migrated_by_a_vote(port: Port) -> None:
    port.write("a.csv", *ROWS[:60])
    table = {"table": "trips", "sources": port.sources}
    await port.report("ingest_table", **table)
    port.write("b.csv", *ROWS[60:])
    added = await port.report("backfill", **table)
    assert (added["rows_out"], added["table_rows"], added["version"]) == (60, 120, 1)
    nothing = await port.report("backfill", **table)
    assert (nothing["is_up_to_date"], nothing["version"]) == (True, 1)
    changes = [{"kind": "rename", "column": "tail", "to": "tailnum"}]
    migrated = await port.report("migrate_schema", table="trips", changes=changes)
    assert (migrated["version"], migrated["rows_out"]) == (2, 120)
    assert "tailnum" in cast("list[str]", migrated["columns"])
    port.write("c.csv", ROWS[0].replace("N1", "N999"))
    assert (await port.report("backfill", **table))["table_rows"] == 121


async def test_a_migration_that_loses_values_is_voted_down_unless_allowed(port: Port) -> None:
    port.write("a.csv", *ROWS)
    await port.report("ingest_table", table="trips", sources=port.sources)
    lossy: Parameters = {
        "table": "trips",
        "changes": [{"kind": "retype", "column": "fare", "data_type": "BIGINT"}],
    }
    refused = await port.end("migrate_schema", lossy)
    assert refused["state"] == "failed"
    assert "rejected" in str(refused["failure"])
    report = await port.report("migrate_schema", **lossy, rows_lost_max=90)
    migration = cast("Parameters", report["migration"])
    assert (migration["rows_lost"], report["version"]) == (90, 1)
