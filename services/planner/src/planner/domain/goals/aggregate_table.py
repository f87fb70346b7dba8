"""The goal type aggregate_table."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from planner.domain.goals.base import KEY_COLUMNS_MAX, ColumnName, GoalParameters, TableName
from planner.domain.goals.partitioning import PARTITION_BYTES, WorkBytes
from shared.contracts.vocabulary import Contract

MEASURES_MAX = 64
"""A group's figures are held in memory for all groups of a partition."""

EVERY_ROW = "*"
"""The column of a count that counts rows, whatever they hold."""


class MeasureFunction(StrEnum):
    """What can be measured of a group, as SQL does it."""

    COUNT = "count"
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    MEAN = "mean"


class Measure(Contract):
    """One figure of every group."""

    column: ColumnName
    function: MeasureFunction
    name: ColumnName

    @model_validator(mode="after")
    def _counts_rows_or_names_a_column(self) -> Self:
        if self.column == EVERY_ROW and self.function is not MeasureFunction.COUNT:
            raise ValueError(f"only count takes * for its column, {self.function} does not")
        return self


class AggregateTable(GoalParameters):
    """Build a table with the figures of another table's groups."""

    table: TableName
    source: TableName
    group_by: Annotated[
        tuple[ColumnName, ...],
        Field(
            max_length=KEY_COLUMNS_MAX,
            description="a list of the columns that make a group; empty for one group of all rows",
        ),
    ] = ()
    measures: Annotated[
        tuple[Measure, ...],
        Field(
            max_length=MEASURES_MAX,
            validate_default=True,
            description="a list of figures, each with a column (* counts rows), a function "
            "(count, sum, min, max or mean) and a name that no other column has",
        ),
    ] = ()
    partition_bytes: WorkBytes = PARTITION_BYTES

    @field_validator("measures")
    @classmethod
    def _name_every_column_once(
        cls, measures: tuple[Measure, ...], validated: ValidationInfo
    ) -> tuple[Measure, ...]:
        if "group_by" not in validated.data:
            return measures  # what is wrong with the groups is told already
        groups: tuple[str, ...] = validated.data["group_by"]
        names = [name.lower() for name in (*groups, *(measure.name for measure in measures))]
        if not names:
            raise ValueError("neither group_by nor measures name anything")
        repeated = [name for name in names if names.count(name) > 1]
        if repeated:
            raise ValueError(f"two columns of the result would be called {repeated[0]}")
        return measures
