"""How schedules look on paper."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from argosy.printing import failure_text, grid, state_text
from argosy.views import SchedulePreview, ScheduleView
from shared.contracts.vocabulary import Parameters


def schedules_table(schedules: Iterable[ScheduleView]) -> Table:
    """Return the schedules, one a line."""
    table = grid("SCHEDULE", "NAME", "OWNER", "GOAL", "WHEN", "STATE", "BEGUN", "NEXT")
    for schedule in schedules:
        table.add_row(
            schedule.schedule_id,
            schedule.name,
            schedule.owner,
            schedule.goal.goal_type,
            escape(cause_text(schedule.cause)),
            state_text(schedule.state),
            str(schedule.goals_begun),
            _time(schedule.next_at),
        )
    return table


def schedule_page(schedule: ScheduleView) -> RenderableType:
    """Return a schedule with what it saw, what it began, and when the next goals begin."""
    page = _page()
    for name, told in _known(schedule):
        if told:
            page.add_row(name, escape(told))
    if schedule.check_failure is not None:
        page.add_row("last check", failure_text(schedule.check_failure))
    _add_instants(page, schedule)
    return page


def schedule_preview_page(preview: SchedulePreview) -> RenderableType:
    """Return what a schedule would do."""
    page = _page()
    page.add_row("name", escape(preview.name))
    page.add_row("when", escape(cause_text(preview.cause)))
    page.add_row("goal", preview.goal.goal_type)
    page.add_row("parameters", escape(json.dumps(preview.goal.parameters)))
    _add_instants(page, preview)
    return page


def cause_text(cause: Parameters) -> str:
    """Return in a few words when a schedule begins its goal."""
    match cause.get("kind"):
        case "cron":
            return f"{cause.get('expression')} {cause.get('zone')}"
        case "files":
            return f"files {cause.get('pattern')} every {cause.get('interval_seconds')} s"
        case "table":
            return f"table {cause.get('table')} every {cause.get('interval_seconds')} s"
        case _:
            return json.dumps(cause)


def _known(schedule: ScheduleView) -> Iterator[tuple[str, str]]:
    yield "schedule", schedule.schedule_id
    yield "name", schedule.name
    yield "owner", schedule.owner
    yield "state", schedule.state
    yield "when", cause_text(schedule.cause)
    yield "policies", f"overlap {schedule.overlap}, catch-up {schedule.catch_up}"
    yield "goal", schedule.goal.goal_type
    yield "parameters", json.dumps(schedule.goal.parameters)
    yield "goals", _counts(schedule)
    yield "last goal", f"{schedule.last_goal_id} {_time(schedule.last_goal_due)}".strip()
    if schedule.observation is not None:
        yield "last seen", f"{schedule.observation.count}, newest {schedule.observation.newest}"


def _counts(schedule: ScheduleView) -> str:
    counts = f"{schedule.goals_begun} begun"
    if schedule.goals_waiting:
        counts += f", {schedule.goals_waiting} waiting"
    if schedule.goals_skipped:
        counts += f", {schedule.goals_skipped} skipped"
    return counts


def _add_instants(page: Table, schedule: SchedulePreview) -> None:
    for number, instant in enumerate(schedule.next_instants):
        page.add_row("" if number else "next", f"{instant:%a %Y-%m-%d %H:%M %z}")


def _page() -> Table:
    page = grid("", "")
    page.show_header = False
    return page


def _time(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S %z}" if time else ""
