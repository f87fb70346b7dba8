"""Every goal type, each in one line."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field, JsonValue, create_model

from planner.domain.goals.aggregate_table import AggregateTable
from planner.domain.goals.backfill import Backfill
from planner.domain.goals.base import GoalParameters, GoalWithSources
from planner.domain.goals.build_analytics_platform import BuildAnalyticsPlatform
from planner.domain.goals.clean_dataset import CleanDataset
from planner.domain.goals.compact_table import CompactTable
from planner.domain.goals.deduplicate import Deduplicate
from planner.domain.goals.ingest_table import IngestTable
from planner.domain.goals.join_tables import JoinTables
from planner.domain.goals.migrate_schema import MigrateSchema
from planner.domain.goals.monitor_stream import MonitorStream
from planner.domain.goals.validate_dataset import ValidateDataset
from planner.domain.model.tasks import Domain, Task
from shared.contracts.vocabulary import DataTaskType

SOURCES = "sources"
"""The parameter that names what a goal reads, whatever its type."""


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
    "backfill": GoalType("backfill", Backfill),
    "clean_dataset": GoalType("clean_dataset", CleanDataset),
    "migrate_schema": GoalType("migrate_schema", MigrateSchema),
    "validate_dataset": GoalType("validate_dataset", ValidateDataset),
}
"""Every goal type by its name."""


def goal_types_of(domain: Domain) -> Mapping[str, GoalType]:
    """Return the goal types of a domain, by name: its abstract tasks.

    Those that are built in have their parameters checked one by one; of others every parameter
    must be given, and `sources` must lie where goals may read.
    """
    own = (
        task
        for task in domain.tasks.values()
        if task.task_type is DataTaskType.ABSTRACT and task.name not in GOAL_TYPES
    )
    built_in = {name: kind for name, kind in GOAL_TYPES.items() if kind.task in domain.tasks}
    return {**built_in, **{task.name: GoalType(task.name, _parameters_of(task)) for task in own}}


def _parameters_of(task: Task) -> type[GoalParameters]:
    names = [parameter.name for parameter in task.parameters]
    base = GoalWithSources if SOURCES in names else GoalParameters
    fields: dict[str, Any] = {
        name: (JsonValue, Field(description=f"what {task.name} is to use as its {name}"))
        for name in names
        if name != SOURCES
    }
    return create_model(task.name, __base__=base, __doc__=task.description, **fields)
