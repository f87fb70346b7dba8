"""The goal type ingest_table."""

from planner.domain.goals.base import (
    GoalWithContract,
    GoalWithSources,
    KeyColumns,
    QualityMin,
    TableName,
)


class IngestTable(GoalWithContract, GoalWithSources):
    """Build one clean, versioned table from files that are neither."""

    table: TableName
    quality_min: QualityMin = 0.0
    key: KeyColumns = ()
