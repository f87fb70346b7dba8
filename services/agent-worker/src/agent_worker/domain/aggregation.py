"""What a group-by asks for, and whether a table can answer it.

Each measure is kept as what can be merged: a mean as its sum and its count.
"""

from collections.abc import Sequence
from enum import StrEnum

from agent_worker.domain.data_types import DataType
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.table_columns import Columns, check_named
from shared.contracts.vocabulary import Contract

EVERY_ROW = "*"
"""The column of a count that counts rows, whatever they hold."""


class MeasureFunction(StrEnum):
    """What can be measured of a group, as SQL does it: missing values do not count."""

    COUNT = "count"
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    MEAN = "mean"

    @property
    def adds(self) -> bool:
        """Whether values are added, which only numbers can be."""
        return self in {MeasureFunction.SUM, MeasureFunction.MEAN}


class Measure(Contract):
    """One figure of every group."""

    column: str
    function: MeasureFunction
    name: str
    """What the figure's column is called."""


class Grouping(Contract):
    """By what a table is grouped, and what is measured of each group."""

    group_by: tuple[str, ...]
    measures: tuple[Measure, ...]

    @property
    def columns(self) -> list[str]:
        """The table's columns that take part, each once."""
        measured = [measure.column for measure in self.measures if measure.column != EVERY_ROW]
        return list(dict.fromkeys((*self.group_by, *measured)))

    @property
    def names(self) -> list[str]:
        """What the resulting columns are called, in order."""
        return [*self.group_by, *(measure.name for measure in self.measures)]


def check_grouping(grouping: Grouping, columns: Columns) -> None:
    """Pass what the table can answer.

    Raises:
        ActionFailedError: a column is unknown or no number, two results share a name, or nothing
            is asked for.
    """
    check_named(grouping.group_by, columns, "group_by")
    if not grouping.names:
        raise ActionFailedError(
            "nothing_asked",
            "neither group_by nor measures name anything",
            remedy="Name a column to group by, or a measure.",
        )
    for measure in grouping.measures:
        _check_measure(measure, columns)
    _check_names(grouping.names)


def _check_measure(measure: Measure, columns: Columns) -> None:
    if measure.column == EVERY_ROW:
        if measure.function is MeasureFunction.COUNT:
            return
        raise ActionFailedError(
            "measure_impossible",
            f"measure {measure.name}: only count takes * for its column",
            remedy=f"Name the column whose {measure.function} is meant.",
        )
    check_named((measure.column,), columns, f"measure {measure.name}")
    data_type = columns[measure.column]
    if measure.function.adds and data_type not in {DataType.BIGINT, DataType.DOUBLE}:
        raise ActionFailedError(
            "measure_impossible",
            f"measure {measure.name}: {measure.column} is {data_type}, and only numbers have a "
            f"{measure.function}",
            remedy="Measure a BIGINT or DOUBLE column, or ask for count, min or max.",
        )


def _check_names(names: Sequence[str]) -> None:
    lowered = [name.lower() for name in names]
    repeated = [name for name in names if lowered.count(name.lower()) > 1]
    if repeated or "" in names:
        raise ActionFailedError(
            "column_name_repeated",
            f"two columns of the result would be called {repeated[0]}"
            if repeated
            else "a measure has no name",
            remedy="Give every measure a name of its own; names differ in more than their case.",
        )
