"""What the planner reads from the environment, each as `ARGOSY_` and its name in capitals."""

from pathlib import Path

from pydantic import Field, field_validator

from planner.domain.admission import OwnerLimits
from planner.domain.built_in import extended_domain
from planner.domain.limits import Limits
from planner.domain.planning import Planning
from planner.domain.sources import WEB
from shared.contracts.feeds import SCHEME
from shared.engine.settings import ServiceSettings


class Settings(ServiceSettings):
    """The settings of every service; the planner adds limits of a plan and of an owner."""

    http_port: int = Field(default=8081, ge=0, le=65535)
    """0 takes any free port."""
    plan_tasks_max: int = Field(default=Limits().nodes_max, ge=10, le=1_000_000)
    """Tasks in one plan; each takes some 6 kB of memory."""
    goals_running_per_owner_max: int = Field(default=OwnerLimits().running_max, ge=1, le=10_000)
    """Goals of one owner that have begun and not ended, paused ones too; others wait in line."""
    goals_waiting_per_owner_max: int = Field(default=OwnerLimits().waiting_max, ge=1, le=100_000)
    """Goals of one owner in line; with so many waiting, another is refused."""
    goals_per_owner_per_minute: int = Field(
        default=OwnerLimits().begun_per_minute_max, ge=1, le=60_000
    )
    """Goals of one owner that begin in a minute; others wait in line."""

    domain_files: str = ""
    """YAML files with tasks and methods beside the built-in ones, separated by commas."""

    @field_validator("domain_files")
    @classmethod
    def _files_are_there(cls, names: str) -> str:
        missing = [path for path in _paths(names) if not path.is_file()]
        if missing:
            raise ValueError(f"there is no file {missing[0]}; write paths separated by commas")
        return names

    def planning(self) -> Planning:
        """Return what the planner plans with.

        Raises:
            ValueError: the domain is not sound with its own files.
        """
        return Planning(
            (
                *self.source_folders(),
                *(f"{SCHEME}{each}" for each in self.readable_brokers()),
                *(f"{scheme}://{each}" for each in self.readable_hosts() for scheme in WEB),
                *(f"s3://{each.strip('/')}" for each in self.readable_buckets()),
                *(f"sql://{each}" for each in self.readable_databases()),
            ),
            domain=extended_domain(
                {str(path): path.read_text() for path in _paths(self.domain_files)}
            ),
            limits=Limits(nodes_max=self.plan_tasks_max),
            owner_limits=OwnerLimits(
                running_max=self.goals_running_per_owner_max,
                waiting_max=self.goals_waiting_per_owner_max,
                begun_per_minute_max=self.goals_per_owner_per_minute,
            ),
            topic_sinks=tuple(f"{SCHEME}{each}" for each in self.writable_topics()),
        )


def _paths(names: str) -> list[Path]:
    return [Path(name.strip()) for name in names.split(",") if name.strip()]
