"""Reporting quality: one document on all partitions, whatever the verdict."""

from agent_worker.capabilities.artifacts import (
    Outputs,
    input_named,
    inputs_named,
    read_document,
)
from agent_worker.capabilities.operators.handing_over import hand_over, written
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.operators.handover import Handover
from agent_worker.domain.operators.report_quality import in_short
from agent_worker.domain.schema_contract import TableContract
from agent_worker.domain.validation import PartitionFindings, QualityReport, report_on
from shared.contracts.vocabulary import ActionType, Contract, Parameters, QualityScore


class ReportParameters(Contract):
    """What the task gives."""

    dataset: str
    quality_min: QualityScore | None = None


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    report = _report(request, workshop)
    if request.action is ActionType.VALIDATE_DATA:
        return ActionOutcome(
            observation=in_short(report).model_dump(mode="json"), data_quality_score=report.score
        )
    document = Outputs(workshop.store, request).write_document("quality_report", report)
    return written(
        Handover(
            artifacts=(document,),
            facts={"report": _told(report, document.uri)},
            score=report.score,
            quality_before=report.score,
        )
    )


def _report(request: ActionRequest, workshop: Workshop) -> QualityReport:
    parameters = ReportParameters.model_validate(request.parameters)
    summaries = inputs_named(request, "summary:")
    if not summaries:
        raise ActionFailedError(
            "parts_missing",
            f"no partition of {parameters.dataset} was validated",
            remedy="Report it with the pipeline's plan; it is a mistake in planning.",
        )
    contract = read_document(workshop.store, input_named(request, "schema_contract"), TableContract)
    findings = [
        read_document(workshop.store, summary, PartitionFindings) for summary in summaries.values()
    ]
    return report_on(
        parameters.dataset,
        contract,
        findings,
        parameters.quality_min or 0.0,
        asked_at=request.begun_at,
    )


def _told(report: QualityReport, report_uri: str) -> Parameters:
    return {
        "dataset": report.dataset,
        "report_uri": report_uri,
        "meets_minimum": report.meets_minimum,
        "quality_min": report.quality_min,
        "partitions": len(report.partitions),
        "rows_in": report.rows,
        "rows_out": report.rows_usable,
        "broken_lines": report.broken_lines,
        "duplicates": report.duplicates,
        "unusable": dict(report.unusable),
        "quality_before": report.score,
        "dimensions": dict(report.dimensions),
        "worst_columns": {column.column: column.score for column in report.columns[:5]},
        "worst_problems": [problem.model_dump(mode="json") for problem in report.problems[:5]],
        "coverage": report.coverage,
        "cell_score": report.cell_score,
        "doubts": list(report.doubts),
        "rules_failed": [asked.rule for asked in report.rules if asked.is_decisive],
        "content_hash": report.content_hash,
    }
