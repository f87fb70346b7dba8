"""The goal type deduplicate."""

from typing import Annotated

from pydantic import Field

from planner.domain.goals.base import COLUMN_CHARACTERS_MAX, GoalParameters, KeyColumns, TableName
from planner.domain.goals.partitioning import PARTITION_BYTES, WorkBytes


class Deduplicate(GoalParameters):
    """Build a table with one row for each key of another."""

    table: TableName
    source: TableName
    key: KeyColumns = ()
    order_by: Annotated[
        str,
        Field(
            max_length=COLUMN_CHARACTERS_MAX,
            description="the column whose greatest value decides which row stays; empty for none",
        ),
    ] = ""
    partition_bytes: WorkBytes = PARTITION_BYTES
