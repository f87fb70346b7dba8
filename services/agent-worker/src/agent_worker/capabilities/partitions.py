"""A task's partition, loaded and judged: once for all steps of an attempt where that is possible.

Nothing depends on what is kept: an action that runs in another process reads the file again.
"""

from pathlib import Path
from urllib.parse import unquote

from agent_worker.capabilities.artifacts import (
    TASK_OUTPUTS,
    input_named,
    inputs_named,
    read_document,
)
from agent_worker.capabilities.judged_table import JudgedTable
from agent_worker.capabilities.judging import judge
from agent_worker.capabilities.reading.delimited import Stretch, load_text
from agent_worker.capabilities.reading.files import load_file
from agent_worker.capabilities.reading.ranges import file_of, range_of
from agent_worker.capabilities.reading.sheets import base_of, sheet_of
from agent_worker.capabilities.rule_references import referenced_rows
from agent_worker.capabilities.sources import fingerprint_of
from agent_worker.capabilities.text_table import TextTable
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionRequest
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.profile import Partition
from agent_worker.domain.schema_contract import TableContract

PROPOSED = "proposed_contract"
"""The input that is the contract of partitions for which a table was to change."""


def open_partition(workshop: Workshop, uri: str) -> Path:
    """Return a local path with a partition's content.

    A source lies below the allowed roots; a batch lies where tasks write in the object store, and
    that is all of the store that may be read as a partition.

    Raises:
        ActionFailedError: it is missing or lies elsewhere.
    """
    file_uri = base_of(file_of(uri))
    outputs = workshop.store.uri_of(TASK_OUTPUTS)
    inside = unquote(file_uri.removeprefix(outputs))
    if file_uri.startswith(outputs) and ".." not in inside.split("/"):
        return workshop.store.fetch(file_uri)
    return workshop.sources.resolve(file_uri)


def load_partition(workshop: Workshop, partition: Partition) -> TextTable:
    """Load a partition as text.

    Raises:
        ActionFailedError: its file is not there, not allowed, no table, or has changed.
    """
    path, part = open_partition(workshop, partition.uri), range_of(partition.uri)
    before = _state_of(path)
    if partition.fingerprint != (part.fingerprint(path) if part else fingerprint_of(path)):
        raise _changed(partition)
    try:
        texts = load_meant(workshop, path, partition.uri)
    except (ActionFailedError, OSError) as error:
        if _state_of(path) != before:
            raise _changed(partition) from error
        raise
    if _state_of(path) != before:
        texts.drop()
        raise _changed(partition)
    return texts


def load_meant(workshop: Workshop, path: Path, uri: str) -> TextTable:
    """Load what a partition's URI means of its file: a range, a sheet, or all of it.

    Raises:
        ActionFailedError: the file is no table.
    """
    connection, scratch, name = workshop.connection, workshop.scratch, workshop.new_table_name()
    part = range_of(uri)
    if part is not None:
        return load_text(connection, path, name=name, scratch=scratch, stretch=Stretch(part))
    return load_file(connection, path, name=name, scratch=scratch, sheet=sheet_of(uri))


def _state_of(path: Path) -> tuple[int, int] | None:
    """Return what differs once somebody has written to a file; None where it is gone."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def _changed(partition: Partition) -> ActionFailedError:
    return ActionFailedError(
        "source_changed",
        f"{partition.uri} has changed since the goal's sources were discovered",
        remedy="Submit the goal again once nobody writes to its sources.",
    )


def judged_partition(
    workshop: Workshop, request: ActionRequest, partition: Partition
) -> JudgedTable:
    """Return the task's partition judged by its contract; raises as `load_partition` does."""
    name = f"{request.task_id}/{request.attempt}"
    judged = workshop.recall(name)
    if judged is None:
        given = inputs_named(request, PROPOSED).values()
        artifact = next(iter(given), None) or input_named(request, "schema_contract")
        contract = read_document(workshop.store, artifact, TableContract)
        texts = load_partition(workshop, partition)
        references = referenced_rows(workshop, contract)
        judged = judge(texts, contract, workshop.sample_rows_max, references)
        workshop.keep(name, judged)
    return judged
