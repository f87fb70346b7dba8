"""Cleaning a partition: compare, measure, try repairs on samples, write what came of it."""

from urllib.parse import unquote, urlsplit

from agent_worker.capabilities.artifacts import Outputs
from agent_worker.capabilities.assessing import assess, compare_columns
from agent_worker.capabilities.experiments import try_repair
from agent_worker.capabilities.judged_table import JudgedTable, count_and_hash
from agent_worker.capabilities.operators.handing_over import hand_over, written
from agent_worker.capabilities.partitions import judged_partition
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.operators.clean_partition import AssessmentInput, TransformInput
from agent_worker.domain.operators.handover import Handover
from agent_worker.domain.profile import Partition
from agent_worker.domain.summary import PartitionSummary, summarize
from shared.contracts.vocabulary import ActionType, Artifact, Contract, QualityScore


class CleanParameters(Contract):
    """What the task gives."""

    partition: Partition
    quality_min: QualityScore | None = None


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    partition = CleanParameters.model_validate(request.parameters).partition
    judged = judged_partition(workshop, request, partition)
    match request.action:
        case ActionType.ANALYZE_SCHEMA:
            return compare_columns(judged)
        case ActionType.VALIDATE_DATA:
            return assess(judged, AssessmentInput.model_validate(request.action_input).kept)
        case ActionType.TRANSFORM_DATA:
            return _try(judged, TransformInput.model_validate(request.action_input))
        case ActionType.ROUTE_PIPELINE:
            return _write(judged, request, workshop, partition)


def _try(judged: JudgedTable, trial: TransformInput) -> ActionOutcome:
    experiment = try_repair(judged, trial.repair, trial.kept)
    score = experiment.score_after if experiment.is_kept else experiment.score_before
    return ActionOutcome(observation=experiment.model_dump(mode="json"), data_quality_score=score)


def _write(
    judged: JudgedTable, request: ActionRequest, workshop: Workshop, partition: Partition
) -> ActionOutcome:
    kept = AssessmentInput.model_validate(request.action_input).kept
    file_name = unquote(urlsplit(partition.uri).path).rpartition("/")[2]
    rows = judged.clean_rows(kept, file_name)
    rows_out, content_hash = count_and_hash(rows)
    summary = summarize(partition, judged.tally, kept, rows_out=rows_out, content_hash=content_hash)
    outputs = Outputs(workshop.store, request)
    attempt_folder = f"tables/{judged.contract.table}/data/{request.task_id}/{request.attempt}"
    clean, quarantine = f"clean:{partition.name}", f"quarantine:{partition.name}"
    artifacts = (
        outputs.write_rows(
            clean, rows, stored_as=f"{attempt_folder}/part.parquet", row_count=rows_out
        ),
        outputs.write_rows(
            quarantine,
            judged.quarantined_rows(file_name),
            stored_as=outputs.name_of(quarantine, "parquet"),
            row_count=summary.rows_quarantined,
        ),
        outputs.write_document(f"summary:{partition.name}", summary),
    )
    return written(_handover(artifacts, summary))


def _handover(artifacts: tuple[Artifact, ...], summary: PartitionSummary) -> Handover:
    return Handover(
        artifacts=artifacts,
        facts={
            "rows_in": summary.rows_in,
            "rows_out": summary.rows_out,
            "rows_quarantined": summary.rows_quarantined,
        },
        score=summary.quality_after.score,
        quality_before=summary.quality_before.score,
        quality_after=summary.quality_after.score,
    )
