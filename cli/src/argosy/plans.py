"""`argosy goal plan|diff|replan`: what a goal's plan is, was, and could be."""

from typing import Annotated

import typer
from pydantic import JsonValue
from rich.console import RenderableType

from argosy.failures import CommandError, ExitCode
from argosy.options import EMBEDDED_URL, START_SECONDS_MAX, AsJson, PlannerUrl, addresses, ask
from argosy.parameters import ParametersFile, Settings, parameters_of
from argosy.plan_printing import diff_page, graph_page, replan_page, tree_page
from argosy.plan_views import PlanGraph, PlanTree
from argosy.printing import answers, preview_page, print_json, remarks
from argosy.steering import GoalId, show_state
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
from argosy.views import Answer
from argosy.voting_terms import Voting, voting_terms
from shared.contracts.terms import OnFailure

Asked = Annotated[
    str,
    typer.Argument(
        metavar="GOAL_TYPE|GOAL_ID",
        help="A goal type, to see the plan that a goal would have; "
        "with --tree or --graph a goal's id, to see the one that it has.",
    ),
]
AsTree = Annotated[bool, typer.Option("--tree", help="A goal's plan, each task below its parent.")]
AsGraph = Annotated[bool, typer.Option("--graph", help="A goal's plan, with what passes between.")]
Part = Annotated[
    str, typer.Option("--task", help="Only this task and what is below it: id, path or name.")
]
Depth = Annotated[int, typer.Option(min=0, max=32, help="Levels of the tree.")]
ChildrenFrom = Annotated[int, typer.Option(min=0, help="Subtasks of --task to pass over.")]
Assumed = Annotated[
    list[str] | None,
    typer.Option(
        "--assume", metavar="FACT=JSON", help="Plan as if work had made this fact known already."
    ),
]
FirstVersion = Annotated[
    str, typer.Option("--from", help="A version of the plan, such as 1, or a run: run:1.")
]
LastVersion = Annotated[str, typer.Option("--to", help="Another one; else the newest.")]


def plan(  # noqa: PLR0913 -- a command's options are its parameters
    asked: Asked,
    *,
    settings: Settings = None,
    parameters_file: ParametersFile = None,
    assumed: Assumed = None,
    as_tree: AsTree = False,
    as_graph: AsGraph = False,
    task: Part = "",
    depth: Depth = 3,
    children_from: ChildrenFrom = 0,
    as_json: AsJson = False,
    planner_url: PlannerUrl = EMBEDDED_URL,
) -> None:
    """Show the plan that a goal would have, and its expected time; or the one that it has."""
    if as_tree and as_graph:
        raise CommandError(
            "A plan is shown as a tree or as a graph, not as both.",
            remedy="Leave --tree or --graph out.",
            exit_code=ExitCode.USAGE,
        )
    if as_tree or as_graph:
        shape = {"task": task} if task else {}
        if as_tree:
            shape |= {"depth": str(depth), "children_from": str(children_from)}
        _show_shape(asked, shape, is_graph=as_graph, as_json=as_json, planner_url=planner_url)
        return
    parameters = parameters_of(settings or [], parameters_file)
    goal: dict[str, JsonValue] = {"goal_type": asked, "parameters": parameters}
    goal |= {"assume": parameters_of(assumed, None)} if assumed else {}
    preview = ask(
        addresses(planner=planner_url),
        lambda client: client.plan_goal(goal),
        start_seconds_max=START_SECONDS_MAX,
    )
    if as_json:
        print_json(preview)
    else:
        answers().print(preview_page(preview))


def diff(
    goal_id: GoalId,
    *,
    first: FirstVersion = "1",
    last: LastVersion = "",
    as_json: AsJson = False,
    planner_url: PlannerUrl = EMBEDDED_URL,
) -> None:
    """Show which tasks came and went between two versions of a plan, or two runs, and why."""
    places = addresses(planner=planner_url)
    told = ask(places, lambda client: client.plan_diff(goal_id, first, last))
    if as_json:
        print_json(told)
    else:
        answers().print(diff_page(told))


def replan(  # noqa: PLR0913 -- a command's options are its parameters
    goal_id: GoalId,
    *,
    settings: Settings = None,
    parameters_file: ParametersFile = None,
    unset: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A parameter whose default holds.")
    ] = None,
    deadline: Deadline = "",
    budget: Budget = "",
    budget_model_tokens: ModelTokens = None,
    key: GoalKey = "",
    on_failure: OnFailureChoice = OnFailure.KEEP,
    tasks_running_max: TasksRunningMax = None,
    voting: Voting = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what is kept and what is done anew.")
    ] = False,
    as_json: AsJson = False,
    planner_url: PlannerUrl = EMBEDDED_URL,
) -> None:
    """Let a goal ask for something else; finished work that still counts is kept."""
    terms = terms_of(
        deadline, budget, key=key, on_failure=on_failure, tasks_running_max=tasks_running_max
    )
    terms |= model_tokens_term(budget_model_tokens) | voting_terms(voting or [])
    changes = _changes(parameters_of(settings or [], parameters_file), unset or [], terms)
    places = addresses(planner=planner_url)
    if dry_run:
        told = ask(places, lambda client: client.preview_replan(goal_id, changes))
        _show(told, replan_page(told), as_json=as_json)
        return
    accepted = ask(places, lambda client: client.replan_goal(goal_id, changes))
    show_state(accepted, as_json=as_json)
    remarks().print(f"follow it with `argosy goal watch {goal_id}`", markup=False)


def _changes(
    parameters: dict[str, JsonValue], unset: list[str], terms: dict[str, JsonValue]
) -> dict[str, JsonValue]:
    removed: dict[str, JsonValue] = dict.fromkeys(unset)
    changes: dict[str, JsonValue] = {"parameters": parameters | removed, "terms": terms}
    if any(changes.values()):
        return changes
    raise CommandError(
        "Nothing is to change.",
        remedy="Name what is: --set quality_min=0.9, --unset key, --deadline 2h.",
        exit_code=ExitCode.USAGE,
    )


def _show_shape(
    goal_id: str, shape: dict[str, str], *, is_graph: bool, as_json: bool, planner_url: str
) -> None:
    places = addresses(planner=planner_url)
    if is_graph:
        asked = {**shape, "shape": "graph"}
        graph = ask(places, lambda client: client.plan(goal_id, asked, PlanGraph))
        _show(graph, graph_page(graph), as_json=as_json)
    else:
        asked = {**shape, "shape": "tree"}
        tree = ask(places, lambda client: client.plan(goal_id, asked, PlanTree))
        _show(tree, tree_page(tree), as_json=as_json)


def _show(answer: Answer, page: RenderableType, *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
    else:
        answers().print(page)
