"""What people tell schedules: pause, resume, run, delete, replace; saying it twice does no harm."""

from datetime import timedelta

import pytest

from planner.domain.schedules.records import ScheduleRecord, ScheduleState
from shared.contracts.machine import Step, Timer
from shared.contracts.schedules import CronCause, Overlap, ScheduleVerb
from tests.unit.planner.bridge import Bridge
from tests.unit.planner.ordering import (
    DAY,
    FIRST,
    NIGHTLY,
    begun_ids,
    end_all,
    goals,
    instants_of,
    kept,
    open_goals,
    order,
    schedule,
    tell,
    wait_until,
)


def test_a_paused_schedule_is_silent_and_makes_up_when_it_is_resumed() -> None:
    bridge = Bridge()
    ordered = order(bridge, schedule())
    tell(bridge, ordered, ScheduleVerb.PAUSE)
    assert kept(bridge, ordered).state is ScheduleState.PAUSED
    wait_until(bridge, FIRST + DAY + timedelta(hours=2))
    assert goals(bridge) == []
    tell(bridge, ordered, ScheduleVerb.RESUME)
    assert begun_ids(bridge) == instants_of(bridge, ordered, FIRST + DAY)
    assert kept(bridge, ordered).next_at == FIRST + 2 * DAY


def test_what_waits_when_a_schedule_is_paused_begins_after_the_pause() -> None:
    bridge = Bridge()
    ordered = order(bridge, schedule(overlap=Overlap.QUEUE))
    wait_until(bridge, FIRST)
    wait_until(bridge, FIRST + DAY)
    tell(bridge, ordered, ScheduleVerb.PAUSE)
    end_all(bridge)
    assert len(goals(bridge)) == 1
    tell(bridge, ordered, ScheduleVerb.RESUME)
    assert len(goals(bridge)) == 2


@pytest.mark.parametrize("verb", [ScheduleVerb.PAUSE, ScheduleVerb.RESUME])
def test_saying_it_twice_changes_nothing(verb: ScheduleVerb) -> None:
    bridge = Bridge()
    ordered = order(bridge, schedule())
    tell(bridge, ordered, ScheduleVerb.PAUSE)
    tell(bridge, ordered, verb)
    tell(bridge, ordered, verb)
    assert bridge.last == Step()


def test_a_deleted_schedule_is_silent() -> None:
    bridge = Bridge()
    ordered = order(bridge, schedule(overlap=Overlap.QUEUE))
    wait_until(bridge, FIRST)
    wait_until(bridge, FIRST + DAY)
    tell(bridge, ordered, ScheduleVerb.DELETE)
    assert bridge.state.get(ScheduleRecord, ordered.schedule_id) is None
    wait_until(bridge, FIRST + 5 * DAY)
    assert len(open_goals(bridge)) == 1
    end_all(bridge)
    assert len(goals(bridge)) == 1
    assert not [timer for timer in bridge.state.select(Timer, "all", "") if "sch" in timer.name]


def test_a_run_begins_a_goal_now_once() -> None:
    bridge = Bridge()
    ordered = order(bridge, schedule())
    tell(bridge, ordered, ScheduleVerb.RUN, "by-hand")
    tell(bridge, ordered, ScheduleVerb.RUN, "by-hand")
    assert begun_ids(bridge) == ["by-hand"]
    assert (kept(bridge, ordered).begun, kept(bridge, ordered).next_at) == (1, FIRST)


def test_a_replaced_schedule_goes_by_its_new_times() -> None:
    bridge = Bridge()
    ordered = order(bridge, schedule())
    wait_until(bridge, FIRST)
    noon = ordered.model_copy(update={"cause": CronCause(expression="0 12 * * *")})
    order(bridge, noon)
    assert kept(bridge, ordered).schedule.cause == NIGHTLY
    order(bridge, noon, replacing=True)
    record = kept(bridge, ordered)
    assert (record.next_at, record.begun) == (FIRST.replace(hour=12), 1)


def test_a_paused_schedule_that_is_replaced_stays_paused() -> None:
    bridge = Bridge()
    ordered = order(bridge, schedule())
    tell(bridge, ordered, ScheduleVerb.PAUSE)
    order(bridge, ordered, replacing=True)
    wait_until(bridge, FIRST + DAY)
    assert goals(bridge) == []
