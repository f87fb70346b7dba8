"""A run's report, kept with what the run published, and found again at every version of a table.

Like a contract, it is a file in the table's folder that is named after its own hash and written
before the commit; the commit names it. So a version and its report, with the quarantine that the
report names, come to be together or not at all, and publishing twice leaves one of each.
"""

from hashlib import sha256
from typing import Any

from agent_worker.capabilities.object_store import ObjectStore
from agent_worker.capabilities.parts import Parts
from agent_worker.capabilities.table_contracts import open_table
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.report import RunReport, report_of

REMARK = "report"
"""What the commit's remark is called that names the report."""


def keep_report(store: ObjectStore, parts: Parts, folder: str, subject: str) -> str:
    """Store the report of what is published in a folder of the store; return its path there."""
    report = report_of(subject, list(parts.summaries.values())).model_copy(
        update={
            "quarantine_files": tuple(
                artifact.uri for artifact in parts.quarantine.values() if artifact.rows
            )
        }
    )
    document = report.model_dump_json()
    path = f"_argosy/report-{sha256(document.encode()).hexdigest()}.json"
    staged = store.stage(f"{folder}/{path}")
    staged.write_text(document, encoding="utf-8")
    store.put(f"{folder}/{path}", staged)
    return path


def report_at(store: ObjectStore, table: str, version: int | None = None) -> RunReport:
    """Return the report of the run that made a version of a table, the newest if none is given.

    Raises:
        ActionFailedError: there is no such table or version, or its run kept no report.
    """
    newest = open_table(store, table)
    number = newest.version() if version is None else version
    # The history of a table that is pinned to a version numbers its commits wrongly.
    commits: list[dict[str, Any]] = newest.history()
    paths = [str(each.get(REMARK, "")) for each in commits if each.get("version") == number]
    path = "".join(paths)
    if not path.startswith("_argosy/report-"):
        raise ActionFailedError(
            "report_missing",
            f"version {number} of table {table} has no report",
            remedy="Look at the version of an ingestion; compacting, for one, cleans nothing.",
        )
    uri = f"{store.uri_of(f'tables/{table}')}/{path}"
    return read_report(store, uri).model_copy(update={"version": number})


def read_report(store: ObjectStore, uri: str) -> RunReport:
    """Return a report that was kept; raises ActionFailedError when it is not there."""
    return RunReport.model_validate_json(store.fetch(uri).read_bytes())
