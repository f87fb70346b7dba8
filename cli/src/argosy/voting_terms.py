"""How a goal's votes are decided, as people type it: `--voting rule=two_thirds`."""

from collections.abc import Callable, Sequence
from typing import Annotated

import typer
from pydantic import JsonValue, ValidationError

from argosy.failures import CommandError, ExitCode
from argosy.terms import seconds_of
from shared.contracts.terms import VotingTerms

READERS: dict[str, tuple[str, Callable[[str], JsonValue]]] = {
    "rule": ("rule", str),
    "timeout": ("timeout_seconds", lambda text: seconds_of("--voting timeout", text)),
    "participation-min": ("participation_min", str),
    "weights": ("weights", str),
    "roles": ("approval_roles", lambda text: [*text.split(",")]),
    "approval-timeout": (
        "approval_timeout_seconds",
        lambda text: seconds_of("--voting approval-timeout", text),
    ),
    "undecided": ("undecided", str),
}
"""The term that each name stands for, and how its text is read."""

KNOWN = (
    "rule=majority|two_thirds|unanimous|weighted|byzantine, timeout=1s to 1h, roles=steward,owner "
    "(people who must approve), approval-timeout=60s to 7d, participation-min=N, "
    "weights=equal|reputation, undecided=hold|quarantine|fail"
)

Voting = Annotated[
    list[str] | None,
    typer.Option(
        "--voting", metavar="NAME=VALUE", help=f"How its votes are decided; repeatable: {KNOWN}."
    ),
]


def voting_terms(settings: Sequence[str]) -> dict[str, JsonValue]:
    """Return the terms as the planner takes them; none where nothing is set.

    Raises:
        CommandError: a setting has no such name, or a value that no goal can have.
    """
    given = dict(map(_read, settings))
    if not given:
        return {}
    try:
        terms = VotingTerms.model_validate(given)
    except ValidationError as error:
        found = error.errors(include_url=False)[0]
        name = next(name for name, (term, _) in READERS.items() if term == found["loc"][0])
        raise _wrong(f"--voting {name}: {found['msg']}.") from error
    return {"voting": terms.model_dump(mode="json", exclude_unset=True)}


def _read(setting: str) -> tuple[str, JsonValue]:
    name, equals, text = setting.partition("=")
    if not equals or name not in READERS:
        raise _wrong(f"--voting {setting!r} is no term of a vote.")
    term, read = READERS[name]
    return term, read(text)


def _wrong(detail: str) -> CommandError:
    return CommandError(detail, remedy=f"Write {KNOWN}.", exit_code=ExitCode.USAGE)
