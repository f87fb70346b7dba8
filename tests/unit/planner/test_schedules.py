"""Goals that begin at certain times: once for each instant, whatever else happens."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.records import GoalRecord
from planner.domain.schedules.accepting import SCHEDULES_MAX
from planner.domain.schedules.firing import CATCH_UP_MAX
from planner.domain.schedules.records import ScheduleRecord, schedule_id_of
from shared.contracts.machine import Step, TimerFired
from shared.contracts.payloads import PipelineState, PipelineStatus
from shared.contracts.schedules import (
    CatchUp,
    CronCause,
    GoalTemplate,
    Overlap,
    Schedule,
    ScheduleVerb,
)
from shared.contracts.topics import PLANNER
from shared.kernel.partitioning import partition_of
from shared.kernel.records import Change
from tests.unit.planner.bridge import DAWN, GOAL, GOAL_DEFAULTS, Bridge
from tests.unit.planner.ordering import (
    DAY,
    FIRST,
    TEMPLATE,
    begun_ids,
    end_all,
    goals,
    instants_of,
    kept,
    order,
    schedule,
    tell,
    wait_until,
)

HOURLY = CronCause(expression="0 * * * *")


def test_nothing_begins_before_its_time() -> None:
    bridge = Bridge()
    ordered = order(bridge, schedule())
    wait_until(bridge, FIRST - timedelta(seconds=1))
    assert goals(bridge) == []
    assert kept(bridge, ordered).next_at == FIRST


def test_a_goal_begins_as_if_a_person_had_asked_for_it() -> None:
    bridge = Bridge()
    ordered = order(bridge, schedule())
    wait_until(bridge, FIRST)
    (goal,) = goals(bridge)
    assert (goal.goal_type, goal.owner, goal.priority) == (GOAL.goal_type, "ana", 3)
    assert goal.parameters == {**GOAL.parameters, **GOAL_DEFAULTS}
    assert goal.schedule_id == goal.parent == ordered.schedule_id
    assert bridge.request("discover_sources").pipeline_id == goal.pipeline_id
    record = kept(bridge, ordered)
    assert (record.begun, record.last_goal_id, record.last_due) == (1, goal.goal_id, FIRST)
    assert record.next_at == FIRST + DAY


def test_its_pipelines_live_where_its_owner_does() -> None:
    bridge = Bridge()
    order(bridge, schedule())
    for day in range(5):
        wait_until(bridge, FIRST + day * DAY)
        end_all(bridge)
    homes = {partition_of(goal.pipeline_id, PLANNER.partitions) for goal in goals(bridge)}
    assert len(goals(bridge)) == 5
    assert homes == {partition_of("ana", PLANNER.partitions)}


def test_a_timer_that_fires_twice_begins_one_goal() -> None:
    bridge = Bridge()
    ordered = order(bridge, schedule(overlap=Overlap.QUEUE))
    wait_until(bridge, FIRST)
    before = kept(bridge, ordered)
    bridge.step(TimerFired(f"schedule:{ordered.schedule_id}", FIRST))
    assert kept(bridge, ordered) == before
    assert len(goals(bridge)) == 1


def test_a_schedule_created_again_begins_no_instant_twice() -> None:
    bridge = Bridge()
    ordered = order(bridge, schedule())
    wait_until(bridge, FIRST)
    tell(bridge, ordered, ScheduleVerb.DELETE)
    bridge.now = DAWN
    order(bridge, ordered)
    wait_until(bridge, FIRST)
    assert len(goals(bridge)) == 1


@pytest.mark.parametrize(
    ("catch_up", "made_up"),
    [(CatchUp.NONE, []), (CatchUp.LAST, [3]), (CatchUp.ALL, [0, 1, 2, 3])],
)
def test_an_outage_of_days_is_made_up_for_as_ordered(catch_up: CatchUp, made_up: list[int]) -> None:
    bridge = Bridge()
    ordered = order(bridge, schedule(overlap=Overlap.QUEUE, catch_up=catch_up))
    wait_until(bridge, FIRST + 3 * DAY + timedelta(hours=5))
    for _ in range(4):
        end_all(bridge)
    expected = instants_of(bridge, ordered, *(FIRST + day * DAY for day in made_up))
    assert begun_ids(bridge) == expected
    assert kept(bridge, ordered).next_at == FIRST + 4 * DAY


@pytest.mark.parametrize("catch_up", CatchUp)
def test_an_instant_that_is_a_little_late_is_on_time(catch_up: CatchUp) -> None:
    bridge = Bridge()
    order(bridge, schedule(overlap=Overlap.QUEUE, catch_up=catch_up))
    wait_until(bridge, FIRST + timedelta(seconds=59))
    assert len(goals(bridge)) == 1


def test_no_outage_is_made_up_for_by_more_than_the_newest_hundred() -> None:
    bridge = Bridge()
    every = schedule(HOURLY, overlap=Overlap.QUEUE, catch_up=CatchUp.ALL)
    ordered = order(bridge, every)
    wait_until(bridge, DAWN + 30 * DAY)
    record = kept(bridge, ordered)
    assert 1 + len(record.waiting) == CATCH_UP_MAX
    assert record.waiting[-1].due == DAWN + 30 * DAY


def test_a_goal_does_not_begin_while_the_last_one_runs() -> None:
    bridge = Bridge()
    ordered = order(bridge, schedule())
    wait_until(bridge, FIRST)
    wait_until(bridge, FIRST + DAY)
    assert (len(goals(bridge)), kept(bridge, ordered).skipped) == (1, 1)
    end_all(bridge)
    assert len(goals(bridge)) == 1
    wait_until(bridge, FIRST + 2 * DAY)
    assert begun_ids(bridge) == instants_of(bridge, ordered, FIRST, FIRST + 2 * DAY)


def test_a_goal_that_is_queued_begins_when_the_one_before_has_ended() -> None:
    bridge = Bridge()
    ordered = order(bridge, schedule(overlap=Overlap.QUEUE))
    for day in range(3):
        wait_until(bridge, FIRST + day * DAY)
    assert (len(goals(bridge)), len(kept(bridge, ordered).waiting)) == (1, 2)
    end_all(bridge)
    assert (len(goals(bridge)), len(kept(bridge, ordered).waiting)) == (2, 1)
    end_all(bridge)
    end_all(bridge)
    days = (FIRST + day * DAY for day in range(3))
    assert begun_ids(bridge) == instants_of(bridge, ordered, *days)
    assert kept(bridge, ordered).waiting == ()


def test_goals_that_cannot_be_accepted_fail_one_after_another() -> None:
    bridge = Bridge()
    ordered = order(bridge, schedule(overlap=Overlap.QUEUE, catch_up=CatchUp.ALL))
    broken = ordered.goal.model_copy(update={"parameters": {"table": "trips"}})
    spoiled = kept(bridge, ordered).model_copy(
        update={"schedule": ordered.model_copy(update={"goal": broken})}
    )
    bridge.state.apply([Change(ScheduleRecord.kind, spoiled.key, spoiled)])
    wait_until(bridge, FIRST + 2 * DAY)
    ends = [each for each in bridge.payloads(PipelineStatus) if each.failure]
    assert [end.state for end in ends] == [PipelineState.FAILED] * 3
    assert kept(bridge, ordered).waiting == ()


@pytest.mark.parametrize(
    "wrong",
    [
        schedule(CronCause(expression="61 * * * *")),
        schedule(CronCause(expression="* * * * *", zone="Mars/Olympus")),
        schedule(goal=GoalTemplate(goal_type="make_coffee", parameters={})),
        schedule(goal=GoalTemplate(goal_type=GOAL.goal_type, parameters={"table": "trips"})),
        schedule(catch_up=CatchUp.ALL),
        schedule(name="No Name"),
        schedule().model_copy(update={"schedule_id": "of-somebody-else"}),
    ],
    ids=["cron", "zone", "goal type", "parameters", "policies", "name", "id"],
)
def test_what_is_not_acceptable_is_not_stored(wrong: Schedule) -> None:
    bridge = Bridge()
    order(bridge, wrong)
    assert bridge.last == Step()


def test_an_owner_has_a_hundred_schedules_and_no_more() -> None:
    bridge = Bridge()
    for number in range(SCHEDULES_MAX):
        order(bridge, schedule(name=f"trips-{number}"))
    order(bridge, schedule(name="one-more"))
    assert bridge.state.get(ScheduleRecord, schedule_id_of("ana", "one-more")) is None


@settings(deadline=None, max_examples=10)
@given(lateness=st.lists(st.integers(0, 30 * 3600), min_size=1, max_size=8))
def test_when_timers_really_fire_makes_no_difference_to_what_begins(lateness: list[int]) -> None:
    bridge = Bridge()
    cause = CronCause(expression="15 */6 * * *", zone="Europe/Zurich")
    ordered = order(bridge, schedule(cause, overlap=Overlap.QUEUE, catch_up=CatchUp.ALL))
    for seconds in lateness:
        bridge.pass_time(seconds)
    wait_until(bridge, max(bridge.now, DAWN + 12 * DAY))
    begun = 0
    while len(goals(bridge)) > begun:
        begun = len(goals(bridge))
        end_all(bridge)
    every = [
        DAWN + timedelta(hours=5, minutes=15) + timedelta(hours=6) * step for step in range(60)
    ]
    due = [instant for instant in every if instant <= bridge.now]
    assert begun_ids(bridge) == instants_of(bridge, ordered, *due)


def test_a_template_is_a_goal_and_nothing_else() -> None:
    assert set(GoalTemplate.model_fields) < set(GoalRecord.model_fields)
    assert TEMPLATE.terms == GOAL.terms
