"""Appending to a table: missing files' rows become part of it in one commit, each file once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast
from urllib.parse import unquote

from deltalake import DeltaTable
from pydantic import Field, JsonValue

from agent_worker.capabilities.delta_table import (
    MarksDifferError,
    Mode,
    Publication,
    TableFile,
    publish,
    published_version,
    schema_of,
)
from agent_worker.capabilities.evolution import Evolution, evolution_of, evolved, rewritten
from agent_worker.capabilities.operators.discover_missing import standing_of
from agent_worker.capabilities.operators.handing_over import hand_over, written
from agent_worker.capabilities.parts import Parts, check_parts, open_parts
from agent_worker.capabilities.run_reports import REMARK, keep_report
from agent_worker.capabilities.source_memories import remember
from agent_worker.capabilities.table_contracts import keep_contract, open_table
from agent_worker.capabilities.table_evolution import publish_evolved
from agent_worker.capabilities.table_files import describe_file
from agent_worker.capabilities.table_listing import listed_files
from agent_worker.capabilities.table_sources import adding, presumed, remark_of
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.backfilling import SourceLeftOut
from agent_worker.domain.drift import told_drift
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.operators.append_table import AdditionChecked
from agent_worker.domain.operators.handover import Handover
from shared.contracts.vocabulary import ActionType, Artifact, Contract, Parameters


class AppendParameters(Contract):
    """What the task gives."""

    table: str
    sources_held: int = Field(default=0, ge=0)
    """Files that the table had before."""
    sources_remaining: int = Field(default=0, ge=0)
    """Missing files that a later goal is to add."""
    sources_left_out: tuple[SourceLeftOut, ...] = ()
    """Files that are not added, each with its reason."""


@dataclass(frozen=True, slots=True)
class Addition:
    """What is added to the table, and the table before that."""

    table: DeltaTable
    parts: Parts
    held_by_now: Sequence[str]
    """Partitions that another pipeline has added meanwhile."""
    published: int | None
    """The version that has all this by now, if that was done before."""
    evolution: Evolution | None = None
    """What the table becomes by accepted changes, if there are any."""

    @property
    def columns_left_out(self) -> dict[str, tuple[str, ...]]:
        """The columns of each partition that the table has no place for."""
        return {
            name: each.unknown_columns
            for name, each in self.parts.summaries.items()
            if each.unknown_columns and not each.set_aside
        }


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    parameters = AppendParameters.model_validate(request.parameters)
    addition = _open(parameters, request, workshop)
    if request.action is ActionType.VALIDATE_DATA:
        return _check(addition, workshop)
    return _append(addition, parameters, request, workshop)


def _open(parameters: AppendParameters, request: ActionRequest, workshop: Workshop) -> Addition:
    """Open the parts that the table lacks, seen from before this pipeline's own commit."""
    table_uri = workshop.store.uri_of(f"tables/{parameters.table}")
    published = published_version(table_uri, request.pipeline_id)
    before = None if published is None else published - 1
    table = open_table(workshop.store, parameters.table, before)
    parts = open_parts(request, workshop, may_be_none=True)
    missing = {each.name for each in standing_of(table, parts.sources).missing}
    held = [name for name in parts.clean if name not in missing]
    parts = parts.only(missing)
    evolution = evolution_of(request, workshop, parts, table.version())
    if evolution is not None:
        parts = evolved(parts, evolution, request, workshop)
    return Addition(table, parts, held, published, evolution)


def _check(addition: Addition, workshop: Workshop) -> ActionOutcome:
    table, parts = addition.table, addition.parts
    files = listed_files(table) if parts.clean else []
    root = workshop.store.uri_of(f"tables/{parts.contract.table}")
    uris = [f"{root}/{unquote(file.path)}" for file in files if parts.contract.key]
    others = [workshop.store.fetch(uri) for uri in uris]
    checked = AdditionChecked(
        version=table.version(),
        files_in_table=len(files),
        parts=check_parts(parts, workshop, others, is_whole=False),
        held_by_now=tuple(addition.held_by_now),
        columns_left_out=tuple(
            sorted({name for each in addition.columns_left_out.values() for name in each})
        ),
    )
    score = checked.parts.quality_after if parts.clean else 1.0
    return ActionOutcome(observation=checked.model_dump(mode="json"), data_quality_score=score)


