"""The goal type compact_table."""

from planner.domain.goals.base import GoalParameters, TableName
from planner.domain.goals.partitioning import PartitionBytes

FILE_BYTES = 128 * 1024 * 1024
"""What Delta's own tools aim at for a file of a small table."""


class CompactTable(GoalParameters):
    """Join a table's small files; no row changes."""

    table: TableName
    partition_bytes: PartitionBytes = FILE_BYTES
