"""When a goal may begin: limits of its owner, and goals with its key."""

import pytest

from planner.domain.admission import OwnerLimits
from planner.domain.places import PlaceState
from shared.contracts.machine import Started, Step, Timer
from shared.contracts.payloads import Command, PipelineState, PipelineStatus
from shared.contracts.terms import GoalTerms
from tests.unit.planner.quay import Quay, submission_of

QUEUED, RUNNING, PAUSED, CANCELLED, FAILED = (
    PipelineState.QUEUED,
    PipelineState.RUNNING,
    PipelineState.PAUSED,
    PipelineState.CANCELLED,
    PipelineState.FAILED,
)
ONE_AT_A_TIME = OwnerLimits(running_max=1)
OF_TRIPS = GoalTerms(key="trips")


def told_states(quay: Quay, goal_id: str) -> list[PipelineState]:
    """Return what everyone was told of the goal itself."""
    told = [each for each in quay.payloads(PipelineStatus) if each.goal_id == goal_id]
    return [each.state for each in told if each.task is None]


def test_a_goal_beyond_its_owners_limit_waits_with_nothing_planned() -> None:
    quay = Quay(owner_limits=OwnerLimits(running_max=2))
    assert [quay.submit(each) for each in "abc"] == [RUNNING, RUNNING, QUEUED]
    assert quay.pipeline_of("c").tasks_total == 0
    assert told_states(quay, "c") == [QUEUED]


def test_a_goal_that_begins_at_once_is_never_said_to_be_queued() -> None:
    quay = Quay()
    quay.submit("a")
    assert told_states(quay, "a") == [RUNNING]


def test_owners_do_not_wait_for_one_another() -> None:
    quay = Quay(owner_limits=ONE_AT_A_TIME)
    assert [quay.submit(each, owner=each) for each in "abc"] == [RUNNING] * 3


def test_when_a_goal_ends_the_next_begins() -> None:
    quay = Quay(owner_limits=ONE_AT_A_TIME)
    for goal_id in "abc":
        quay.submit(goal_id)
    quay.fail("a")
    assert quay.states(*"abc") == [FAILED, RUNNING, QUEUED]
    assert told_states(quay, "b") == [QUEUED, RUNNING]


def test_goals_begin_by_priority_then_in_the_order_of_submission() -> None:
    quay = Quay(owner_limits=ONE_AT_A_TIME)
    for goal_id, priority in (("a", 5), ("b", 5), ("c", 9), ("d", 5), ("e", 9)):
        quay.submit(goal_id, priority=priority)
    begun: list[str] = []
    while len(begun) < 5:
        (running,) = (each for each in "abcde" if quay.state_of(each) is RUNNING)
        begun.append(running)
        quay.fail(running)
    assert begun == ["a", "c", "e", "b", "d"]


def test_goals_with_one_key_run_one_after_another() -> None:
    quay = Quay()
    assert [quay.submit(each, terms=OF_TRIPS) for each in "abc"] == [RUNNING, QUEUED, QUEUED]
    quay.fail("a")
    assert quay.states(*"bc") == [RUNNING, QUEUED]


def test_a_goal_that_waits_for_its_key_holds_nobody_else_up() -> None:
    quay = Quay()
    quay.submit("a", terms=OF_TRIPS)
    quay.submit("b", terms=OF_TRIPS, priority=9)
    assert quay.submit("c") is RUNNING
    assert quay.submit("d", terms=GoalTerms(key="hotels")) is RUNNING
    assert quay.submit("e", owner="bob", terms=OF_TRIPS) is RUNNING


def test_of_two_goals_with_a_free_key_the_more_urgent_begins() -> None:
    quay = Quay(owner_limits=ONE_AT_A_TIME)
    quay.submit("a")
    quay.submit("b", terms=OF_TRIPS)
    quay.submit("c", terms=OF_TRIPS, priority=9)
    quay.fail("a")
    assert quay.states(*"bc") == [QUEUED, RUNNING]


def test_no_more_goals_begin_in_a_minute_than_may() -> None:
    quay = Quay(owner_limits=OwnerLimits(begun_per_minute_max=2))
    assert [quay.submit(each) for each in "abcd"] == [RUNNING, RUNNING, QUEUED, QUEUED]
    quay.pass_time(29.9)
    assert quay.states(*"cd") == [QUEUED, QUEUED]
    quay.pass_time(0.2)
    assert quay.states(*"cd") == [RUNNING, QUEUED]
    quay.pass_time(30)
    assert quay.states(*"cd") == [RUNNING, RUNNING]


def test_after_a_quiet_minute_as_many_goals_begin_at_once() -> None:
    quay = Quay(owner_limits=OwnerLimits(begun_per_minute_max=2))
    for goal_id in "abc":
        quay.submit(goal_id)
    quay.pass_time(30)
    quay.pass_time(60)
    assert [quay.submit(each) for each in "def"] == [RUNNING, RUNNING, QUEUED]


def test_with_too_many_in_line_another_goal_fails_at_once() -> None:
    quay = Quay(owner_limits=OwnerLimits(running_max=1, waiting_max=2))
    assert [quay.submit(each) for each in "abcd"] == [RUNNING, QUEUED, QUEUED, FAILED]
    failure = quay.pipeline_of("d").failure
    assert failure is not None
    assert (failure.code, failure.retryable) == ("owner_limit", True)
    assert "2 goals of owner ada wait" in failure.detail
    assert quay.place_of("d") is None


def test_a_goal_that_is_not_acceptable_fails_without_waiting() -> None:
    quay = Quay(owner_limits=ONE_AT_A_TIME)
    quay.submit("a")
    outside = {"table": "trips", "sources": ["file:///etc/passwd"]}
    quay.take(submission_of("b").model_copy(update={"parameters": outside}))
    assert quay.state_of("b") is FAILED
    assert quay.owner().waiting == 0