def _append(
    addition: Addition, parameters: AppendParameters, request: ActionRequest, workshop: Workshop
) -> ActionOutcome:
    parts, table_uri = addition.parts, workshop.store.uri_of(f"tables/{parameters.table}")
    table = parameters.table
    path = keep_report(workshop.store, parts, f"tables/{table}", table) if parts.clean else ""
    version = addition.published
    if version is None:
        version = _commit(addition, path, request, workshop)
    appended = Artifact(
        name=f"table:{parameters.table}",
        uri=table_uri,
        task_id=request.task_id,
        attempt=request.attempt,
        content_hash=parts.content_hash,
        rows=parts.total("rows_out"),
        bytes=sum(artifact.bytes for artifact in parts.clean.values()),
    )
    report = _report(addition, parameters)
    if path:
        report["run_report_uri"] = f"{table_uri}/{path}"
    return written(
        Handover(
            artifacts=(appended,),
            facts={"report": {"table_uri": table_uri, "version": version, **report}},
            score=parts.after.score if parts.clean else 1.0,
            quality_before=parts.before.score if parts.clean else None,
            quality_after=parts.after.score if parts.clean else None,
        )
    )


def _commit(
    addition: Addition, report_path: str, request: ActionRequest, workshop: Workshop
) -> int:
    parts, table = addition.parts, addition.table
    table_uri = workshop.store.uri_of(f"tables/{parts.contract.table}")
    if not parts.clean:
        return table.version()
    files = [
        describe_file(
            workshop.connection, path, parts.clean[name].uri.removeprefix(f"{table_uri}/")
        )
        for name, path in parts.files.items()
    ]
    publication = Publication(
        request.pipeline_id,
        parts.attempts,
        remarks=remark_of(parts.sources) | {REMARK: report_path},
        follows=presumed(table, parts.sources),
        marks=adding(table, parts.sources),
    )
    try:
        version = _publish(addition, files, publication, request, workshop)
    except MarksDifferError as error:
        raise ActionFailedError(
            "sources_held_already",
            f"another pipeline gave {table_uri} some of these files at the same moment",
            remedy="Nothing: the task is tried again, without what the table has by then.",
            retryable=True,
        ) from error
    remember(workshop.store, parts)
    return version


def _publish(
    addition: Addition,
    files: Sequence[TableFile],
    publication: Publication,
    request: ActionRequest,
    workshop: Workshop,
) -> int:
    contract, evolution = addition.parts.contract, addition.evolution
    table_uri = workshop.store.uri_of(f"tables/{contract.table}")
    if evolution is None:
        return publish(table_uri, schema_of(contract), files, publication, Mode.APPEND)

    def anew(table: DeltaTable) -> list[TableFile]:
        return [
            describe_file(
                workshop.connection,
                workshop.store.fetch(part.uri),
                part.uri.removeprefix(f"{table_uri}/"),
            )
            for part in rewritten(table, evolution, request, workshop)
        ]

    kept = keep_contract(workshop.store, contract, contract.table)
    return publish_evolved(
        table_uri,
        (evolution.before, contract),
        anew,
        files,
        replace(publication, contract=kept),
    )


def _report(addition: Addition, parameters: AppendParameters) -> Parameters:
    parts = addition.parts
    rows_before = sum(file.rows or 0 for file in listed_files(addition.table))
    report: Parameters = {
        "table": parameters.table,
        "is_up_to_date": not parts.clean,
        "table_rows": rows_before + parts.total("rows_out"),
        "sources_added": [each.uri for each in parts.sources],
        "sources_held": parameters.sources_held + len(addition.held_by_now),
        "sources_remaining": parameters.sources_remaining,
        "sources_left_out": [each.model_dump(mode="json") for each in parameters.sources_left_out],
        "columns_left_out": cast(
            "JsonValue", {name: [*each] for name, each in addition.columns_left_out.items()}
        ),
    }
    if addition.evolution is not None:
        drifts = addition.evolution.drifts
        report["schema_changes"] = [told_drift(group.drift) for group in drifts]
    if parts.set_aside:
        report["partitions_set_aside"] = {**parts.set_aside}
    figures = parts.report()
    if not parts.clean:
        del figures["quality_before"], figures["quality_after"]
    return report | figures
