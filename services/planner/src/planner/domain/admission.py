"""When a goal may begin: limits for each owner, and one goal at a time for each key.

Theory of operation. Every pipeline takes a place when it is asked for, and gives it back when it
ends. Of the goals in line that share a key at most one is *next*, the first of them, and none
while another goal holds the key; a goal without a key is always next. So whoever is next waits for
the owner's limits alone, and the first of those by priority, then by number, begins when there is
room. Nobody looks at the others.

The rate is a bucket of one minute's goals, kept as the moment when it will be full again: a goal
that begins moves it on by one goal's share of the minute, and may not begin while it is a whole
minute ahead.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from planner.domain.places import IN_LINE, OwnerRecord, PlaceRecord, PlaceState
from planner.domain.records import GoalRecord, PipelineRecord
from shared.contracts.machine import Decision
from shared.contracts.vocabulary import Failure
from shared.kernel.records import Draft

ADMISSION_TIMER = "admission:"
"""With the owner: when the rate lets the next goal begin."""

DEADLINE_TIMER = "deadline:"
"""With the pipeline: when it must have ended."""

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class OwnerLimits:
    """What one owner may ask for at once."""

    running_max: int = 20
    """Goals that have begun and not ended: one owner cannot fill the fleet alone."""
    waiting_max: int = 1000
    """Goals that have not begun: each is some 1 kB of memory."""
    begun_per_minute_max: int = 120
    """Goals that begin; as many at once after a minute in which none did."""

    @property
    def share(self) -> timedelta:
        """The time in which the bucket gains one goal."""
        return MINUTE / self.begun_per_minute_max


def objection_to_waiting(owner: OwnerRecord | None, limits: OwnerLimits) -> Failure | None:
    """Return why the owner can submit and retry nothing now; None when there is room in line."""
    if owner is None or owner.waiting < limits.waiting_max:
        return None
    return Failure(
        code="owner_limit",
        detail=f"{owner.waiting} goals of owner {owner.owner} wait to begin; "
        f"at most {limits.waiting_max} may",
        remedy="try again when some have begun, or cancel those that are not wanted any more",
        retryable=True,
    )


def take_place(decision: Decision, goal: GoalRecord, pipeline: PipelineRecord) -> None:
    """Put the pipeline in line, behind those of its priority, and start its deadline."""
    owner = owner_of(decision.draft, goal.owner)
    place = PlaceRecord(
        pipeline_id=pipeline.pipeline_id,
        goal_id=goal.goal_id,
        owner=goal.owner,
        goal_key=goal.terms.key,
        priority=goal.priority,
        number=owner.arrived,
    )
    counted = {"arrived": owner.arrived + 1, "waiting": owner.waiting + 1, "is_due": True}
    decision.draft.put(owner.model_copy(update=counted))
    _line_up(decision.draft, place)
    _start_deadline(decision, goal, pipeline.pipeline_id)


def move_place(decision: Decision, goal: GoalRecord, pipeline_id: str) -> None:
    """Put a place that has not begun under the key and the deadline that its goal has now."""
    before = _place_of(decision.draft, pipeline_id)
    moved = before.model_copy(update={"goal_key": goal.terms.key})
    decision.draft.delete(before)
    _settle(decision.draft, before)
    if before.state in IN_LINE:
        _line_up(decision.draft, moved)
    else:
        decision.draft.put(moved)
    decision.cancel_timer(f"{DEADLINE_TIMER}{pipeline_id}")
    _start_deadline(decision, goal, pipeline_id)


def give_place_back(decision: Decision, pipeline_id: str) -> None:
    """Forget the place of a pipeline that has ended, and its deadline; others may begin now."""
    decision.cancel_timer(f"{DEADLINE_TIMER}{pipeline_id}")
    place = decision.draft.get(PlaceRecord, pipeline_id)
    if place is None:
        return
    decision.draft.delete(place)
    owner = owner_of(decision.draft, place.owner)
    has_begun = place.state is PlaceState.BEGUN
    left = {
        "running": owner.running - has_begun,
        "waiting": owner.waiting - (not has_begun),
        "is_due": True,
    }
    decision.draft.put(owner.model_copy(update=left))
    _settle(decision.draft, place)


def admit_next(decision: Decision, limits: OwnerLimits, owner_name: str) -> PlaceRecord | None:
    """Give the owner's next goal leave to begin and return its place; None when none may."""
    draft = decision.draft
    owner = owner_of(draft, owner_name)
    place = next(draft.select(PlaceRecord, "next", owner_name), None)
    if place is None or owner.running >= limits.running_max:
        return None
    now = decision.now
    refilled_at = max(owner.refilled_at or now, now) + limits.share
    if refilled_at > now + MINUTE:
        decision.set_timer(f"{ADMISSION_TIMER}{owner_name}", refilled_at - MINUTE)
        return None
    begun = {
        "running": owner.running + 1,
        "waiting": owner.waiting - 1,
        "refilled_at": refilled_at,
    }
    draft.put(owner.model_copy(update=begun))
    place = place.model_copy(update={"state": PlaceState.BEGUN})
    draft.put(place)
    _settle(draft, place)
    return place


