"""Options that several commands share, spelled alike everywhere."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import httpx
import typer

from argosy.client import Addresses, Client, connect
from argosy.failures import CommandError, ExitCode

EMBEDDED_URL = "http://127.0.0.1:8080"
"""Where `argosy up` serves everything."""

PlannerUrl = Annotated[
    str, typer.Option(envvar="ARGOSY_PLANNER_URL", help="Where the planner's API is.")
]
HubUrl = Annotated[str, typer.Option(envvar="ARGOSY_HUB_URL", help="Where the hub's API is.")]
ConsensusUrl = Annotated[
    str, typer.Option(envvar="ARGOSY_CONSENSUS_URL", help="Where consensus' API is.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on standard output.")]

Port = Annotated[
    int,
    typer.Option(min=0, max=65535, help="Where to serve; the next free one when it is taken."),
]
AgentCount = Annotated[int, typer.Option("--agents", min=1, max=50, help="How many agents.")]
BusUri = Annotated[
    str,
    typer.Option(
        envvar="ARGOSY_BUS", help="sqlite:///PATH or kafka://HOST:PORT.", show_default=False
    ),
]
StoreUri = Annotated[
    str,
    typer.Option(
        envvar="ARGOSY_STORE", help="sqlite:///PATH or postgresql://…", show_default=False
    ),
]
ObjectStoreUri = Annotated[
    str,
    typer.Option(
        envvar="ARGOSY_OBJECT_STORE", help="A folder or s3://BUCKET/PREFIX.", show_default=False
    ),
]

DEFAULT_PORT = 8080

Outcome = TypeVar("Outcome")


def ask(addresses: Addresses, question: Callable[[Client], Awaitable[Outcome]]) -> Outcome:
    """Ask the services something and return the answer."""

    async def conversation() -> Outcome:
        async with connect(addresses) as client:
            return await question(client)

    return asyncio.run(conversation())


def addresses(
    *, planner: str = EMBEDDED_URL, hub: str = EMBEDDED_URL, consensus: str = EMBEDDED_URL
) -> Addresses:
    """Return the addresses, once each is known to be one."""
    return Addresses(
        planner=_base_url("planner", planner),
        hub=_base_url("hub", hub),
        consensus=_base_url("consensus", consensus),
    )


def _base_url(service: str, text: str) -> str:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in {"http", "https"} or not url.host:
        raise CommandError(
            f"{text!r} is no address for the {service}.",
            remedy=f"Write it as {EMBEDDED_URL}, with http:// or https:// in front.",
            exit_code=ExitCode.USAGE,
        )
    return text.rstrip("/")
