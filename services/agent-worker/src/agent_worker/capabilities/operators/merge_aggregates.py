"""Merging aggregates: the partitions' partial groups become the groups of the table."""

import duckdb

from agent_worker.capabilities import sql
from agent_worker.capabilities.artifacts import inputs_named
from agent_worker.capabilities.operators.handing_over import hand_over
from agent_worker.capabilities.part_files import open_parts, write_part
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.aggregation import Grouping, MeasureFunction
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
    rows = workshop.connection.read_parquet(open_parts(workshop, [*partials.values()]))
    if request.action is ActionType.VALIDATE_DATA:
        counted = PartialsCounted(
            partials=len(partials), groups=sum(partial.rows for partial in partials.values())
        )
        return ActionOutcome(observation=counted.model_dump(mode="json"), data_quality_score=1.0)
    return _merge(rows, grouping, request, workshop)


def _merge(
    rows: duckdb.DuckDBPyRelation, grouping: Grouping, request: ActionRequest, workshop: Workshop
) -> ActionOutcome:
    merged = _merged(rows, grouping)
    _check_range(merged, rows, grouping)
    part = write_part(request, workshop, "aggregate", _named(merged, rows, grouping))
    measures = [f"count(*) - count(m{place})" for place in range(len(grouping.measures))]
    counts = merged.aggregate(", ".join(measures)).fetchall()[0] if measures else ()
    missing, cells = sum(counts), part.rows * len(measures)
    written = AggregateWritten(part=part, groups=part.rows, missing_measures=missing)
    return ActionOutcome(
        observation=written.model_dump(mode="json"),
        data_quality_score=1 - missing / cells if cells else 1.0,
    )


def _merged(rows: duckdb.DuckDBPyRelation, grouping: Grouping) -> duckdb.DuckDBPyRelation:
    """Merge the partial figures; sums of integers stay exact."""
    groups = [f"g{place}" for place in range(len(grouping.group_by))]
    figures = [
        f"{_merge_of(measure.function, place, is_exact=_is_exact(rows, place))} as m{place}"
        for place, measure in enumerate(grouping.measures)
    ]
    return rows.aggregate(", ".join((*groups, *figures)), ", ".join(groups))


def _merge_of(function: MeasureFunction, place: int, *, is_exact: bool) -> str:
    total = f"cast(sum(m{place}) as hugeint)" if is_exact else f"fsum(m{place})"
    match function:
        case MeasureFunction.COUNT:
            return f"cast(sum(n{place}) as bigint)"
        case MeasureFunction.SUM:
            return total
        case MeasureFunction.MEAN:
            return f"cast({total} as double) / nullif(sum(n{place}), 0)"
        case MeasureFunction.MIN | MeasureFunction.MAX:
            return f"{function}(m{place})"


def _is_exact(rows: duckdb.DuckDBPyRelation, place: int) -> bool:
    """Whether the figure is a sum of integers."""
    types = dict(zip(rows.columns, rows.types, strict=True))
    return str(types[f"m{place}"]) == "DECIMAL(38,0)"


def _check_range(
    merged: duckdb.DuckDBPyRelation, rows: duckdb.DuckDBPyRelation, grouping: Grouping
) -> None:
    for place, measure in enumerate(grouping.measures):
        if measure.function is not MeasureFunction.SUM or not _is_exact(rows, place):
            continue
        too_large = merged.filter(f"m{place} is not null and try_cast(m{place} as bigint) is null")
        ((groups,),) = too_large.aggregate("count(*)").fetchall()
        if groups:
            raise ActionFailedError(
                "sum_out_of_range",
                f"measure {measure.name}: the sums of {groups} groups do not fit into a BIGINT",
                remedy="Ask for the mean and the count instead, or group by more columns.",
            )


def _named(
    merged: duckdb.DuckDBPyRelation, rows: duckdb.DuckDBPyRelation, grouping: Grouping
) -> duckdb.DuckDBPyRelation:
    names = [f"g{place} as {sql.name(name)}" for place, name in enumerate(grouping.group_by)]
    for place, measure in enumerate(grouping.measures):
        is_sum = measure.function is MeasureFunction.SUM and _is_exact(rows, place)
        figure = f"cast(m{place} as bigint)" if is_sum else f"m{place}"
        names.append(f"{figure} as {sql.name(measure.name)}")
    order = ", ".join(f"g{place} nulls last" for place in range(len(grouping.group_by)))
    ordered = merged.order(order) if order else merged
    return ordered.project(", ".join(names))
