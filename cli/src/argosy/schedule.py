"""`argosy schedule`: let goals begin by themselves, see what they did, pause and delete them."""

from typing import Annotated

import typer
from pydantic import JsonValue

from argosy.causes import AtFirst, Cron, Every, OnFiles, OnTable, Trigger, Zone, cause_of
from argosy.options import EMBEDDED_URL, AsJson, PlannerUrl, addresses, ask
from argosy.parameters import GoalType, ParametersFile, Settings, parameters_of
from argosy.printing import answers, print_json, print_text, remarks
from argosy.schedule_printing import schedule_page, schedule_preview_page, schedules_table
from argosy.terms import Deadline, GoalKey, terms_of
from shared.contracts.schedules import CatchUp, Overlap, ScheduleVerb
from shared.contracts.terms import OnFailure

commands = typer.Typer(
    no_args_is_help=True,
    help="Let goals begin by themselves: at certain times, or when files or a table change.",
)

ScheduleId = Annotated[str, typer.Argument(help="The id, as `create` and `list` print it.")]
ScheduleName = Annotated[str, typer.Argument(help="Unique for each owner, such as nightly-trips.")]
OverlapChoice = Annotated[
    Overlap, typer.Option(help="While the last goal has not ended: skip this one, or queue it.")
]
CatchUpChoice = Annotated[
    CatchUp, typer.Option(help="Which instants are made up for after an outage or a pause.")
]
Replace = Annotated[
    bool, typer.Option("--replace", help="Take the place of the schedule of this name.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Only check it and show the next instants.")
]
Key = Annotated[str, typer.Option(help="The same idempotency key is carried out once.")]


@commands.command(
    epilog="Examples: argosy schedule create nightly ingest_table --cron '0 3 * * *'"
    " --zone Europe/Zurich --set table=trips --set 'sources=[\"file:///srv/trips/*.csv\"]'"
    " · argosy schedule create fresh ingest_table --on-files 'file:///srv/trips/*.csv' --every 5m"
    " --parameters trips.json"
)
def create(  # noqa: PLR0913 -- a command's options are its parameters
    name: ScheduleName,
    goal_type: GoalType,
    *,
    cron: Cron = "",
    zone: Zone = "",
    on_files: OnFiles = "",
    on_table: OnTable = "",
    every: Every = "",
    at_first: AtFirst = False,
    settings: Settings = None,
    parameters_file: ParametersFile = None,
    overlap: OverlapChoice = Overlap.SKIP,
    catch_up: CatchUpChoice = CatchUp.LAST,
    priority: Annotated[int, typer.Option(min=0, max=9, help="9 goes before everything.")] = 5,
    owner: Annotated[str, typer.Option(help="Who asks.")] = "anonymous",
    deadline: Deadline = "",
    key: GoalKey = "",
    replace: Replace = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    planner_url: PlannerUrl = EMBEDDED_URL,
) -> None:
    """Let a goal begin by itself, and print the schedule's id."""
    trigger = Trigger(on_files=on_files, on_table=on_table, every=every, at_first=at_first)
    parameters = parameters_of(settings or [], parameters_file)
    schedule: dict[str, JsonValue] = {
        "name": name,
        "owner": owner,
        "goal": _template(goal_type, parameters, priority, deadline, key),
        "cause": cause_of(cron, zone, trigger),
        "overlap": overlap.value,
        "catch_up": catch_up.value,
    }
    if dry_run:
        _preview(schedule, planner_url=planner_url, as_json=as_json)
    else:
        _create(schedule, replaces=replace, planner_url=planner_url, as_json=as_json)


@commands.command("list", epilog="Example: argosy schedule list --owner ana")
def list_schedules(
    *,
    owner: Annotated[str, typer.Option(help="Only those of this owner.")] = "",
    page_token: Annotated[str, typer.Option(help="Where the page before ended.")] = "",
    as_json: AsJson = False,
    planner_url: PlannerUrl = EMBEDDED_URL,
) -> None:
    """List the schedules, the newest first."""
    page = ask(
        addresses(planner=planner_url),
        lambda client: client.schedules(owner=owner, page_token=page_token),
    )
    if as_json:
        print_json(page)
        return
    answers().print(schedules_table(page.schedules))
    if page.next_page_token:
        remarks().print(f"more with --page-token {page.next_page_token}")


