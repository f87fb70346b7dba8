"""The goal type backfill."""

from planner.domain.goals.base import GoalWithSources, TableName


class Backfill(GoalWithSources):
    """Give a table the files that it lacks, each of them once."""

    table: TableName
