"""`argosy agent`: see the fleet."""

import typer

from argosy.options import EMBEDDED_URL, AsJson, HubUrl, addresses, ask
from argosy.printing import agents_table, answers, print_json

commands = typer.Typer(no_args_is_help=True, help="See the fleet.")


@commands.callback()
def agents() -> None:
    """See the fleet."""


@commands.command("list", epilog="Example: argosy agent list --hub-url http://hub:8080")
def list_agents(*, as_json: AsJson = False, hub_url: HubUrl = EMBEDDED_URL) -> None:
    """List the agents: their state, and what each works on."""
    fleet = ask(addresses(hub=hub_url), lambda client: client.agents())
    if as_json:
        print_json(fleet)
    else:
        answers().print(agents_table(fleet.agents))
