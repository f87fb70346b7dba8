"""`argosy goal cancel|pause|resume|retry`: tell a goal what to do; saying it twice does no harm."""

from typing import Annotated

import typer

from argosy.options import EMBEDDED_URL, AsJson, PlannerUrl, addresses, ask
from argosy.printing import print_json, print_text, remarks
from argosy.views import AcceptedGoal
from shared.contracts.payloads import Command

GoalId = Annotated[str, typer.Argument(help="The goal's id, as `submit` and `list` print it.")]

FromTask = Annotated[
    str,
    typer.Option(
        "--from",
        metavar="TASK",
        help="Do this task, by id, path or name, and all below it again, though it was done.",
    ),
]


def cancel(
    goal_id: GoalId, *, as_json: AsJson = False, planner_url: PlannerUrl = EMBEDDED_URL
) -> None:
    """End a goal; agents stop what they do for it. Prints the goal's state."""
    _tell(goal_id, Command.CANCEL, planner_url=planner_url, as_json=as_json)


def pause(
    goal_id: GoalId, *, as_json: AsJson = False, planner_url: PlannerUrl = EMBEDDED_URL
) -> None:
    """Begin nothing new for a goal; what runs goes on and counts. Prints the goal's state."""
    _tell(goal_id, Command.PAUSE, planner_url=planner_url, as_json=as_json)
    remarks().print(f"go on with `argosy goal resume {goal_id}`", markup=False)


def resume(
    goal_id: GoalId, *, as_json: AsJson = False, planner_url: PlannerUrl = EMBEDDED_URL
) -> None:
    """Go on with a paused goal. Prints the goal's state."""
    _tell(goal_id, Command.RESUME, planner_url=planner_url, as_json=as_json)


def retry(
    goal_id: GoalId,
    *,
    from_task: FromTask = "",
    as_json: AsJson = False,
    planner_url: PlannerUrl = EMBEDDED_URL,
) -> None:
    """Try a goal that has ended again, keeping its finished work. Prints its state."""
    accepted = ask(
        addresses(planner=planner_url), lambda client: client.retry_goal(goal_id, from_task)
    )
    show_state(accepted, as_json=as_json)
    remarks().print(f"follow it with `argosy goal watch {goal_id}`", markup=False)


def _tell(goal_id: str, command: Command, *, planner_url: str, as_json: bool) -> None:
    accepted = ask(
        addresses(planner=planner_url), lambda client: client.tell_goal(goal_id, command)
    )
    show_state(accepted, as_json=as_json)


def show_state(accepted: AcceptedGoal, *, as_json: bool) -> None:
    """Print the state that a goal is in now."""
    if as_json:
        print_json(accepted)
    else:
        print_text(accepted.status)
