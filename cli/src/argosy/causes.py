"""When a goal begins by itself, as people type it: `--cron '0 3 * * *'`, `--on-files PATTERN`."""

from dataclasses import dataclass
from typing import Annotated

import typer
from pydantic import JsonValue

from argosy.failures import CommandError, ExitCode
from argosy.terms import DURATION_EXAMPLES, seconds_of

CRON_EXAMPLE = "'0 3 * * *'"

Cron = Annotated[
    str,
    typer.Option(
        metavar="EXPRESSION",
        help="Minute, hour, day of the month, month, day of the week: "
        f"{CRON_EXAMPLE} is every day at 03:00.",
    ),
]
Zone = Annotated[
    str,
    typer.Option(metavar="ZONE", help="The IANA time zone of --cron, such as Europe/Zurich; UTC."),
]
OnFiles = Annotated[
    str,
    typer.Option(metavar="PATTERN", help="Begin when these files change: file:///srv/in/*.csv."),
]
OnTable = Annotated[
    str, typer.Option(metavar="TABLE", help="Begin when this table has another version.")
]
Every = Annotated[
    str,
    typer.Option(
        metavar="DURATION",
        help=f"How often --on-files or --on-table looks, {DURATION_EXAMPLES}; at least 10s.",
    ),
]
AtFirst = Annotated[
    bool,
    typer.Option("--at-first", help="Let the first look of a trigger begin a goal as well."),
]

DEFAULT_EVERY = "60s"


@dataclass(frozen=True, slots=True)
class Trigger:
    """The options of a goal that begins when something has changed, as they were typed."""

    on_files: str = ""
    on_table: str = ""
    every: str = ""
    at_first: bool = False


def cause_of(cron: str, zone: str, trigger: Trigger) -> dict[str, JsonValue]:
    """Return the cause as the planner takes it.

    Raises:
        CommandError: there is none, more than one, or an option that belongs to another one.
    """
    if sum(map(bool, (cron, trigger.on_files, trigger.on_table))) != 1:
        raise _wrong(
            "A goal that begins by itself has exactly one cause.",
            f"Give one of --cron {CRON_EXAMPLE}, --on-files PATTERN and --on-table TABLE.",
        )
    if cron and (trigger.every or trigger.at_first):
        raise _wrong(
            "--every and --at-first belong to --on-files and --on-table.",
            "Leave them out; --cron says when.",
        )
    if zone and not cron:
        raise _wrong("--zone belongs to --cron.", "Leave it out; --every says how often to look.")
    if cron:
        return {"kind": "cron", "expression": cron, "zone": zone or "UTC"}
    return {
        **_source_of(trigger),
        "interval_seconds": seconds_of("--every", trigger.every or DEFAULT_EVERY),
        "fire_at_first": trigger.at_first,
    }


def _source_of(trigger: Trigger) -> dict[str, JsonValue]:
    if trigger.on_table:
        return {"kind": "table", "table": trigger.on_table}
    return {"kind": "files", "pattern": trigger.on_files}


def _wrong(detail: str, remedy: str) -> CommandError:
    return CommandError(detail, remedy=remedy, exit_code=ExitCode.USAGE)