@commands.command(epilog="Example: argosy schedule show 5b0d9d0e-… --json | jq .next_instants")
def show(
    schedule_id: ScheduleId, *, as_json: AsJson = False, planner_url: PlannerUrl = EMBEDDED_URL
) -> None:
    """Show a schedule: what it did, what it saw, and its next instants in its own zone."""
    schedule = ask(addresses(planner=planner_url), lambda client: client.schedule(schedule_id))
    if as_json:
        print_json(schedule)
    else:
        answers().print(schedule_page(schedule))


@commands.command(epilog="Example: argosy schedule pause 5b0d9d0e-…")
def pause(
    schedule_id: ScheduleId, *, as_json: AsJson = False, planner_url: PlannerUrl = EMBEDDED_URL
) -> None:
    """Begin nothing until it is resumed; goals that have begun go on. Prints its state."""
    _tell(schedule_id, ScheduleVerb.PAUSE, planner_url=planner_url, as_json=as_json)
    remarks().print(f"go on with `argosy schedule resume {schedule_id}`", markup=False)


@commands.command(epilog="Example: argosy schedule resume 5b0d9d0e-…")
def resume(
    schedule_id: ScheduleId, *, as_json: AsJson = False, planner_url: PlannerUrl = EMBEDDED_URL
) -> None:
    """Go on, making up for the pause as --catch-up said. Prints its state."""
    _tell(schedule_id, ScheduleVerb.RESUME, planner_url=planner_url, as_json=as_json)


@commands.command(epilog="Example: argosy schedule delete 5b0d9d0e-…")
def delete(schedule_id: ScheduleId, *, planner_url: PlannerUrl = EMBEDDED_URL) -> None:
    """Begin nothing ever again; goals that have begun go on."""
    ask(addresses(planner=planner_url), lambda client: client.delete_schedule(schedule_id))
    remarks().print("deleted; its goals go on, `argosy goal list` shows them", markup=False)


@commands.command(epilog="Example: argosy goal watch $(argosy schedule run 5b0d9d0e-…)")
def run(
    schedule_id: ScheduleId,
    *,
    idempotency_key: Key = "",
    as_json: AsJson = False,
    planner_url: PlannerUrl = EMBEDDED_URL,
) -> None:
    """Begin its goal now, besides its times, and print the goal's id."""
    accepted = ask(
        addresses(planner=planner_url),
        lambda client: client.run_schedule(schedule_id, idempotency_key=idempotency_key),
    )
    if as_json:
        print_json(accepted)
        return
    print_text(accepted.goal_id)
    remarks().print(f"follow it with `argosy goal watch {accepted.goal_id}`", markup=False)


def _template(
    goal_type: str, parameters: dict[str, JsonValue], priority: int, deadline: str, key: str
) -> dict[str, JsonValue]:
    terms = terms_of(
        deadline=deadline, budget="", key=key, on_failure=OnFailure.KEEP, tasks_running_max=None
    )
    return {
        "goal_type": goal_type,
        "parameters": parameters,
        "priority": priority,
        "terms": terms,
    }


def _create(
    schedule: dict[str, JsonValue], *, replaces: bool, planner_url: str, as_json: bool
) -> None:
    created = ask(
        addresses(planner=planner_url),
        lambda client: client.create_schedule(schedule, replaces=replaces),
    )
    if as_json:
        print_json(created)
        return
    print_text(created.schedule_id)
    remarks().print(f"see it with `argosy schedule show {created.schedule_id}`", markup=False)


def _preview(schedule: dict[str, JsonValue], *, planner_url: str, as_json: bool) -> None:
    preview = ask(addresses(planner=planner_url), lambda client: client.preview_schedule(schedule))
    if as_json:
        print_json(preview)
    else:
        answers().print(schedule_preview_page(preview))


def _tell(schedule_id: str, verb: ScheduleVerb, *, planner_url: str, as_json: bool) -> None:
    schedule = ask(
        addresses(planner=planner_url), lambda client: client.tell_schedule(schedule_id, verb)
    )
    if as_json:
        print_json(schedule)
    else:
        print_text(schedule.state)
