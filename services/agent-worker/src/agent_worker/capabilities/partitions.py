"""A task's partition, loaded and judged: once for all steps of an attempt where that is possible.

Nothing depends on what is kept: an action that runs in another process reads the file again.
"""

from pathlib import Path
from urllib.parse import unquote

from agent_worker.capabilities.artifacts import TASK_OUTPUTS, input_named, read_document
from agent_worker.capabilities.judged_table import JudgedTable
from agent_worker.capabilities.judging import judge
from agent_worker.capabilities.reading.files import load_file
from agent_worker.capabilities.reading.sheets import base_of, sheet_of
from agent_worker.capabilities.rule_references import referenced_rows
from agent_worker.capabilities.sources import fingerprint_of
from agent_worker.capabilities.text_table import TextTable
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionRequest
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.profile import Partition
from agent_worker.domain.schema_contract import TableContract


def open_partition(workshop: Workshop, uri: str) -> Path:
    """Return a local path with a partition's content.

    A source lies below the allowed roots; a batch lies where tasks write in the object store, and
    that is all of the store that may be read as a partition.

    Raises:
        ActionFailedError: it is missing or lies elsewhere.
    """
    file_uri = base_of(uri)
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
    path = open_partition(workshop, partition.uri)
    if fingerprint_of(path) != partition.fingerprint:
        raise ActionFailedError(
            "source_changed",
            f"{partition.uri} has changed since the goal's sources were discovered",
            remedy="Submit the goal again once nobody writes to its sources.",
        )
    return load_file(
        workshop.connection,
        path,
        name=workshop.new_table_name(),
        scratch=workshop.scratch,
        sheet=sheet_of(partition.uri),
    )


def judged_partition(
    workshop: Workshop, request: ActionRequest, partition: Partition
) -> JudgedTable:
    """Return the task's partition judged by its contract; raises as `load_partition` does."""
    name = f"{request.task_id}/{request.attempt}"
    judged = workshop.recall(name)
    if judged is None:
        artifact = input_named(request, "schema_contract")
        contract = read_document(workshop.store, artifact, TableContract)
        texts = load_partition(workshop, partition)
        references = referenced_rows(workshop, contract)
        judged = judge(texts, contract, workshop.sample_rows_max, references)
        workshop.keep(name, judged)
    return judged
