"""Publishing a table: the accepted attempts' files become one version of it, all or none."""

from collections.abc import Sequence

from agent_worker.capabilities.delta_table import (
    Publication,
    TableFile,
    publish,
    schema_of,
)
from agent_worker.capabilities.operators.handing_over import hand_over, written
from agent_worker.capabilities.parts import Parts, check_parts, open_parts
from agent_worker.capabilities.range_settling import settle_ranges
from agent_worker.capabilities.run_reports import REMARK, keep_report
from agent_worker.capabilities.source_memories import remember
from agent_worker.capabilities.table_contracts import keep_contract
from agent_worker.capabilities.table_files import describe_file
from agent_worker.capabilities.table_sources import beginning_with, remark_of
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.operators.handover import Handover
from shared.contracts.vocabulary import ActionType, Artifact, Contract


class PublishParameters(Contract):
    """What the task gives."""

    table: str


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    parts = settle_ranges(open_parts(request, workshop), request, workshop)
    if request.action is ActionType.VALIDATE_DATA:
        checked = check_parts(parts, workshop)
        return ActionOutcome(
            observation=checked.model_dump(mode="json"), data_quality_score=checked.quality_after
        )
    return _publish(parts, request, workshop)


def _publish(parts: Parts, request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    table = PublishParameters.model_validate(request.parameters).table
    table_uri = workshop.store.uri_of(f"tables/{table}")
    files = [
        describe_file(
            workshop.connection, parts.files[name], artifact.uri.removeprefix(f"{table_uri}/")
        )
        for name, artifact in parts.clean.items()
    ]
    kept = keep_contract(workshop.store, parts.contract, table)
    report_path = keep_report(workshop.store, parts, f"tables/{table}", table)
    publication = Publication(
        request.pipeline_id,
        parts.attempts,
        kept,
        remarks=remark_of(parts.sources) | {REMARK: report_path},
        marks=beginning_with(parts.sources, request.pipeline_id),
    )
    version = publish(table_uri, schema_of(parts.contract), files, publication)
    remember(workshop.store, parts)
    report = {
        "table": parts.contract.table,
        "table_uri": table_uri,
        "version": version,
        "run_report_uri": f"{table_uri}/{report_path}",
    }
    return written(
        Handover(
            artifacts=(_published(parts, request, table_uri, files),),
            facts={"report": report | parts.report()},
            score=parts.after.score,
            quality_before=parts.before.score,
            quality_after=parts.after.score,
        )
    )


def _published(
    parts: Parts, request: ActionRequest, table_uri: str, files: Sequence[TableFile]
) -> Artifact:
    return Artifact(
        name=f"table:{parts.contract.table}",
        uri=table_uri,
        task_id=request.task_id,
        attempt=request.attempt,
        content_hash=parts.content_hash,
        rows=parts.total("rows_out"),
        bytes=sum(file.size for file in files),
    )
