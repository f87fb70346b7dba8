"""What makes a schedule acceptable; checked by the API and again by the machine, like a goal."""

import re
from collections.abc import Sequence

from pydantic import TypeAdapter, ValidationError

from planner.domain.goals.accepting import GoalRefusedError, accepted_parameters
from planner.domain.goals.base import Name
from planner.domain.planning import Planning
from planner.domain.schedules.instants import cron_failure
from planner.domain.schedules.records import ScheduleRecord, schedule_id_of
from planner.domain.sources import source_failure
from shared.contracts.schedules import (
    CatchUp,
    Cause,
    CronCause,
    FilesCause,
    Overlap,
    Schedule,
    TableCause,
)
from shared.contracts.vocabulary import Failure
from shared.kernel.records import Draft

SCHEDULES_MAX = 100
"""Of one owner: at the shortest interval their checks take ten streams for a second each."""

SCHEDULE_NAME = re.compile(r"[a-z][a-z0-9_-]{0,62}")

TABLE_NAME: TypeAdapter[str] = TypeAdapter(Name)


def accepted_schedule(planning: Planning, schedule: Schedule) -> Schedule:
    """Return the schedule with all defaults of its goal's parameters filled in.

    Raises:
        GoalRefusedError: its name, its cause, its policies or its goal are not acceptable.
    """
    failures = [
        failure
        for failure in (
            _name_failure(schedule),
            _cause_failure(schedule.cause, planning.source_folders),
            _policy_failure(schedule),
        )
        if failure is not None
    ]
    goal = schedule.goal
    try:
        parameters = accepted_parameters(planning, goal.goal_type, goal.parameters)
    except GoalRefusedError as error:
        raise GoalRefusedError((*failures, *error.failures)) from error
    if failures:
        raise GoalRefusedError(tuple(failures))
    filled_in = goal.model_copy(update={"parameters": parameters})
    return schedule.model_copy(update={"goal": filled_in})


def has_room(draft: Draft, owner: str) -> bool:
    """Tell whether the owner may have one schedule more."""
    return sum(1 for _ in draft.select(ScheduleRecord, "owner", owner)) < SCHEDULES_MAX


def _name_failure(schedule: Schedule) -> Failure | None:
    is_own = schedule.schedule_id == schedule_id_of(schedule.owner, schedule.name)
    if SCHEDULE_NAME.fullmatch(schedule.name) and is_own:
        return None
    return Failure(
        code="name_invalid",
        detail=f"name: {schedule.name!r} is no name for a schedule",
        remedy="write small letters, digits, _ and -, at most 63, a letter first",
    )


def _cause_failure(cause: Cause, source_folders: Sequence[str]) -> Failure | None:
    match cause:
        case CronCause():
            return cron_failure(cause)
        case FilesCause():
            return source_failure("cause.pattern", cause.pattern, source_folders)
        case TableCause():
            return _table_failure(cause.table)


def _table_failure(table: str) -> Failure | None:
    try:
        TABLE_NAME.validate_python(table)
    except ValidationError:
        return Failure(
            code="table_invalid",
            detail=f"cause.table: {table!r} is no name of a table",
            remedy="write small letters, digits and _, at most 63, a letter first",
        )
    return None


def _policy_failure(schedule: Schedule) -> Failure | None:
    if schedule.catch_up is not CatchUp.ALL or schedule.overlap is Overlap.QUEUE:
        return None
    return Failure(
        code="policies_contradict",
        detail="catch_up: all instants cannot be made up for while overlap skips all but the first",
        remedy="give overlap as queue, or catch_up as last",
    )
