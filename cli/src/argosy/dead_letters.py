"""`argosy dead-letters`: what could not be taken, why, and sending it again."""

import asyncio
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from argosy.failures import CommandError, ExitCode
from argosy.options import AsJson
from argosy.printing import answers, grid, print_text, remarks

if TYPE_CHECKING:
    from argosy.dead_letter_log import Letter

EMBEDDED_BUS = "sqlite:///.argosy/bus.db"
"""The bus of `argosy up`, from where it was started."""

Bus = Annotated[
    str,
    typer.Option(
        "--bus",
        envvar="ARGOSY_BUS",
        help="sqlite:///PATH or kafka://HOST:PORT, as the services have it.",
    ),
]
Reason = Annotated[str, typer.Option(help="Only those with this reason, such as `step_failed`.")]

DETAIL_CHARACTERS_MAX = 80
"""Of a reason in a list; `show` has all of it."""

commands = typer.Typer(
    no_args_is_help=True, help="Messages that could not be taken: look at them, send them again."
)


@commands.command("list", epilog="Example: argosy dead-letters list --reason step_failed")
def list_letters(
    *,
    bus: Bus = EMBEDDED_BUS,
    reason: Reason = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List dead letters, the newest first."""
    letters = _chosen(bus, reason)[:limit]
    if as_json:
        print_text(json.dumps([each.model_dump(mode="json") for each in letters], indent=2))
        return
    table = grid("LETTER", "BURIED", "BY", "REASON", "TOPIC", "DETAIL")
    for each in letters:
        table.add_row(
            each.letter_id,
            f"{each.buried_at.astimezone():%Y-%m-%d %H:%M:%S}",
            escape(each.buried_by),
            escape(each.letter.reason),
            escape(each.letter.topic),
            escape(each.letter.detail[:DETAIL_CHARACTERS_MAX]),
        )
    answers().print(table)


@commands.command(epilog="Example: argosy dead-letters show 2-17")
def show(
    letter_id: Annotated[str, typer.Argument(metavar="LETTER", help="As listed, such as 2-17.")],
    *,
    bus: Bus = EMBEDDED_BUS,
) -> None:
    """Show a dead letter: why it was buried, and the message as far as it can be read."""
    (letter,) = _named(_chosen(bus, ""), (letter_id,))
    message = letter.message
    told = letter.model_dump(mode="json", exclude={"letter": {"content"}})
    told["message"] = None if message is None else message.model_dump(mode="json")
    if message is None:
        told["bytes"] = letter.letter.content
    print_text(json.dumps(told, indent=2, ensure_ascii=False))


@commands.command(
    epilog="Examples: argosy dead-letters redrive 2-17;"
    " argosy dead-letters redrive --reason step_failed — Exit codes: 0 sent, or nothing to send ·"
    " 4 no such letter · 5 one of those named cannot be sent again."
)
def redrive(
    letter_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[LETTER…]", help="As listed.")
    ] = None,
    *,
    bus: Bus = EMBEDDED_BUS,
    reason: Reason = "",
) -> None:
    """Send dead letters again, to the topic and partition where they came from.

    Whoever has taken a message ignores it, so that sending one twice does nothing more.
    """
    from argosy.dead_letter_log import redrive_of, send_again  # noqa: PLC0415

    if bool(letter_ids) == bool(reason):
        raise CommandError(
            "It is not said which letters to send again.",
            remedy="Name letters, or a reason with --reason; one of the two.",
            exit_code=ExitCode.USAGE,
        )
    letters = _chosen(bus, reason)
    wanted = _named(letters, letter_ids) if letter_ids else letters
    redrives = [redrive_of(each) for each in wanted]
    refused = [each for each in redrives if each.entry is None]
    for each in refused:
        remarks().print(f"{each.letter.letter_id} is not sent: {each.refusal}.", markup=False)
    if letter_ids and refused:
        raise CommandError(
            f"{len(refused)} of {len(redrives)} letters cannot be sent again; none was.",
            remedy="Leave them out.",
            exit_code=ExitCode.REFUSED,
        )
    asyncio.run(send_again(bus, redrives))
    answers().print(f"{len(redrives) - len(refused)} sent again.")


def _chosen(bus: str, reason: str) -> "tuple[Letter, ...]":
    from argosy.dead_letter_log import letters_in  # noqa: PLC0415

    return tuple(each for each in letters_in(bus) if reason in {"", each.letter.reason})


def _named(letters: "Sequence[Letter]", letter_ids: Sequence[str]) -> "list[Letter]":
    by_id = {each.letter_id: each for each in letters}
    missing = [letter_id for letter_id in letter_ids if letter_id not in by_id]
    if missing:
        raise CommandError(
            f"There is no dead letter {missing[0]}.",
            remedy="`argosy dead-letters list` lists them.",
            exit_code=ExitCode.NOT_FOUND,
        )
    return [by_id[letter_id] for letter_id in letter_ids]
