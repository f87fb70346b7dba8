"""Keys that come again in a source that grows: the first row of a key stays, whenever it came.

Elsewhere a repeated key is the mistake of a whole goal. A stream would stand still for ever with
it, so here the later row goes to the quarantine, as it does within one partition.
"""

from dataclasses import replace
from urllib.parse import unquote

import duckdb
from deltalake import DeltaTable

from agent_worker.capabilities import sql
from agent_worker.capabilities.artifacts import Outputs, open_artifact
from agent_worker.capabilities.judged_table import KEY_REPEATED
from agent_worker.capabilities.parts import Parts
from agent_worker.capabilities.row_digests import count_and_hash
from agent_worker.capabilities.table_listing import listed_files
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionRequest
from agent_worker.domain.summary import PartitionSummary


def settle_keys(
    parts: Parts, table: DeltaTable | None, request: ActionRequest, workshop: Workshop
) -> Parts:
    """Return the parts without rows whose key the table or an earlier part has; those lie aside.

    Done twice, it leaves the same behind.
    """
    if not parts.contract.key:
        return parts
    earlier = _files_of(table, parts.contract.table, workshop)
    for name in parts.files:
        parts = _settled(parts, name, earlier, request, workshop)
        earlier.append(str(parts.files[name]))
    return parts


def _files_of(table: DeltaTable | None, name: str, workshop: Workshop) -> list[str]:
    if table is None:
        return []
    table_uri = workshop.store.uri_of(f"tables/{name}")
    uris = [f"{table_uri}/{unquote(file.path)}" for file in listed_files(table)]
    return [str(workshop.store.fetch(uri)) for uri in uris]


def _settled(
    parts: Parts, name: str, earlier: list[str], request: ActionRequest, workshop: Workshop
) -> Parts:
    if not earlier:
        return parts
    connection, key = workshop.connection, ", ".join(map(sql.name, parts.contract.key))
    rows = connection.read_parquet(str(parts.files[name]))
    known = connection.read_parquet(earlier, union_by_name=True).project(key)
    repeated = rows.join(known, key, how="semi")
    ((count,),) = repeated.aggregate("count(*)").fetchall()
    if not count:
        return parts
    kept = rows.join(known, key, how="anti")
    summary = _without(parts.summaries[name], count, kept)
    outputs = Outputs(workshop.store, request)
    aside = f"repeated:{name}"
    outputs.write_rows(
        aside,
        repeated.order("_source_line"),
        stored_as=outputs.name_of(aside, "parquet"),
        row_count=count,
    )
    folder = f"tables/{parts.contract.table}/data/{request.task_id}/{request.attempt}"
    artifact = outputs.write_rows(
        f"clean:{name}",
        kept.order("_source_line"),
        stored_as=f"{folder}/{name}.parquet",
        row_count=summary.rows_out,
    )
    return replace(
        parts,
        clean=parts.clean | {name: artifact},
        files=parts.files | {name: open_artifact(workshop.store, artifact)},
        summaries=parts.summaries | {name: summary},
    )


def _without(
    summary: PartitionSummary, repeated: int, kept: duckdb.DuckDBPyRelation
) -> PartitionSummary:
    reasons = summary.quarantine_reasons
    _, content_hash = count_and_hash(kept)
    return summary.model_copy(
        update={
            "rows_out": summary.rows_out - repeated,
            "rows_quarantined": summary.rows_quarantined + repeated,
            "quarantine_reasons": reasons | {KEY_REPEATED: reasons.get(KEY_REPEATED, 0) + repeated},
            "content_hash": content_hash,
        }
    )
