"""`argosy task`: see how a task was done."""

from typing import Annotated

import typer

from argosy.options import EMBEDDED_URL, AsJson, HubUrl, addresses, ask
from argosy.printing import answers, print_json, trace_page

commands = typer.Typer(no_args_is_help=True, help="See how a task was done.")


@commands.callback()
def tasks() -> None:
    """See how a task was done."""


@commands.command(epilog="Example: argosy task trace 91f3c2aa-… --json | jq '.steps[].thought'")
def trace(
    task_id: Annotated[str, typer.Argument(help="The task's id, as `goal show` prints it.")],
    *,
    as_json: AsJson = False,
    hub_url: HubUrl = EMBEDDED_URL,
) -> None:
    """Show what the agents thought, did and saw, step by step."""
    steps = ask(addresses(hub=hub_url), lambda client: client.trace(task_id))
    if as_json:
        print_json(steps)
    else:
        answers().print(trace_page(steps))
