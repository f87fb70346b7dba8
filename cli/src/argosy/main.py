"""The command `argosy`: errors in words, exit codes that mean one thing.

Answers go to standard output, progress and errors to standard error, so that answers can be
piped. Nothing that a person does wrong ends in a traceback.
"""

import gc
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from traceback import extract_tb

import typer

from argosy.failures import CommandError, ExitCode

DEBUG = "ARGOSY_DEBUG"
"""Set in the environment, it shows the traceback of a mistake of the command itself."""

ALONE = {("domain", "solve"): "argosy.domain_solve"}
"""Commands that start without all the others: what those import takes longer than they do."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; what it could not do becomes a message and an exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    alone = ALONE.get((words[0], words[1])) if len(words) > 1 else None
    app: typer.Typer = import_module(alone or "argosy.commands").app
    is_debugged = bool(os.environ.get(DEBUG))
    rest, name = (words[2:], " ".join(("argosy", *words[:2]))) if alone else (words, None)
    try:
        told(lambda: app(rest, prog_name=name), with_traceback=is_debugged)
    finally:
        if arguments is None and alone:
            gc.freeze()  # the process ends: nothing is worth looking for cycles once more


def told(command: Callable[[], object], *, with_traceback: bool = False) -> None:
    """Carry a command out; what it fails with becomes a message and an exit code.

    Args:
        command: What to do.
        with_traceback: Raise what nobody foresaw, instead of saying it in words.
    """
    try:
        command()
    except CommandError as error:
        _exit(error)
    except Exception as error:
        if with_traceback:
            raise
        _exit(_mistake(error))


def _mistake(error: Exception) -> CommandError:
    last = extract_tb(error.__traceback__)[-1]
    first, *_ = [*str(error).splitlines(), ""]
    return CommandError(
        f"argosy made a mistake: {type(error).__name__} in {Path(last.filename).name}, line "
        f"{last.lineno}: {first}",
        remedy=f"Report it to those who keep argosy, with what {DEBUG}=1 shows in front of the "
        "command.",
        exit_code=ExitCode.MISTAKEN,
    )


def _exit(error: CommandError) -> None:
    typer.secho("error ", fg="red", bold=True, nl=False, err=True)
    typer.echo(f"{error.detail}\n      {error.remedy}", err=True)
    sys.exit(error.exit_code)
