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