def step_aside(decision: Decision, pipeline_id: str) -> None:
    """Let others begin before this pipeline, which has not begun, until it steps back."""
    place = _place_of(decision.draft, pipeline_id).model_copy(update={"state": PlaceState.ASIDE})
    decision.draft.put(place)
    _settle(decision.draft, place)
    _mark_due(decision.draft, place.owner)


def step_back(decision: Decision, pipeline_id: str) -> None:
    """Put a pipeline that stepped aside in line again, where it was."""
    _line_up(decision.draft, _place_of(decision.draft, pipeline_id))


def has_stepped_aside(draft: Draft, pipeline_id: str) -> bool:
    """Tell whether the pipeline was paused before it began."""
    place = draft.get(PlaceRecord, pipeline_id)
    return place is not None and place.state is PlaceState.ASIDE


def due_owners(decision: Decision) -> Iterator[str]:
    """Yield the owners some goal of whom may perhaps begin, until there is none."""
    while (owner := next(decision.draft.select(OwnerRecord, "due", ""), None)) is not None:
        decision.draft.put(owner.model_copy(update={"is_due": False}))
        yield owner.owner


def look_again(decision: Decision, owner_name: str) -> None:
    """Note that time has passed, so that a goal of this owner may perhaps begin."""
    _mark_due(decision.draft, owner_name)


def look_at_all(decision: Decision) -> None:
    """Note that the limits may be others than before, so that goals may perhaps begin."""
    for owner in tuple(decision.draft.select(OwnerRecord, "waiting", "")):
        _mark_due(decision.draft, owner.owner)


def owner_of(draft: Draft, owner_name: str) -> OwnerRecord:
    """Return how much of the owner's limits is used."""
    return draft.get(OwnerRecord, owner_name) or OwnerRecord(owner=owner_name)


def _start_deadline(decision: Decision, goal: GoalRecord, pipeline_id: str) -> None:
    seconds = goal.terms.deadline_seconds
    if seconds is not None:
        due = decision.now + timedelta(seconds=seconds)
        decision.set_timer(f"{DEADLINE_TIMER}{pipeline_id}", due)


def _place_of(draft: Draft, pipeline_id: str) -> PlaceRecord:
    place = draft.get(PlaceRecord, pipeline_id)
    assert place is not None, f"pipeline {pipeline_id} has not ended"
    return place


def _mark_due(draft: Draft, owner_name: str) -> None:
    draft.put(owner_of(draft, owner_name).model_copy(update={"is_due": True}))


def _line_up(draft: Draft, place: PlaceRecord) -> None:
    is_free = not place.goal_key
    state = PlaceState.NEXT if is_free else PlaceState.WAITING
    draft.put(place.model_copy(update={"state": state}))
    _settle(draft, place)
    _mark_due(draft, place.owner)


def _settle(draft: Draft, changed: PlaceRecord) -> None:
    """Make the first in line for the place's key the next one, and nobody while it is held."""
    if not changed.goal_key:
        return
    shared_key = (changed.owner, changed.goal_key)
    is_held = next(draft.select(PlaceRecord, "holder", shared_key), None) is not None
    first = None if is_held else next(draft.select(PlaceRecord, "line", shared_key), None)
    former = next(draft.select(PlaceRecord, "next_of_key", shared_key), None)
    for place in (former, first):
        if place is not None and place.state in IN_LINE:
            state = PlaceState.NEXT if place == first else PlaceState.WAITING
            draft.put(place.model_copy(update={"state": state}))
