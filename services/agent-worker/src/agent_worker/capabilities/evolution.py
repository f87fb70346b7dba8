"""A table that changes with the data that need it: every file gets the contract that was accepted.

The table format's library changes a schema only together with the files that have it, and widens no
column in place. So the rows that are there are written anew with the new columns, value by value
and never by an implicit cast, and become the table in the same commit as the new ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import duckdb
from deltalake import DeltaTable

from agent_worker.capabilities.artifacts import Outputs, inputs_named, read_document
from agent_worker.capabilities.migrating import losses, migrated
from agent_worker.capabilities.parts import Parts
from agent_worker.capabilities.table_listing import uris_of
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionRequest
from agent_worker.domain.drift import DriftGroup, admitting, conversion, has_columns_of
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.schema_contract import Migration, TableContract
from shared.contracts.vocabulary import Artifact


@dataclass(frozen=True, slots=True)
class Evolution:
    """What a table becomes by the drifts that were accepted."""

    before: TableContract
    after: TableContract
    drifts: tuple[DriftGroup, ...]


def evolution_of(
    request: ActionRequest, workshop: Workshop, parts: Parts, version: int
) -> Evolution | None:
    """Return what the accepted drifts make of the table; None where nothing was accepted.

    A drift whose partitions were set aside was not.
    """
    groups = [
        read_document(workshop.store, artifact, DriftGroup)
        for artifact in inputs_named(request, "drift:").values()
    ]
    accepted = tuple(group for group in groups if _is_accepted(group, parts))
    if not accepted:
        return None
    after = admitting(parts.contract, [group.drift for group in accepted], version)
    return Evolution(parts.contract, after, accepted)


def _is_accepted(group: DriftGroup, parts: Parts) -> bool:
    """Tell whether the group's partitions go in, as far as nobody else has added them."""
    given = (parts.summaries.get(partition.name) for partition in group.partitions)
    summaries = [summary for summary in given if summary is not None]
    return bool(summaries) and not any(summary.set_aside for summary in summaries)


def evolved(
    parts: Parts, evolution: Evolution, request: ActionRequest, workshop: Workshop
) -> Parts:
    """Return the parts with the columns of the new contract, each written anew that lacks them."""
    clean, files = dict(parts.clean), dict(parts.files)
    for name, contract in _cleaned_by(parts, evolution):
        if not has_columns_of(contract, evolution.after):
            steps = conversion(contract, evolution.after)
            rows = workshop.connection.read_parquet(str(files[name]))
            part = rewrite(rows, steps, request, workshop, f"clean:{name}")
            clean[name] = part.model_copy(
                update={"task_id": clean[name].task_id, "attempt": clean[name].attempt}
            )
            files[name] = workshop.store.fetch(part.uri)
    return replace(parts, contract=evolution.after, clean=clean, files=files)


def rewritten(
    table: DeltaTable, evolution: Evolution, request: ActionRequest, workshop: Workshop
) -> list[Artifact]:
    """Write all of the table's rows anew with their new columns; return the files."""
    root = workshop.store.uri_of(f"tables/{evolution.before.table}")
    steps = conversion(evolution.before, evolution.after)
    return [
        rewrite(
            workshop.connection.read_parquet(str(workshop.store.fetch(uri))),
            steps,
            request,
            workshop,
            f"v{table.version()}-{number:05}",
        )
        for number, uri in enumerate(uris_of(table, root))
    ]


def rewrite(
    rows: duckdb.DuckDBPyRelation,
    steps: Migration,
    request: ActionRequest,
    workshop: Workshop,
    name: str,
) -> Artifact:
    """Write rows with their new columns into the table's folder, still invisible there.

    Raises:
        ActionFailedError: a value would be lost, which nobody has agreed to.
    """
    found = losses(rows, steps)
    if found.rows_lost:
        columns = ", ".join(found.values_lost)
        raise ActionFailedError(
            "drift_loses_values",
            f"{found.rows_lost} of {found.rows} rows would lose their value of {columns}",
            remedy="Migrate the table by a goal that says how many rows may lose a value.",
        )
    table = request.parameters.get("table")
    file = name.replace(":", "-").replace("/", "-")
    stored_as = f"tables/{table}/data/{request.task_id}/{request.attempt}/{file}.parquet"
    outputs = Outputs(workshop.store, request)
    return outputs.write_rows(
        name, migrated(rows, steps), stored_as=stored_as, row_count=found.rows
    )


def _cleaned_by(parts: Parts, evolution: Evolution) -> Iterator[tuple[str, TableContract]]:
    """Yield each partition with the contract that its rows were cleaned by."""
    own = {
        partition.name: admitting(evolution.before, [group.drift], 0)
        for group in evolution.drifts
        for partition in group.partitions
    }
    yield from ((name, own.get(name, evolution.before)) for name in parts.clean)
