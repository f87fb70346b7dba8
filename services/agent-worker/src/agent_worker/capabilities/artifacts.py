"""The files that tasks hand to one another: written under task and attempt, read by their hash."""

from pathlib import Path
from typing import TypeVar

import duckdb

from agent_worker.capabilities.object_store import ObjectStore
from agent_worker.capabilities.sources import fingerprint_of
from agent_worker.domain.actions import ActionRequest
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.profile import Partition
from shared.contracts.vocabulary import Artifact, Contract

TASK_OUTPUTS = "work/"
"""Where in the object store lies what tasks write and no table names."""

_Document = TypeVar("_Document", bound=Contract)


class Outputs:
    """Writes the outputs of one attempt; writing one again replaces it by the same bytes."""

    def __init__(self, store: ObjectStore, request: ActionRequest) -> None:
        self._store = store
        self._request = request

    def write_document(self, name: str, document: Contract) -> Artifact:
        """Write a JSON document."""
        stored_as = self.name_of(name, "json")
        staged = self._store.stage(stored_as)
        staged.write_text(document.model_dump_json(), encoding="utf-8")
        return self._put(name, stored_as, staged, rows=0)

    def write_rows(
        self, name: str, rows: duckdb.DuckDBPyRelation, *, stored_as: str, row_count: int
    ) -> Artifact:
        """Write rows as a Parquet file."""
        staged = self.stage_rows(rows, stored_as=stored_as)
        return self.put_rows(name, staged, stored_as=stored_as, row_count=row_count)

    def stage_rows(self, rows: duckdb.DuckDBPyRelation, *, stored_as: str) -> Path:
        """Write rows as a local Parquet file that is no output yet, and can be read meanwhile."""
        staged = self._store.stage(stored_as)
        rows.write_parquet(str(staged), compression="zstd")
        return staged

    def put_rows(self, name: str, staged: Path, *, stored_as: str, row_count: int) -> Artifact:
        """Make a staged Parquet file an output."""
        return self._put(name, stored_as, staged, rows=row_count)

    def stage(self, name: str, extension: str) -> Path:
        """Return a local path to write an output to that is no document and no rows."""
        return self._store.stage(self.name_of(name, extension))

    def put_partition(self, name: str, extension: str, staged: Path) -> Partition:
        """Make staged text a partition that other tasks read."""
        size, fingerprint = staged.stat().st_size, fingerprint_of(staged)
        uri = self._store.put(self.name_of(name, extension), staged)
        return Partition(name=name, uri=uri, bytes=size, fingerprint=fingerprint)

    def name_of(self, name: str, extension: str) -> str:
        """Return where the attempt keeps an output that is no part of a table."""
        request = self._request
        folder = f"{TASK_OUTPUTS}{request.pipeline_id}/{request.task_id}/{request.attempt}"
        return f"{folder}/{name.replace(':', '-').replace('/', '-')}.{extension}"

    def _put(self, name: str, stored_as: str, staged: Path, *, rows: int) -> Artifact:
        size, content_hash = staged.stat().st_size, fingerprint_of(staged)
        return Artifact(
            name=name,
            uri=self._store.put(stored_as, staged),
            task_id=self._request.task_id,
            attempt=self._request.attempt,
            content_hash=content_hash,
            rows=rows,
            bytes=size,
        )


def open_artifact(store: ObjectStore, artifact: Artifact) -> Path:
    """Return a local path with the artifact's content.

    Raises:
        ActionFailedError: it is missing, or not what its task wrote.
    """
    path = store.fetch(artifact.uri)
    if fingerprint_of(path) != artifact.content_hash:
        raise ActionFailedError(
            "artifact_changed",
            f"{artifact.uri} ({artifact.name}) is not what attempt {artifact.attempt} of task "
            f"{artifact.task_id} wrote: its SHA-256 is another",
            remedy="Submit the goal again, and find out who writes into the object store.",
        )
    return path


def read_document(store: ObjectStore, artifact: Artifact, document: type[_Document]) -> _Document:
    """Return a JSON document that another task wrote; raises as `open_artifact` does."""
    return document.model_validate_json(open_artifact(store, artifact).read_bytes())


def inputs_named(request: ActionRequest, prefix: str) -> dict[str, Artifact]:
    """Return the inputs whose names begin so, by what follows, in the order of their names."""
    return {
        artifact.name.removeprefix(prefix): artifact
        for artifact in sorted(request.inputs, key=lambda artifact: artifact.name)
        if artifact.name.startswith(prefix)
    }


def input_named(request: ActionRequest, name: str) -> Artifact:
    """Return one input.

    Raises:
        ActionFailedError: the task was given none of this name.
    """
    for artifact in request.inputs:
        if artifact.name == name:
            return artifact
    raise ActionFailedError(
        "input_missing",
        f"task {request.task_id} ({request.operator}) was not given `{name}`",
        remedy="Report it with the pipeline's plan; it is a mistake in planning.",
    )
