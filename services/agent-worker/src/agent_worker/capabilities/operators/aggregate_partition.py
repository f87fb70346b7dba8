"""Aggregating a partition: groups with figures that can be merged with those of others."""

from agent_worker.capabilities.engines.choosing import engine_for
from agent_worker.capabilities.engines.port import GroupRows, rows_of
from agent_worker.capabilities.operators.handing_over import hand_over
from agent_worker.capabilities.part_files import compute_aside
from agent_worker.capabilities.table_snapshots import columns_at
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.aggregation import check_grouping
from agent_worker.domain.operators.aggregate_partition import PartialWritten, grouping_of
from agent_worker.domain.table_snapshot import TablePartition
from shared.contracts.vocabulary import ActionType


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    partition = TablePartition.model_validate(request.parameters.get("partition"))
    grouping = grouping_of(request.parameters)
    columns = columns_at(workshop.store, partition)
    check_grouping(grouping, columns)
    rows = rows_of(partition, columns)
    engine = engine_for(workshop, rows)
    counted = engine.count_missing(rows, grouping.columns)
    if request.action is ActionType.ANALYZE_SCHEMA:
        return ActionOutcome(
            observation=counted.model_dump(mode="json"), data_quality_score=counted.completeness
        )
    partial = compute_aside(
        request, workshop, f"partial:{partition.name}", engine, GroupRows(rows, grouping)
    )
    written = PartialWritten(
        partial=partial, rows_in=counted.rows, groups=partial.rows, engine=engine.name
    )
    return ActionOutcome(
        observation=written.model_dump(mode="json"), data_quality_score=counted.completeness
    )
