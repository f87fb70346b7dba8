"""Aggregating a partition: groups with figures that can be merged with those of other partitions.

A partial's columns are g0, g1… for the groups and, for each measure, mN and its count nN.
"""

import duckdb

from agent_worker.capabilities import sql
from agent_worker.capabilities.operators.handing_over import hand_over
from agent_worker.capabilities.part_files import write_aside
from agent_worker.capabilities.table_snapshots import columns_at, read_files
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.aggregation import EVERY_ROW, Grouping, MeasureFunction, check_grouping
from agent_worker.domain.data_types import DataType
from agent_worker.domain.operators.aggregate_partition import (
    ColumnsCounted,
    PartialWritten,
    grouping_of,
)
from agent_worker.domain.table_columns import Columns
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
    rows = read_files(workshop, partition.files, columns)
    counted = count_missing(rows, grouping.columns)
    if request.action is ActionType.ANALYZE_SCHEMA:
        return ActionOutcome(
            observation=counted.model_dump(mode="json"), data_quality_score=counted.completeness
        )
    partial = write_aside(
        request, workshop, f"partial:{partition.name}", _groups(rows, grouping, columns)
    )
    written = PartialWritten(partial=partial, rows_in=counted.rows, groups=partial.rows)
    return ActionOutcome(
        observation=written.model_dump(mode="json"), data_quality_score=counted.completeness
    )


def count_missing(rows: duckdb.DuckDBPyRelation, columns: list[str]) -> ColumnsCounted:
    """Count the rows, and the empty cells of these columns."""
    empty = [f"count(*) - count({sql.name(name)})" for name in columns]
    row_count, *missing = rows.aggregate(", ".join(("count(*)", *empty))).fetchall()[0]
    return ColumnsCounted(rows=row_count, missing=dict(zip(columns, missing, strict=True)))


def _groups(
    rows: duckdb.DuckDBPyRelation, grouping: Grouping, columns: Columns
) -> duckdb.DuckDBPyRelation:
    groups = [sql.name(name) for name in grouping.group_by]
    figures = [f"{group} as g{place}" for place, group in enumerate(groups)]
    for place, measure in enumerate(grouping.measures):
        if measure.column == EVERY_ROW:
            figures.append(f"count(*) as m{place}, count(*) as n{place}")
        else:
            figure = _figure(measure.column, measure.function, columns)
            figures.append(f"{figure} as m{place}, count({sql.name(measure.column)}) as n{place}")
    order = ", ".join(f"g{place} nulls last" for place in range(len(groups)))
    grouped = rows.aggregate(", ".join(figures), ", ".join(groups))
    return grouped.order(order) if order else grouped


def _figure(column: str, function: MeasureFunction, columns: Columns) -> str:
    quoted = sql.name(column)
    if not function.adds:
        return f"{function}({quoted})"
    if columns[column] is DataType.BIGINT:
        # Exact; as HUGEINT, which the sum is, Parquet would make it a DOUBLE.
        return f"cast(sum({quoted}) as decimal(38, 0))"
    return f"fsum({quoted})"
