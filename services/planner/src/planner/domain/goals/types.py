"""Every goal type, each in one line."""

from collections.abc import Mapping
from dataclasses import dataclass

from planner.domain.goals.aggregate_table import AggregateTable
from planner.domain.goals.base import GoalParameters
from planner.domain.goals.build_analytics_platform import BuildAnalyticsPlatform
from planner.domain.goals.compact_table import CompactTable
from planner.domain.goals.deduplicate import Deduplicate
from planner.domain.goals.ingest_table import IngestTable
from planner.domain.goals.join_tables import JoinTables
from planner.domain.goals.monitor_stream import MonitorStream


@dataclass(frozen=True, slots=True)
class GoalType:
    """Something that people can ask for."""

    task: str
    """The task of the domain that a goal of this type is."""
    parameters: type[GoalParameters]


GOAL_TYPES: Mapping[str, GoalType] = {
    "ingest_table": GoalType("ingest_table", IngestTable),
    "aggregate_table": GoalType("aggregate_table", AggregateTable),
    "join_tables": GoalType("join_tables", JoinTables),
    "deduplicate": GoalType("deduplicate", Deduplicate),
    "compact_table": GoalType("compact_table", CompactTable),
    "monitor_stream": GoalType("monitor_stream", MonitorStream),
    "build_analytics_platform": GoalType("build_analytics_platform", BuildAnalyticsPlatform),
}
"""Every goal type by its name."""
