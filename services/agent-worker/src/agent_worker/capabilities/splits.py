"""Files of rows sorted by bucket: each bucket reads the few row groups that are its own."""

from agent_worker.capabilities.artifacts import inputs_named
from agent_worker.capabilities.engines.port import BUCKET_COLUMN, StoredRows
from agent_worker.capabilities.part_files import stored_rows
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionRequest
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.table_columns import Columns
from agent_worker.domain.table_snapshot import Bucket


def check_splittable(columns: Columns, table: str) -> None:
    """Pass columns that leave room for the bucket's.

    Raises:
        ActionFailedError: one has the name that split files give the bucket.
    """
    if BUCKET_COLUMN in {name.lower() for name in columns}:
        raise ActionFailedError(
            "column_reserved",
            f"table {table} has a column {BUCKET_COLUMN}, which split files need for themselves",
            remedy="Give the column another name.",
        )


def rows_of_bucket(
    request: ActionRequest, workshop: Workshop, prefix: str, bucket: Bucket
) -> StoredRows:
    """Return the rows of one bucket in all split files whose names begin so.

    Raises:
        ActionFailedError: there are none, or one is not what its task wrote.
    """
    splits = inputs_named(request, prefix)
    if not splits:
        raise ActionFailedError(
            "input_missing",
            f"task {request.task_id} was given no {prefix}* files",
            remedy="Report it with the pipeline's plan; it is a mistake in planning.",
        )
    return stored_rows(workshop, splits.values(), bucket)
