"""The command `argosy`: errors in words, exit codes that mean one thing.

Answers go to standard output, progress and errors to standard error, so that answers can be
piped. Nothing that a person does wrong ends in a traceback.
"""

import gc
import sys
from collections.abc import Sequence
from importlib import import_module

import typer

from argosy.failures import CommandError

ALONE = {("domain", "solve"): "argosy.domain_solve"}
"""Commands that start without all the others: what those import takes longer than they do."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; what it could not do becomes a message and an exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    alone = ALONE.get((words[0], words[1])) if len(words) > 1 else None
    app: typer.Typer = import_module(alone or "argosy.commands").app
    try:
        if alone:
            app(words[2:], prog_name=" ".join(("argosy", *words[:2])))
        else:
            app(words)
    except CommandError as error:
        typer.secho("error ", fg="red", bold=True, nl=False, err=True)
        typer.echo(f"{error.detail}\n      {error.remedy}", err=True)
        sys.exit(error.exit_code)
    finally:
        if arguments is None and alone:
            gc.freeze()  # the process ends: nothing is worth looking for cycles once more
