"""What the planner plans with: fixed when a process starts, the same for every goal."""

from dataclasses import dataclass, field

from planner.domain.admission import OwnerLimits
from planner.domain.data_domain import DATA_DOMAIN
from planner.domain.limits import Limits
from planner.domain.pipeline_model import Domain

PLANNER_ID = "planner"


@dataclass(frozen=True, slots=True)
class Planning:
    """The domain, the limits of a plan and of an owner, and the folders that goals may read."""

    source_folders: tuple[str, ...]
    domain: Domain = DATA_DOMAIN
    limits: Limits = field(default_factory=Limits)
    owner_limits: OwnerLimits = field(default_factory=OwnerLimits)
