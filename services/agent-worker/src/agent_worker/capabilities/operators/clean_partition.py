"""Cleaning a partition: compare, measure, try repairs on samples, write what came of it."""

from urllib.parse import unquote, urlsplit

from agent_worker.capabilities.artifacts import Outputs
from agent_worker.capabilities.experiments import try_repair
from agent_worker.capabilities.judged_table import JudgedTable
from agent_worker.capabilities.operators.handing_over import hand_over, written
from agent_worker.capabilities.partitions import judged_partition
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.cleaning import CellClass, PartitionTally
from agent_worker.domain.operators.clean_partition import (
    Assessment,
    AssessmentInput,
    ColumnsCompared,
    Need,
    Problem,
    TransformInput,
)
from agent_worker.domain.operators.handover import Handover
from agent_worker.domain.profile import Partition
from agent_worker.domain.quality import quality_of
from agent_worker.domain.summary import PartitionSummary, summarize
from shared.contracts.vocabulary import ActionType, Artifact, Contract, QualityScore

PROBLEMS_MAX = 12
"""Problems that an observation lists; the ones with most cells."""

PROBLEMS = {
    CellClass.TOKEN: "missing by a word for it",
    CellClass.FORMAT: "in another time format",
    CellClass.UNIT: "written with a unit",
    CellClass.PREFIX: "glued to another column's",
    CellClass.NUMBER: "numbers written oddly",
    CellClass.UNREADABLE: "not of the column's type",
    CellClass.IMPLAUSIBLE: "impossible",
}
"""What is wrong with the cells of a class, in words that follow `values are`."""


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
            return _compare(judged)
        case ActionType.VALIDATE_DATA:
            return _measure(judged, AssessmentInput.model_validate(request.action_input))
        case ActionType.TRANSFORM_DATA:
            return _try(judged, TransformInput.model_validate(request.action_input))
        case ActionType.ROUTE_PIPELINE:
            return _write(judged, request, workshop, partition)


def _compare(judged: JudgedTable) -> ActionOutcome:
    header, contract = judged.texts.dialect.header, judged.contract
    sources = zip(contract.columns, contract.sources_of(header), strict=True)
    compared = ColumnsCompared(
        rows=judged.texts.rows,
        broken_lines=judged.texts.broken_lines,
        columns=len(header),
        renamed=contract.renamed_in(header),
        missing=tuple(column.name for column, source in sources if source is None),
        unknown=contract.unknown_in(header),
    )
    return ActionOutcome(
        observation=compared.model_dump(mode="json"),
        data_quality_score=quality_of(judged.tally).score,
    )


def _measure(judged: JudgedTable, wanted: AssessmentInput) -> ActionOutcome:
    tally = judged.tally
    counts = quality_of(tally, wanted.kept)
    assessment = Assessment(
        score=counts.score,
        dimensions={str(name): share for name, share in counts.dimensions.items()},
        problems=_problems(tally),
        repairs={
            repair: Need(cells=tally.cells_for(repair), columns=tally.columns_for(repair))
            for repair in tally.needed_repairs()
            if repair not in wanted.kept
        },
        rows=tally.rows,
        rows_quarantined=tally.rows_quarantined,
        duplicates=tally.duplicates,
    )
    return ActionOutcome(
        observation=assessment.model_dump(mode="json"), data_quality_score=counts.score
    )


def _problems(tally: PartitionTally) -> tuple[Problem, ...]:
    found = [
        Problem(column=column.column, problem=PROBLEMS[cell_class], cells=cells)
        for column in tally.columns
        for cell_class, cells in column.cells.items()
        if cell_class in PROBLEMS
    ]
    found += [
        Problem(
            column=column.column,
            problem="under another name",
            cells=sum(column.cells.values()),
        )
        for column in tally.columns
        if column.renamed
    ]
    return tuple(sorted(found, key=lambda problem: -problem.cells)[:PROBLEMS_MAX])


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
    rows_out, content_hash = judged.count_and_hash(rows)
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