def test_a_queued_goal_can_be_cancelled() -> None:
    quay = Quay(owner_limits=ONE_AT_A_TIME)
    for goal_id in "abc":
        quay.submit(goal_id)
    assert quay.steer("b", Command.CANCEL) is CANCELLED
    quay.fail("a")
    assert quay.states(*"bc") == [CANCELLED, RUNNING]


def test_a_queued_goal_that_is_paused_lets_others_begin() -> None:
    quay = Quay(owner_limits=ONE_AT_A_TIME)
    for goal_id in "abc":
        quay.submit(goal_id)
    assert quay.steer("b", Command.PAUSE) is PAUSED
    quay.fail("a")
    assert quay.states(*"bc") == [PAUSED, RUNNING]


def test_a_resumed_goal_is_in_line_where_it_was() -> None:
    quay = Quay(owner_limits=ONE_AT_A_TIME)
    for goal_id in "abc":
        quay.submit(goal_id)
    quay.steer("b", Command.PAUSE)
    assert quay.steer("b", Command.RESUME) is QUEUED
    assert told_states(quay, "b") == [QUEUED, PAUSED, QUEUED]
    quay.fail("a")
    assert quay.states(*"bc") == [RUNNING, QUEUED]


def test_a_resumed_goal_begins_at_once_where_there_is_room() -> None:
    quay = Quay(owner_limits=ONE_AT_A_TIME)
    quay.submit("a")
    quay.submit("b")
    quay.steer("b", Command.PAUSE)
    quay.fail("a")
    assert quay.steer("b", Command.RESUME) is RUNNING
    assert quay.fail("b") is FAILED


def test_a_paused_goal_leaves_its_key_to_others_until_it_has_begun() -> None:
    quay = Quay(owner_limits=OwnerLimits(running_max=2))
    quay.submit("a", terms=OF_TRIPS)
    quay.submit("b", terms=OF_TRIPS)
    quay.steer("b", Command.PAUSE)
    quay.submit("c", terms=OF_TRIPS)
    quay.fail("a")
    assert quay.states(*"bc") == [PAUSED, RUNNING]
    assert quay.steer("c", Command.PAUSE) is PAUSED
    assert quay.steer("b", Command.RESUME) is QUEUED


def test_a_paused_goal_that_has_begun_keeps_its_room() -> None:
    quay = Quay(owner_limits=ONE_AT_A_TIME)
    quay.submit("a")
    quay.steer("a", Command.PAUSE)
    assert quay.submit("b") is QUEUED


def test_a_retry_stands_in_line_like_any_other_goal() -> None:
    quay = Quay(owner_limits=ONE_AT_A_TIME)
    for goal_id in "abc":
        quay.submit(goal_id)
    quay.fail("a")
    assert quay.steer("a", Command.RETRY) is QUEUED
    quay.fail("b")
    assert quay.states(*"abc") == [QUEUED, FAILED, RUNNING]
    quay.fail("c")
    assert quay.state_of("a") is RUNNING


def test_a_retry_with_too_many_in_line_changes_nothing() -> None:
    quay = Quay(owner_limits=OwnerLimits(running_max=1, waiting_max=1))
    quay.submit("a")
    quay.fail("a")
    quay.submit("b")
    quay.submit("c")
    assert quay.steer("a", Command.RETRY) is FAILED
    assert quay.last == Step()


def test_a_retry_goes_on_from_the_run_that_did_something() -> None:
    quay = Quay(owner_limits=ONE_AT_A_TIME)
    quay.submit("a")
    first = quay.pipeline_of("a").key
    quay.fail("a")
    quay.submit("b")
    quay.steer("a", Command.RETRY)
    quay.steer("a", Command.CANCEL)
    quay.steer("a", Command.RETRY)
    assert (quay.pipeline_of("a").run, quay.pipeline_of("a").retry_of) == (3, first)


def test_limits_that_were_raised_hold_from_the_start_on() -> None:
    quay = Quay(owner_limits=ONE_AT_A_TIME)
    for goal_id in "abc":
        quay.submit(goal_id)
    quay.owner_limits = OwnerLimits(running_max=2)
    quay.step(Started("run-2"))
    assert quay.states(*"abc") == [RUNNING, RUNNING, QUEUED]


def test_nothing_is_left_of_goals_that_have_ended() -> None:
    quay = Quay(owner_limits=OwnerLimits(running_max=1, begun_per_minute_max=1))
    quay.submit("a", terms=GoalTerms(key="trips", deadline_seconds=9))
    quay.submit("b", terms=GoalTerms(key="trips", deadline_seconds=9))
    quay.fail("a")
    quay.steer("b", Command.CANCEL)
    quay.pass_time(120)
    assert (quay.owner().running, quay.owner().waiting) == (0, 0)
    assert [quay.place_of(each) for each in "ab"] == [None, None]
    assert not tuple(quay.state.select(Timer, "all", ""))


@pytest.mark.parametrize("waiting", [10, 1000])
def test_an_event_changes_a_handful_of_records_however_many_wait(waiting: int) -> None:
    quay = Quay(owner_limits=OwnerLimits(running_max=1, waiting_max=2000))
    for number in range(waiting):
        quay.submit(f"goal-{number}", terms=OF_TRIPS)
    quay.fail("goal-0")
    changed = [each for each in quay.last.changes if each.kind in {"place", "owner", "pipeline"}]
    assert len(changed) == 5
    place = quay.place_of("goal-1")
    assert place is not None
    assert place.state is PlaceState.BEGUN
