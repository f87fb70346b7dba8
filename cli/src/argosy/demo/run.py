"""One run of the demo: submit the goal like any client, watch it, score what came of it."""

import asyncio
from dataclasses import dataclass

from pydantic import JsonValue, ValidationError
from rich.console import Console

from argosy.client import Client
from argosy.demo.flights import DemoData
from argosy.demo.late import LateFiles
from argosy.demo.report import DemoReport, TableReport
from argosy.demo.runs import DemoRun
from argosy.demo.scoring import score_against_truth
from argosy.failures import CommandError, ExitCode
from argosy.progress import Snapshot, watch_goal
from argosy.views import AcceptedGoal
from shared.contracts.payloads import PipelineState

TABLE = "flights"
QUALITY_MIN = 0.95

START_SECONDS_MAX = 60.0
"""Until the cluster takes the goal: it starts in a second, over a distant broker in several."""

RETRY_SECONDS = 0.1
"""Between tries while the cluster starts."""

TRACED_OPERATOR = "clean_partition"
"""The task whose reasoning is shown at the end: the one that repairs."""


@dataclass(frozen=True, slots=True)
class Demo:
    """What a run works on, and where it is told about."""

    client: Client
    address: str
    remarks: Console

    async def carry_out(self, run: DemoRun, flights: DemoData) -> DemoReport:
        """Bring the flights home and return the report.

        Raises:
            CommandError: the goal failed, or the cluster does not answer.
        """
        goal: dict[str, JsonValue] = {
            "goal_type": "ingest_table",
            "parameters": {
                "table": TABLE,
                "sources": [flights.sources],
                "quality_min": QUALITY_MIN,
            },
            "owner": "demo",
        }
        accepted = await self._submit(goal, run.idempotency_key)
        self.remarks.print(f"goal {accepted.goal_id} at {self.address}/v1/goals/{accepted.goal_id}")
        seen = await watch_goal(self.client, accepted.goal_id, self.remarks)
        table = _table_of(seen)
        self.remarks.print("comparing the table with the truth")
        repairs = await asyncio.to_thread(
            score_against_truth, table.table_uri, flights.truth, table.version
        )
        late = await self._take_late_files(run, flights)
        traced = next(task for task in seen.goal.plan if task.operator == TRACED_OPERATOR)
        return DemoReport(
            seen=seen,
            late=late,
            table=table,
            trace=await self.client.trace(traced.task_id),
            repairs=repairs,
            seconds=_seconds_of(seen),
            page=self.address,
        )

    async def _take_late_files(self, run: DemoRun, flights: DemoData) -> LateFiles:
        """Give the table files that came late; whether it changes for them is put to the vote."""
        goal: dict[str, JsonValue] = {
            "goal_type": "backfill",
            "parameters": {"table": TABLE, "sources": [flights.late_sources]},
            "owner": "demo",
        }
        accepted = await self._submit(goal, run.late_key)
        self.remarks.print("two files come late, and differ from the table each in its own way")
        return LateFiles.of(await watch_goal(self.client, accepted.goal_id, self.remarks))

    async def _submit(self, goal: dict[str, JsonValue], key: str) -> AcceptedGoal:
        """Hand the goal in as soon as the cluster answers; repeating it does no harm."""
        loop = asyncio.get_running_loop()
        latest = loop.time() + START_SECONDS_MAX
        while True:
            try:
                return await self.client.submit_goal(goal, idempotency_key=key)
            except CommandError as error:
                if error.exit_code is not ExitCode.UNREACHABLE or loop.time() > latest:
                    raise
            await asyncio.sleep(RETRY_SECONDS)


def _table_of(seen: Snapshot) -> TableReport:
    goal = seen.goal
    if goal.state is not PipelineState.COMPLETED:
        why = goal.failure.detail if goal.failure else "it gives no reason"
        raise CommandError(
            f"The goal {goal.goal_id} ended as {goal.state}: {why}",
            remedy=goal.failure.remedy if goal.failure else "The log tells more.",
            exit_code=ExitCode.GOAL_FAILED,
        )
    try:
        return TableReport.model_validate(goal.report)
    except ValidationError as error:
        raise CommandError(
            f"The goal {goal.goal_id} is done, but its report cannot be read: {error}",
            remedy="Run a planner and a command of the same version.",
            exit_code=ExitCode.GOAL_FAILED,
        ) from error


def _seconds_of(seen: Snapshot) -> float:
    goal = seen.goal
    if goal.submitted_at is None or goal.ended_at is None:
        return 0.0
    return (goal.ended_at - goal.submitted_at).total_seconds()
