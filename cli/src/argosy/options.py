"""Options that several commands share, spelled alike everywhere."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import httpx
import typer

from argosy.client import Addresses, Client, connect
from argosy.failures import CommandError, ExitCode, NotStartedError
from argosy.printing import remarks

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
    typer.Option(
        envvar="ARGOSY_HTTP_PORT",
        min=0,
        max=65535,
        help="Where to serve; the next free one when it is taken.",
    ),
]
AgentCount = Annotated[int, typer.Option("--agents", min=1, max=50, help="How many agents.")]
GeneralistCount = Annotated[
    int | None,
    typer.Option(
        "--agents",
        min=0,
        max=50,
        show_default=False,
        help="How many agents that can do everything; 3, or none beside specialists.",
    ),
]
Specialists = Annotated[
    list[str] | None,
    typer.Option(
        "--agent",
        metavar="CAPABILITIES",
        help="One more agent, for these roles or operators alone: cleaner, or reader,elector.",
    ),
]
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

START_SECONDS_MAX = 30.0
"""For a planner that was started a moment ago, as by `argosy up &`."""

START_POLL_SECONDS = 0.25
"""Between two tries to reach a service that is being started."""

Outcome = TypeVar("Outcome")


def ask(
    addresses: Addresses,
    question: Callable[[Client], Awaitable[Outcome]],
    *,
    start_seconds_max: float = 0,
) -> Outcome:
    """Ask the services something and return the answer.

    A service that is being started is given so many seconds until it takes questions.
    """

    async def conversation() -> Outcome:
        async with connect(addresses) as client:
            if start_seconds_max:
                return await _answered_once_started(client, question, start_seconds_max)
            return await question(client)

    return asyncio.run(conversation())


async def _answered_once_started(
    client: Client, question: Callable[[Client], Awaitable[Outcome]], seconds_max: float
) -> Outcome:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    is_told = False
    while True:
        try:
            return await question(client)
        except NotStartedError as error:
            if loop.time() > begun + seconds_max:
                raise
            if not is_told:
                remarks().print(f"{error.detail} Waiting up to {seconds_max:g} s for its start.")
            is_told = True
        await asyncio.sleep(START_POLL_SECONDS)


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
