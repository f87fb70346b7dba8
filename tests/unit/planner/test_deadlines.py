"""When a goal must end, whether it has begun or not."""

import pytest

from planner.domain.admission import OwnerLimits
from shared.contracts.machine import Step, Timer, TimerFired
from shared.contracts.payloads import (
    Command,
    DataRequest,
    PipelineState,
    TaskCancellation,
    TaskState,
)
from shared.contracts.terms import GoalTerms
from tests.unit.planner.bridge import response
from tests.unit.planner.quay import Quay

MINUTE = GoalTerms(deadline_seconds=60)


def begun() -> Quay:
    quay = Quay()
    quay.submit("a", terms=MINUTE)
    return quay


def timers(quay: Quay) -> list[str]:
    return [timer.name for timer in quay.state.select(Timer, "all", "")]


def test_a_goal_that_has_not_ended_by_its_deadline_fails() -> None:
    quay = begun()
    quay.pass_time(59)
    assert quay.state_of("a") is PipelineState.RUNNING
    quay.pass_time(1)
    failure = quay.pipeline_of("a").failure
    assert failure is not None
    assert (quay.state_of("a"), failure.code) == (PipelineState.FAILED, "deadline_exceeded")
    assert "deadline of 60 s passed, with 0 of 8 tasks done" in failure.detail


def test_agents_are_called_back_when_the_deadline_passes() -> None:
    quay = begun()
    (request,) = quay.payloads(DataRequest)
    quay.pass_time(60)
    (cancellation,) = quay.payloads(TaskCancellation)
    assert cancellation.task_id == request.task.task_id
    assert {task.state for task in quay.tasks_of_all_runs()} == {TaskState.SKIPPED}
    quay.take(response(request))
    assert quay.last == Step()


def test_a_deadline_passes_while_a_goal_waits_in_line() -> None:
    quay = Quay(owner_limits=OwnerLimits(running_max=1))
    quay.submit("a")
    quay.submit("b", terms=MINUTE)
    quay.pass_time(60)
    assert quay.states("a", "b") == [PipelineState.RUNNING, PipelineState.FAILED]
    assert quay.owner().waiting == 0


@pytest.mark.parametrize("running_max", [1, 2])
def test_a_deadline_passes_during_a_pause(running_max: int) -> None:
    quay = Quay(owner_limits=OwnerLimits(running_max=running_max))
    quay.submit("a")
    quay.submit("b", terms=MINUTE)
    quay.steer("b", Command.PAUSE)
    quay.pass_time(60)
    assert quay.state_of("b") is PipelineState.FAILED


def test_a_goal_that_misses_its_deadline_makes_room_for_the_next() -> None:
    quay = Quay(owner_limits=OwnerLimits(running_max=1))
    quay.submit("a", terms=MINUTE)
    quay.submit("b")
    quay.pass_time(60)
    assert quay.state_of("b") is PipelineState.RUNNING


def test_a_goal_that_ends_in_time_leaves_no_timer() -> None:
    quay = begun()
    quay.steer("a", Command.CANCEL)
    assert timers(quay) == []


def test_a_retry_has_the_whole_time_again() -> None:
    quay = begun()
    quay.pass_time(60)
    assert quay.steer("a", Command.RETRY) is PipelineState.RUNNING
    quay.pass_time(59)
    assert quay.state_of("a") is PipelineState.RUNNING
    quay.pass_time(1)
    assert quay.state_of("a") is PipelineState.FAILED


def test_a_deadline_that_comes_late_changes_nothing() -> None:
    quay = begun()
    first = quay.pipeline_of("a").key
    quay.steer("a", Command.CANCEL)
    quay.step(TimerFired(f"deadline:{first}", quay.now))
    assert quay.last == Step()
    quay.step(TimerFired("deadline:nobody", quay.now))
    assert quay.last == Step()
