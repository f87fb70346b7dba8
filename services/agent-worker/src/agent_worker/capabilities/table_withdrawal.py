"""Taking back what a pipeline published: one more commit that restores the version before it.

The commit carries a transaction of its own, derived from the pipeline's, so that taking back twice
is one version. The table's log keeps what was published and that it was withdrawn.
"""

from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError, DeltaError
from deltalake.transaction import CommitProperties, Transaction

from agent_worker.capabilities.delta_table import (
    COMMIT_TRIES_MAX,
    PUBLICATION,
    newest,
    published_commit,
    published_version,
    removal,
)
from agent_worker.capabilities.table_listing import listed_files
from agent_worker.capabilities.table_sources import sources_added, withdrawing
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.operators.withdraw_table import CommitsSeen, Withdrawn


def look_back(table_uri: str, pipeline_id: str) -> CommitsSeen:
    """Return where the pipeline's commit stands in the table's log."""
    table = newest(table_uri)
    return CommitsSeen(
        published=published_version(table_uri, pipeline_id),
        newest=None if table is None else table.version(),
    )


def withdraw(table_uri: str, table_name: str, pipeline_id: str) -> Withdrawn:
    """Restore the table as it was before the pipeline's commit, if that is the newest one.

    Raises:
        ActionFailedError: the files of the version before are gone, or others keep committing.
    """
    for _ in range(COMMIT_TRIES_MAX):
        table = newest(table_uri)
        if table is None:
            return _left(table_name, "there is no such table")
        if table.transaction_version(_withdrawal(pipeline_id)) is not None:
            return _undone(table_name, "it was withdrawn before")
        version = published_version(table_uri, pipeline_id)
        if version is None:
            return _left(table_name, "the table has no commit of this pipeline")
        if version != table.version():
            return _left(table_name, f"others have built on version {version}")
        try:
            _take_back(table, pipeline_id)
        except CommitFailedError:
            continue
        before = f"it is as it was at version {version - 1}" if version else "it is empty"
        return _undone(table_name, f"version {version} is undone, {before}")
    return _left(table_name, "others keep committing to it")


def _take_back(table: DeltaTable, pipeline_id: str) -> None:
    version = table.version()
    before = DeltaTable(table.table_uri, version - 1) if version else None
    commit = published_commit(table.table_uri, pipeline_id) or {}
    marks = withdrawing(table, before, sources_added(commit))
    properties = CommitProperties(
        custom_metadata={"withdrawn_pipeline_id": pipeline_id},
        # On top of the pipeline's own commit, or not at all.
        max_commit_retries=0,
        app_transactions=[
            Transaction(_withdrawal(pipeline_id), PUBLICATION),
            *(Transaction(name, mark) for name, mark in marks.items()),
        ],
    )
    if table.version() == 0:
        files = [removal(each.path, each.bytes, changes_data=True) for each in listed_files(table)]
        table.create_write_transaction(
            list(files), "append", table.schema(), commit_properties=properties
        )
        return
    try:
        table.restore(table.version() - 1, commit_properties=properties)
    except CommitFailedError:
        raise
    except DeltaError as error:
        raise ActionFailedError(
            "table_not_restored",
            f"{table.table_uri} cannot be taken back to version {table.version() - 1}: {error}",
            remedy="Restore the table from a copy; somebody has removed files of that version.",
        ) from error


def _withdrawal(pipeline_id: str) -> str:
    return f"{pipeline_id}/withdrawal"


def _undone(table_name: str, reason: str) -> Withdrawn:
    return Withdrawn(table=table_name, done=True, reason=reason)


def _left(table_name: str, reason: str) -> Withdrawn:
    return Withdrawn(table=table_name, done=False, reason=reason)
