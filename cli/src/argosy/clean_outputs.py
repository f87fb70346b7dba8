"""The files that `argosy clean` writes: aside first, all under their names at the end, or none.

Every path is tried before the work begins, so that an hour of it never ends in a missing folder.
"""

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from argosy.failures import CommandError, ExitCode


class Output(StrEnum):
    """What can be written; each is an option of this name."""

    OUT = "out"
    CHANGES = "changes"
    QUARANTINE = "quarantine"
    REPORT = "report"
    HTML = "html"


Wanted = Mapping[Output, Path]
"""Where to write what."""


@contextmanager
def outputs_to(targets: Wanted, *, source: Path | None = None) -> Generator[Wanted]:
    """Lend, for each output, the path to write its content to.

    The files appear under their names when the block ends well; otherwise nothing is left of them.

    Raises:
        CommandError: two of them are one file, one is the source, or one cannot be written.
    """
    _check_distinct(targets, source)
    for path in targets.values():
        if path.is_dir():
            raise _unwritable(path, "it is a folder")
    asides = {
        output: path.with_name(f".{path.name}.{os.getpid()}.part")
        for output, path in targets.items()
    }
    try:
        for output, path in targets.items():
            _try_out(path, asides[output])
        yield asides
        for output, path in targets.items():
            asides[output].replace(path)
    finally:
        for aside in asides.values():
            aside.unlink(missing_ok=True)


def _check_distinct(targets: Wanted, source: Path | None) -> None:
    seen: dict[Path, Output] = {}
    for output, path in targets.items():
        real = path.resolve()
        if source is not None and real == source.resolve():
            raise CommandError(
                f"--{output} {path} is the file that is to be cleaned.",
                remedy="Write to another path; a source is never overwritten.",
                exit_code=ExitCode.USAGE,
            )
        if real in seen:
            raise CommandError(
                f"--{seen[real]} and --{output} name one file, {path}.",
                remedy="Give each output a path of its own.",
                exit_code=ExitCode.USAGE,
            )
        seen[real] = output


def _try_out(path: Path, aside: Path) -> None:
    try:
        aside.touch()
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from error


def _unwritable(path: Path, reason: str) -> CommandError:
    return CommandError(
        f"{path} cannot be written: {reason}.",
        remedy="Name a file in a folder that exists and that you may write to.",
        exit_code=ExitCode.USAGE,
    )
