"""`argosy goal`: plan goals, hand them in, see them, watch them, steer them."""

from typing import Annotated

import typer
from pydantic import JsonValue

from argosy.client import Addresses, Client
from argosy.failures import ExitCode
from argosy.goal_types import GOAL_TYPES
from argosy.options import (
    EMBEDDED_URL,
    START_SECONDS_MAX,
    AsJson,
    ConsensusUrl,
    HubUrl,
    PlannerUrl,
    addresses,
    ask,
)
from argosy.parameters import GoalType, ParametersFile, Settings, parameters_of
from argosy.plans import diff, plan, replan
from argosy.printing import (
    answers,
    goal_page,
    goals_table,
    print_json,
    print_text,
    remarks,
)
from argosy.progress import outcome_text, watch_goal
from argosy.report import report
from argosy.steering import GoalId, cancel, pause, resume, retry
from argosy.terms import (
    Budget,
    Deadline,
    GoalKey,
    ModelTokens,
    OnFailureChoice,
    TasksRunningMax,
    model_tokens_term,
    terms_of,
)
from argosy.views import AcceptedGoal, GoalView
from argosy.voting_terms import Voting, voting_terms
from shared.contracts.payloads import PipelineState
from shared.contracts.terms import OnFailure

IdempotencyKey = Annotated[
    str, typer.Option(help="The same idempotency key is the same goal, however often.")
]

commands = typer.Typer(no_args_is_help=True, help="Plan goals, hand them in, watch and steer them.")
commands.command(epilog="Example: argosy goal report 5b0d9d0e-… --html report.html")(report)
commands.command(epilog="Example: argosy goal cancel 5b0d9d0e-…")(cancel)
commands.command(epilog="Example: argosy goal pause 5b0d9d0e-… --json | jq .status")(pause)
commands.command(epilog="Example: argosy goal resume 5b0d9d0e-…")(resume)
commands.command(epilog="Example: argosy goal retry 5b0d9d0e-… --from clean_partitions")(retry)
commands.command(epilog="Example: argosy goal replan 5b0d9d0e-… --set quality_min=0.9 --dry-run")(
    replan
)
commands.command(
    epilog="Examples: argosy goal plan ingest_table --set table=trips"
    " --set 'sources=[\"file:///srv/trips/*.csv\"]' --json | jq .estimated_seconds;"
    " argosy goal plan 5b0d9d0e-… --tree --task clean_partitions"
)(plan)
commands.command(epilog="Example: argosy goal diff 5b0d9d0e-… --from run:1 --to run:2")(diff)


@commands.command(
    help=f"Hand a goal in and print its id.\n\n{GOAL_TYPES}",
    epilog="Example: argosy goal submit ingest_table --set table=trips"
    " --set 'sources=[\"file:///srv/trips/*.csv\"]' --key trips --deadline 1h --on-failure undo",
)
def submit(  # noqa: PLR0913 -- a command's options are its parameters
    goal_type: GoalType,
    *,
    settings: Settings = None,
    parameters_file: ParametersFile = None,
    idempotency_key: IdempotencyKey = "",
    priority: Annotated[int, typer.Option(min=0, max=9, help="9 goes before everything.")] = 5,
    owner: Annotated[str, typer.Option(help="Who asks.")] = "anonymous",
    deadline: Deadline = "",
    budget: Budget = "",
    budget_model_tokens: ModelTokens = None,
    key: GoalKey = "",
    on_failure: OnFailureChoice = OnFailure.KEEP,
    tasks_running_max: TasksRunningMax = None,
    voting: Voting = None,
    wait: Annotated[bool, typer.Option("--wait", help="Then watch it until it ends.")] = False,
    as_json: AsJson = False,
    planner_url: PlannerUrl = EMBEDDED_URL,
    hub_url: HubUrl = EMBEDDED_URL,
    consensus_url: ConsensusUrl = EMBEDDED_URL,
) -> None:
    """Hand a goal in and print its id, or how it ended."""
    goal: dict[str, JsonValue] = {
        "goal_type": goal_type,
        "parameters": parameters_of(settings or [], parameters_file),
        "priority": priority,
        "owner": owner,
    }
    terms = terms_of(
        deadline, budget, key=key, on_failure=on_failure, tasks_running_max=tasks_running_max
    )
    terms |= model_tokens_term(budget_model_tokens) | voting_terms(voting or [])
    goal |= {"terms": terms} if terms else {}
    places = addresses(planner=planner_url, hub=hub_url, consensus=consensus_url)
    accepted = _handed_in(places, goal, idempotency_key)
    if wait:
        _show_until_ended(places, accepted.goal_id, as_json=as_json)
    else:
        _show_accepted(accepted, as_json=as_json)


def _handed_in(places: Addresses, goal: dict[str, JsonValue], idempotency_key: str) -> AcceptedGoal:
    return ask(
        places,
        lambda client: client.submit_goal(goal, idempotency_key=idempotency_key),
        start_seconds_max=START_SECONDS_MAX,
    )


def _show_accepted(accepted: AcceptedGoal, *, as_json: bool) -> None:
    if as_json:
        print_json(accepted)
        return
    print_text(accepted.goal_id)
    remarks().print(f"accepted; follow it with `argosy goal watch {accepted.goal_id}`")


@commands.command("list", epilog="Example: argosy goal list --json | jq '.goals[].state'")
def list_goals(
    *,
    page_token: Annotated[str, typer.Option(help="Where the page before ended.")] = "",
    as_json: AsJson = False,
    planner_url: PlannerUrl = EMBEDDED_URL,
) -> None:
    """List the goals, the newest first."""
    page = ask(addresses(planner=planner_url), lambda client: client.goals(page_token=page_token))
    if as_json:
        print_json(page)
        return
    answers().print(goals_table(page.goals))
    if page.next_page_token:
        remarks().print(f"more with --page-token {page.next_page_token}")


@commands.command(epilog="Example: argosy goal show 5b0d9d0e-… --json")
def show(
    goal_id: GoalId, *, as_json: AsJson = False, planner_url: PlannerUrl = EMBEDDED_URL
) -> None:
    """Show a goal: its state, its plan, its report."""
    goal = ask(addresses(planner=planner_url), lambda client: client.goal(goal_id))
    if as_json:
        print_json(goal)
    else:
        answers().print(goal_page(goal))


@commands.command(epilog="Example: argosy goal watch 5b0d9d0e-… --timeout 60")
def watch(  # noqa: PLR0913 -- a command's options are its parameters
    goal_id: GoalId,
    *,
    timeout: Annotated[float, typer.Option(help="Seconds to wait; it goes on anyway.")] = 3600,
    as_json: AsJson = False,
    planner_url: PlannerUrl = EMBEDDED_URL,
    hub_url: HubUrl = EMBEDDED_URL,
    consensus_url: ConsensusUrl = EMBEDDED_URL,
) -> None:
    """Show a goal's progress until it ends; exit with 1 when it did not succeed."""
    places = addresses(planner=planner_url, hub=hub_url, consensus=consensus_url)
    _show_until_ended(places, goal_id, seconds_max=timeout, as_json=as_json)


def _show_until_ended(
    places: Addresses, goal_id: str, *, seconds_max: float = float("inf"), as_json: bool
) -> None:
    async def until_ended(client: Client) -> GoalView:
        seen = await watch_goal(client, goal_id, remarks(), seconds_max=seconds_max)
        return seen.goal

    goal = ask(places, until_ended)
    if as_json:
        print_json(goal)
    else:
        answers().print(outcome_text(goal))
    if goal.state is not PipelineState.COMPLETED:
        raise typer.Exit(ExitCode.GOAL_FAILED)
