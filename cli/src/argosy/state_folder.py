"""A folder with a cluster's state: one process at a time owns it."""

import fcntl
import shutil
from collections.abc import Collection, Generator
from contextlib import contextmanager
from pathlib import Path

from argosy.failures import CommandError, ExitCode

LOCK_NAME = "lock"


@contextmanager
def owned(folder: Path) -> Generator[None]:
    """Own the folder for as long as the context lasts; a killed process lets go of it at once.

    Raises:
        CommandError: another process owns it, or it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / LOCK_NAME).open("w")
    except OSError as error:
        raise CommandError(
            f"The state folder {folder} cannot be used: {error.strerror}.",
            remedy="Name one that can be written with --state FOLDER.",
            exit_code=ExitCode.USAGE,
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CommandError(
                f"Another cluster is running on the state folder {folder}.",
                remedy="Stop it first, or name another folder with --state FOLDER.",
                exit_code=ExitCode.USAGE,
            ) from error
        yield


def clear(folder: Path, *, keep: Collection[str] = ()) -> None:
    """Remove what an owned folder holds, but its lock and what is to be kept."""
    for entry in folder.iterdir():
        if entry.name in {LOCK_NAME, *keep}:
            continue
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()
