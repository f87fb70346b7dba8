"""Publishing parts: files that tasks wrote become visible in a table, all or none."""

from collections.abc import Mapping

from agent_worker.capabilities.delta_table import (
    Mode,
    Publication,
    newest,
    publish,
    published_version,
    schema_with,
)
from agent_worker.capabilities.new_parts import Destination, NewParts, open_new_parts
from agent_worker.capabilities.operators.handing_over import hand_over, written
from agent_worker.capabilities.table_contracts import keep_contract
from agent_worker.capabilities.table_sources import beginning_with
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.operators.handover import Handover
from agent_worker.domain.operators.publish_parts import NewPartsChecked
from agent_worker.domain.schema_contract import Migration
from agent_worker.domain.table_snapshot import TableSnapshot
from shared.contracts.vocabulary import ActionType, Artifact, Contract, QualityScore


class PublishPartsParameters(Contract):
    """What the task gives."""

    table: str
    mode: Mode
    source: TableSnapshot | None = None
    """What the parts were made of, if it was a table."""


class PublicationReport(Contract):
    """What the pipeline reports of a table that was made of a table."""

    table: str
    table_uri: str
    version: int
    mode: Mode
    columns: tuple[str, ...]
    rows_in: int
    """Of the table that the parts were made of."""
    rows_out: int
    """Of the parts, or of the whole table if it was compacted."""
    files_before: int
    files_after: int
    bytes: int
    """Of the parts."""
    quality_after: QualityScore
    """The share of the parts' cells that hold a value."""
    content_hash: str
    """Of the parts' rows, whatever their order and files."""
    migration: Migration | None = None
    """How the schema changed, and what that took from the rows."""


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    given = PublishPartsParameters.model_validate(request.parameters)
    table_uri = workshop.store.uri_of(f"tables/{given.table}")
    destination = Destination(given.table, table_uri, given.mode, given.source)
    parts = open_new_parts(request, workshop, destination)
    if request.action is ActionType.VALIDATE_DATA:
        return _check(parts)
    return _publish(parts, request, workshop)


def _check(parts: NewParts) -> ActionOutcome:
    checked = NewPartsChecked(
        parts=len(parts.artifacts),
        rows=parts.rows,
        bytes=parts.bytes,
        columns=len(parts.columns),
        replaced_files=len(parts.replaced),
    )
    return ActionOutcome(
        observation=checked.model_dump(mode="json"), data_quality_score=parts.completeness
    )


def _publish(parts: NewParts, request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    destination = parts.destination
    version = _version(parts, request, workshop)
    report = _report(parts, version)
    published = Artifact(
        name=f"table:{destination.table}",
        uri=destination.table_uri,
        task_id=request.task_id,
        attempt=request.attempt,
        content_hash=parts.content_hash,
        rows=report.rows_out,
        bytes=report.bytes,
    )
    return written(
        Handover(
            artifacts=(published,),
            facts={"report": report.model_dump(mode="json")},
            score=parts.completeness,
            quality_after=parts.completeness,
        )
    )


def _version(parts: NewParts, request: ActionRequest, workshop: Workshop) -> int:
    destination = parts.destination
    if destination.mode is Mode.COMPACT and not parts.artifacts:
        assert destination.source is not None, "compacting was checked to have a source"
        return destination.source.version
    _check_unmoved(destination, request.pipeline_id)
    kept = (
        keep_contract(workshop.store, parts.contract, destination.table) if parts.contract else ""
    )
    publication = Publication(
        request.pipeline_id,
        [f"{part.task_id}/{part.attempt}" for part in parts.artifacts.values()],
        kept,
        replaced=[uri.removeprefix(f"{destination.table_uri}/") for uri in parts.replaced],
        marks=_marks(destination, request.pipeline_id),
    )
    schema = schema_with(parts.columns)
    return publish(destination.table_uri, schema, parts.files, publication, destination.mode)


def _marks(destination: Destination, pipeline_id: str) -> Mapping[str, int]:
    """Return what the table says of its sources: none any more, if it holds other rows now."""
    source = destination.source
    is_own = source is not None and source.table == destination.table
    if destination.mode is not Mode.OVERWRITE or is_own:
        return {}
    return beginning_with((), pipeline_id)


def _check_unmoved(destination: Destination, pipeline_id: str) -> None:
    """Pass a table that is not replaced by what was made of an older version of it."""
    source, table_uri = destination.source, destination.table_uri
    if destination.mode is not Mode.OVERWRITE or source is None:
        return
    if source.table != destination.table or published_version(table_uri, pipeline_id) is not None:
        return
    table = newest(table_uri)
    if table is not None and table.version() != source.version:
        raise ActionFailedError(
            "table_moved_on",
            f"table {source.table} was read at version {source.version} and is at "
            f"{table.version()} now; replacing it would lose what was committed meanwhile",
            remedy="Submit the goal again; it then begins with the table as it is.",
        )


def _report(parts: NewParts, version: int) -> PublicationReport:
    destination, source = parts.destination, parts.destination.source
    is_compacting = destination.mode is Mode.COMPACT
    rows_before = parts.rows if source is None else source.rows
    files_before = len(source.files) if source is not None else 0
    return PublicationReport(
        table=destination.table,
        table_uri=destination.table_uri,
        version=version,
        mode=destination.mode,
        columns=tuple(column.name for column in parts.columns),
        rows_in=rows_before,
        rows_out=rows_before if is_compacting else parts.rows,
        files_before=files_before,
        files_after=len(parts.files) + (files_before - len(parts.replaced)) * is_compacting,
        bytes=parts.bytes,
        quality_after=parts.completeness,
        content_hash=parts.content_hash,
        migration=_migration(parts),
    )


def _migration(parts: NewParts) -> Migration | None:
    """Return the migration that this publication carries out, not one that the table had before."""
    source = parts.destination.source
    migration = parts.contract.migration if parts.contract else None
    is_now = migration is not None and source is not None and migration.version == source.version
    return migration if is_now else None
