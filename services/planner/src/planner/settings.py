"""What the planner reads from the environment, each as `ARGOSY_` and its name in capitals."""

from pydantic import Field

from planner.domain.limits import Limits
from planner.domain.planning import Planning
from shared.engine.settings import ServiceSettings


class Settings(ServiceSettings):
    """The settings of every service; the planner adds how large a plan may get."""

    http_port: int = Field(default=8081, ge=0, le=65535)
    """0 takes any free port."""
    plan_tasks_max: int = Field(default=Limits().nodes_max, ge=10, le=1_000_000)
    """Tasks in one plan; each takes some 3 kB of memory."""

    def planning(self) -> Planning:
        """Return what the planner plans with."""
        return Planning(self.source_folders(), limits=Limits(nodes_max=self.plan_tasks_max))
