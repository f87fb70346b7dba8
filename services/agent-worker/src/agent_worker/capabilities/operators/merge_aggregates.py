"""Merging aggregates: the partitions' partial groups become the groups of the table."""

from agent_worker.capabilities.artifacts import inputs_named
from agent_worker.capabilities.engines.choosing import engine_for
from agent_worker.capabilities.engines.port import MergeGroups, TableEngine
from agent_worker.capabilities.operators.handing_over import hand_over
from agent_worker.capabilities.part_files import compute_part, stored_rows
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.operators.aggregate_partition import grouping_of
from agent_worker.domain.operators.merge_aggregates import AggregateWritten, PartialsCounted
from shared.contracts.vocabulary import ActionType


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    grouping = grouping_of(request.parameters)
    partials = inputs_named(request, "partial:")
    if not partials:
        raise ActionFailedError(
            "input_missing",
            f"task {request.task_id} was given no partial groups",
            remedy="Report it with the pipeline's plan; it is a mistake in planning.",
        )
    rows = stored_rows(workshop, partials.values())
    if request.action is ActionType.VALIDATE_DATA:
        counted = PartialsCounted(
            partials=len(partials), groups=sum(partial.rows for partial in partials.values())
        )
        return ActionOutcome(observation=counted.model_dump(mode="json"), data_quality_score=1.0)
    return _merge(MergeGroups(rows, grouping), engine_for(workshop, rows), request, workshop)


def _merge(
    work: MergeGroups, engine: TableEngine, request: ActionRequest, workshop: Workshop
) -> ActionOutcome:
    _check_range(work, engine)
    part = compute_part(request, workshop, "aggregate", engine, work)
    measures = [measure.name for measure in work.grouping.measures]
    counted = engine.count_missing(stored_rows(workshop, [part]), measures)
    written = AggregateWritten(
        part=part,
        groups=part.rows,
        missing_measures=sum(counted.missing.values()),
        engine=engine.name,
    )
    return ActionOutcome(
        observation=written.model_dump(mode="json"), data_quality_score=counted.completeness
    )


def _check_range(work: MergeGroups, engine: TableEngine) -> None:
    for measure, groups in engine.count_too_large(work).items():
        raise ActionFailedError(
            "sum_out_of_range",
            f"measure {measure}: the sums of {groups} groups do not fit into a BIGINT",
            remedy="Ask for the mean and the count instead, or group by more columns.",
        )
