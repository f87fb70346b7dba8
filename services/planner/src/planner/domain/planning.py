"""What the planner plans with: fixed when a process starts, the same for every goal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from planner.domain.admission import OwnerLimits
from planner.domain.built_in import data_domain
from planner.domain.goals.types import GoalType, goal_types_of
from planner.domain.htn.program import Program, compile_domain
from planner.domain.limits import Limits
from planner.domain.model.tasks import Domain
from planner.domain.records import PipelineRecord
from shared.kernel.ids import derive_id

PLANNER_ID = "planner"


@dataclass(frozen=True)
class Planning:
    """The domain, the limits of a plan and of an owner, and where goals may read and write."""

    source_folders: Sequence[str]
    """Folders, and brokers as `kafka://HOST:PORT`."""
    domain: Domain = field(default_factory=data_domain)
    limits: Limits = field(default_factory=Limits)
    owner_limits: OwnerLimits = field(default_factory=OwnerLimits)
    topic_sinks: Sequence[str] = ()
    """Topics that goals may write to, as `kafka://HOST:PORT/TOPIC`."""

    @cached_property
    def program(self) -> Program:
        """The domain, compiled."""
        return compile_domain(self.domain)

    @cached_property
    def goal_types(self) -> Mapping[str, GoalType]:
        """What people can ask for, by name."""
        return goal_types_of(self.domain)

    def root_id(self, pipeline: PipelineRecord) -> str:
        """Return the id of the task that stands for the pipeline's goal."""
        return task_id_of(pipeline.pipeline_id, self.goal_types[pipeline.goal_type].task)


def task_id_of(pipeline_id: str, path: str) -> str:
    """Return the id of the task at this place of the pipeline's plan."""
    return derive_id(pipeline_id, path)
