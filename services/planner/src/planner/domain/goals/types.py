"""Every goal type, each in one line."""

from collections.abc import Mapping
from dataclasses import dataclass

from planner.domain.goals.base import GoalParameters
from planner.domain.goals.ingest_table import IngestTable


@dataclass(frozen=True, slots=True)
class GoalType:
    """Something that people can ask for."""

    task: str
    """The task of the domain that a goal of this type is."""
    parameters: type[GoalParameters]


GOAL_TYPES: Mapping[str, GoalType] = {
    "ingest_table": GoalType("ingest_table", IngestTable),
}
"""Every goal type by its name."""
