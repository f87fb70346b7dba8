"""The object store as the command sees it: where it is, and a workshop to read it with."""

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from agent_worker.capabilities.pipe import ChildSettings
from agent_worker.capabilities.workshop import Workshop, open_workshop
from agent_worker.domain.failures import ActionFailedError
from argosy.failures import CommandError, ExitCode

EMBEDDED_STORE = Path(".argosy") / "objects"
"""Where `argosy up` keeps tables, from where it was started."""

UNKNOWN_CODES = {
    "table_unknown", "table_version_unknown", "report_missing", "artifact_missing",
    "contract_missing",
}  # fmt: skip
"""Failures that say that there is no such thing."""


def store_uri(given: str) -> str:
    """Return the URI of the object store that was named.

    Raises:
        CommandError: it is a folder that is not there.
    """
    if given.startswith(("file://", "s3://")):
        return given
    folder = Path(given) if given else EMBEDDED_STORE
    if not folder.is_dir():
        raise CommandError(
            f"There is no object store at {folder}.",
            remedy="Name it by --object-store or ARGOSY_OBJECT_STORE, as the agents have it.",
            exit_code=ExitCode.NOT_FOUND,
        )
    return folder.resolve().as_uri()


@contextmanager
def reading(uri: str) -> Generator[Workshop]:
    """Lend a workshop that reads an object store.

    Raises:
        CommandError: what was asked for is not there, or the store cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="argosy-read-") as folder:
        workshop = open_workshop(ChildSettings(object_store=uri), Path(folder))
        try:
            yield workshop
        except ActionFailedError as error:
            raise told(error) from error
        finally:
            workshop.connection.close()


def told(error: ActionFailedError) -> CommandError:
    """Return an agent's failure as the command's."""
    failure = error.failure
    is_unknown = failure.code in UNKNOWN_CODES
    return CommandError(
        f"{failure.detail[:1].upper()}{failure.detail[1:]}.",
        remedy=failure.remedy,
        exit_code=ExitCode.NOT_FOUND if is_unknown else ExitCode.GOAL_FAILED,
    )
