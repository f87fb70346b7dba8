"""An owner's line, as far as people are told of it: what a goal waits for, and whether it is full.

The machine decides who may begin and who is refused; what is read here may be a moment old.
"""

from planner.api.reading import all_under, find
from planner.domain.admission import OwnerLimits, objection_to_waiting
from planner.domain.places import IN_LINE, OwnerRecord, PlaceRecord
from planner.domain.records import GoalRecord
from planner.domain.waiting import Waiting, waiting_in
from shared.engine.http import TooManyProblem
from shared.ports import store


async def waiting_of(source: store.Store, goal: GoalRecord, limits: OwnerLimits) -> Waiting | None:
    """Return what the goal waits for; None when it is not in line."""
    place = await find(source, PlaceRecord, goal.pipeline_id)
    owner = await find(source, OwnerRecord, goal.owner)
    if place is None or owner is None or place.state not in IN_LINE:
        return None
    line = await all_under(source, PlaceRecord, goal.owner)
    return waiting_in(line, place, owner, limits)


async def check_line(source: store.Store, owner_name: str, limits: OwnerLimits) -> None:
    """Pass when the owner may submit and retry goals now.

    Raises:
        TooManyProblem: too many of the owner's goals wait already.
    """
    owner = await find(source, OwnerRecord, owner_name)
    failure = objection_to_waiting(owner, limits)
    if failure is not None:
        raise TooManyProblem(
            429,
            code=failure.code,
            title="Too many goals of this owner wait",
            detail=failure.detail,
            remedy=failure.remedy,
        )
