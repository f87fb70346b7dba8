"""The goal type join_tables."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from planner.domain.goals.base import KEY_COLUMNS_MAX, ColumnName, GoalParameters, TableName
from planner.domain.goals.partitioning import PARTITION_BYTES, WorkBytes

BROADCAST_BYTES_MAX = 64 * 1024 * 1024
"""Of compressed files. In memory they are some five times that, a third of what a child process
has by default; a table that turns out larger is joined by buckets."""


class JoinKind(StrEnum):
    """Which rows of the left table stay."""

    INNER = "inner"
    LEFT = "left"


class JoinTables(GoalParameters):
    """Build a table of the rows of two tables that have the same key."""

    table: TableName
    left: TableName
    right: TableName
    on: Annotated[
        tuple[ColumnName, ...],
        Field(
            min_length=1,
            max_length=KEY_COLUMNS_MAX,
            description="a list of the columns that both tables have, and that partners share",
        ),
    ]
    how: Annotated[
        JoinKind, Field(description="inner for partners only, left for all rows of the left table")
    ] = JoinKind.INNER
    broadcast_bytes_max: Annotated[
        int,
        Field(
            ge=0,
            description="up to how many bytes the right table goes to every task as a whole; "
            "0 joins by buckets always",
        ),
    ] = BROADCAST_BYTES_MAX
    partition_bytes: WorkBytes = PARTITION_BYTES
