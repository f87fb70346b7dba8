"""`argosy agent`: see the fleet."""

from typing import Annotated

import typer

from argosy.options import EMBEDDED_URL, AsJson, HubUrl, addresses, ask
from argosy.printing import agent_page, agents_table, answers, print_json

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


@commands.command(epilog="Example: argosy agent show agent-1 --json | jq .reputation")
def show(
    agent_id: Annotated[str, typer.Argument(help="The agent's id, as `list` prints it.")],
    *,
    as_json: AsJson = False,
    hub_url: HubUrl = EMBEDDED_URL,
) -> None:
    """Show an agent: what it can do, what it does, what its votes turned out to be worth."""
    agent = ask(addresses(hub=hub_url), lambda client: client.agent(agent_id))
    if as_json:
        print_json(agent)
    else:
        answers().print(agent_page(agent))
