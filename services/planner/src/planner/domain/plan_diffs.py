"""What has become different between two versions of a plan, and why; and between two runs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum

from pydantic import BaseModel, Field

from planner.domain.htn.program import Program
from planner.domain.linking import origins_of
from planner.domain.records import TaskRecord

TASKS_SHOWN_MAX = 1_000
"""Tasks in one list of a difference; its counts are those of all."""


class GrowthReason(StrEnum):
    """Why a version of a plan has more tasks than the one before, or others."""

    BEGUN = "begun"
    """It is the first one."""
    FACTS = "facts"
    """Facts arrived that a task had waited for."""
    PORTION = "portion"
    """There was room for the work of more of a repeated step."""
    REPAIR = "repair"
    """A method was given up, and another one taken."""


class VersionChange(BaseModel):
    """What one version of the plan brought."""

    version: int
    reason: GrowthReason
    detail: str
    at_task: str = Field(description="The path of the task that was decomposed.")
    added: int
    removed: int


class ChangedTask(BaseModel):
    """A task that is in one of the two plans only, or has other arguments in each."""

    path: str
    name: str
    version: int = Field(description="Of the plan: when it came, or went; 0 between two runs.")


class PlanDiff(BaseModel):
    """The difference between two versions of a plan, or between two runs of a goal."""

    goal_id: str
    versions: tuple[VersionChange, ...] = Field(description="Empty between two runs.")
    added_total: int
    removed_total: int
    changed_total: int
    added: tuple[ChangedTask, ...]
    removed: tuple[ChangedTask, ...]
    changed: tuple[ChangedTask, ...] = Field(description="Between two runs: with other arguments.")


def diff_of_versions(
    goal_id: str, tasks: Mapping[str, TaskRecord], program: Program, first: int, last: int
) -> PlanDiff:
    """Return what came and went after the first of two versions, up to the last."""
    planned = [each for each in tasks.values() if not each.undoes]
    came = [each for each in planned if first < _since(each) <= last]
    went = [each for each in planned if first < each.until_version <= last]
    numbers = sorted({_since(each) for each in came} | {each.until_version for each in went})
    added = [each for each in came if not 0 < each.until_version <= last]
    removed = [each for each in went if _since(each) <= first]
    return PlanDiff(
        goal_id=goal_id,
        versions=tuple(
            _version(
                number,
                [each for each in came if _since(each) == number],
                sum(each.until_version == number for each in went),
                (tasks, program),
            )
            for number in numbers
        ),
        added_total=len(added),
        removed_total=len(removed),
        changed_total=0,
        added=_shown(added, _since),
        removed=_shown(removed, _until),
        changed=(),
    )


def diff_of_runs(
    goal_id: str, former: Iterable[TaskRecord], latter: Iterable[TaskRecord]
) -> PlanDiff:
    """Return which tasks only one of two runs has, and which have other arguments in each."""
    before = {each.path: each for each in former if not each.until_version}
    after = {each.path: each for each in latter if not each.until_version}
    added = [each for path, each in after.items() if path not in before]
    removed = [each for path, each in before.items() if path not in after]
    changed = [
        each
        for path, each in after.items()
        if path in before and before[path].arguments != each.arguments
    ]
    return PlanDiff(
        goal_id=goal_id,
        versions=(),
        added_total=len(added),
        removed_total=len(removed),
        changed_total=len(changed),
        added=_shown(added, _never),
        removed=_shown(removed, _never),
        changed=_shown(changed, _never),
    )


def _since(task: TaskRecord) -> int:
    """Return the version that the task came with; the goal itself is there from the first on."""
    return max(1, task.since_version)


def _until(task: TaskRecord) -> int:
    return task.until_version


def _never(task: TaskRecord) -> int:
    del task
    return 0


def _shown(
    tasks: Sequence[TaskRecord], version_of: Callable[[TaskRecord], int]
) -> tuple[ChangedTask, ...]:
    return tuple(
        ChangedTask(path=task.path, name=task.task.name, version=version_of(task))
        for task in tasks[:TASKS_SHOWN_MAX]
    )


def _version(
    number: int,
    came: Sequence[TaskRecord],
    removed: int,
    plan: tuple[Mapping[str, TaskRecord], Program],
) -> VersionChange:
    tasks, program = plan
    reason, detail, at_path = GrowthReason.REPAIR, "what had nothing to be done took its place", ""
    if came:
        at = _decomposed(came[0], tasks)
        reason, detail = _why(number, at, tasks, program)
        at_path = at.path
    return VersionChange(
        version=number,
        reason=reason,
        detail=detail,
        at_task=at_path,
        added=len(came),
        removed=removed,
    )


def _decomposed(task: TaskRecord, tasks: Mapping[str, TaskRecord]) -> TaskRecord:
    """Return the task that was decomposed when this one came: the nearest that was there before."""
    above = task
    while above.parent_task_id and _since(above) == _since(task):
        above = tasks[above.parent_task_id]
    return above


def _why(
    number: int, at: TaskRecord, tasks: Mapping[str, TaskRecord], program: Program
) -> tuple[GrowthReason, str]:
    if number == 1:
        return GrowthReason.BEGUN, "the goal was planned as far as its parameters allow"
    below = [each for each in tasks.values() if each.parent_task_id == at.key]
    if any(number == each.until_version for each in below):
        given_up = _given_up(number, at, below)
        return GrowthReason.REPAIR, f"{at.task.name}: {given_up}"
    if any(_since(each) < number and not 0 < each.until_version <= number for each in below):
        planned = f"{at.members_planned} of {at.members} are planned by now"
        return GrowthReason.PORTION, f"there was room for more of {at.task.name}; {planned}"
    origins = [f"{fact} from {maker.task.name}" for fact, maker in origins_of(at, tasks, program)]
    if origins:
        return GrowthReason.FACTS, f"{at.task.name} had waited for {', '.join(origins)}"
    return GrowthReason.PORTION, f"there was room for the work of {at.task.name}"


def _given_up(number: int, at: TaskRecord, below: Sequence[TaskRecord]) -> str:
    """Return which of the task's methods was given up with this version, and why."""
    earlier = {each.until_version for each in below if 0 < each.until_version < number}
    tried = at.tried[len(earlier) :][:1]
    return "".join(f"{each.method} was given up, because {each.reason}" for each in tried)
