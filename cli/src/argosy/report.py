"""`argosy goal report`: what a goal's run found, did and left, as text, JSON or a page."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from argosy.client import Client
from argosy.failures import CommandError, ExitCode
from argosy.options import EMBEDDED_URL, AsJson, HubUrl, PlannerUrl, addresses, ask
from argosy.printing import answers, grid, percent, print_text, remarks
from argosy.steering import GoalId
from argosy.views import GoalView, TaskView, Trace
from shared.contracts.payloads import TaskState
from shared.contracts.vocabulary import DataTaskType

if TYPE_CHECKING:
    from agent_worker.domain.report import RunReport

TASKS_TOLD_MAX = 30
"""Tasks whose steps a report tells; each is one request."""

GROUPS_PRINTED_MAX = 20
"""Kinds of changes that are printed; JSON and page have more."""


def report(
    goal_id: GoalId,
    *,
    html: Annotated[Path | None, typer.Option(help="Write it here, as a page.")] = None,
    as_json: AsJson = False,
    planner_url: PlannerUrl = EMBEDDED_URL,
    hub_url: HubUrl = EMBEDDED_URL,
) -> None:
    """Tell what a goal's run found in the data, what it did, and what is left.

    The report is read from the object store, which must be reached from here.
    """
    from agent_worker.capabilities.run_reports import read_report  # noqa: PLC0415
    from agent_worker.domain.report import with_decisions  # noqa: PLC0415
    from agent_worker.domain.report_page import page_of  # noqa: PLC0415
    from argosy.clean_outputs import Output, outputs_to  # noqa: PLC0415
    from argosy.object_access import reading  # noqa: PLC0415

    places = addresses(planner=planner_url, hub=hub_url)
    goal, traces = ask(places, lambda client: _look(client, goal_id))
    uri = _uri_of(goal)
    with reading(uri.rpartition("/_argosy/")[0]) as workshop:
        kept = read_report(workshop.store, uri)
    version = goal.report.get("version")
    kept = kept.model_copy(update={"version": version if isinstance(version, int) else None})
    told = with_decisions(kept, {name: trace.steps for name, trace in traces.items()})
    if html is not None:
        with outputs_to({Output.HTML: html}) as asides:
            asides[Output.HTML].write_text(page_of(told), encoding="utf-8")
        remarks().print(f"wrote {html}", markup=False)
    if as_json:
        print_text(told.model_dump_json(indent=2))
    elif html is None:
        _print(told)


async def _look(client: Client, goal_id: str) -> tuple[GoalView, dict[str, Trace]]:
    """Return the goal, and the steps of its tasks by their names."""
    goal = await client.goal(goal_id)
    done = [task for task in goal.plan if _is_told(task)][:TASKS_TOLD_MAX]
    return goal, {task.name: await client.trace(task.task_id) for task in done}


def _is_told(task: TaskView) -> bool:
    return task.task_type is DataTaskType.PRIMITIVE and task.state is TaskState.DONE


def _uri_of(goal: GoalView) -> str:
    uri = goal.report.get("run_report_uri")
    if isinstance(uri, str):
        return uri
    raise CommandError(
        f"The goal {goal.goal_id} has no report of a run; it is {goal.state}.",
        remedy="Goals that clean data have one once they are completed; `argosy goal show` tells.",
        exit_code=ExitCode.NOT_FOUND,
    )


def _print(told: "RunReport") -> None:
    """Print what fits on a screen."""
    head = grid("", "")
    head.show_header = False
    figures = {
        "table": told.table if told.version is None else f"{told.table}, version {told.version}",
        "rows in": f"{told.rows_in:,}",
        "rows out": f"{told.rows_out:,}",
        "rows quarantined": f"{told.rows_quarantined:,}",
        "copies removed": f"{told.duplicates_removed:,}",
        "cells repaired": f"{told.cells_repaired:,}",
        "cells suspected": f"{told.cells_suspected:,}",
        "quality before": percent(told.quality_before.score),
        "quality after": percent(told.quality_after.score),
    }
    if (accuracy := told.cell_accuracy) is not None:
        figures[accuracy.named] = f"{percent(accuracy.before)} → {percent(accuracy.after)}"
    for name, figure in figures.items():
        head.add_row(name, escape(figure))
    done = grid("COLUMN", "CELLS", "ACTION", "WHY")
    for group in told.details.changes[:GROUPS_PRINTED_MAX]:
        done.add_row(escape(group.column), f"{group.cells:,}", group.action, escape(group.reason))
    answers().print(head)
    answers().print(done)
