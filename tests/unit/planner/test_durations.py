"""What work is expected to take, after none, a few and many observed runs."""

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as some

from planner.domain.durations import (
    OUTLIER_FACTOR,
    RUNS_DECLARED,
    DurationRecord,
    expected_from,
    observed,
)
from shared.contracts.payloads import DataRequest, TaskOutcome
from tests.unit.planner.bridge import GOAL, Bridge, response

SECONDS = some.floats(0.001, 1e6)


def after(runs: list[float], declared: float = 2.0) -> DurationRecord:
    record = DurationRecord(capability="clean_partition")
    for seconds in runs:
        record = observed(record, declared=declared, seconds=seconds)
    return record


def test_without_a_run_the_declaration_counts() -> None:
    expected = expected_from(None, 3.0)
    assert (expected.low, expected.seconds, expected.high) == pytest.approx((1.5, 3.0, 6.0))


def test_many_runs_outweigh_the_declaration() -> None:
    expected = expected_from(after([20.0] * 200), 2.0)
    assert expected.seconds == pytest.approx(20.0, rel=0.1)
    assert expected.high < 1.2 * expected.seconds


def test_a_few_runs_count_as_much_as_the_declaration() -> None:
    expected = expected_from(after([8.0] * RUNS_DECLARED), 2.0)
    assert expected.seconds == pytest.approx(4.0)


def test_what_is_known_of_small_runs_is_used_for_large_ones() -> None:
    assert expected_from(after([6.0] * 500), 200.0).seconds == pytest.approx(600.0, rel=0.02)


def test_one_run_that_is_far_off_moves_the_mean_a_little() -> None:
    steady = after([2.0] * 50)
    shaken = observed(steady, declared=2.0, seconds=1e6)
    assert shaken.log_ratio - steady.log_ratio <= log(OUTLIER_FACTOR) / 50 + 1e-9


def test_what_has_changed_for_good_is_learnt() -> None:
    assert expected_from(after([2.0] * 100 + [10.0] * 200), 2.0).seconds > 8.0


@given(runs=some.lists(SECONDS, max_size=60), declared=some.floats(0.0, 1e4))
def test_the_bounds_hold_what_is_expected(runs: list[float], declared: float) -> None:
    expected = expected_from(after(runs), declared)
    assert 0.0 <= expected.low <= expected.seconds <= expected.high


@given(runs=some.lists(SECONDS, min_size=1, max_size=60))
def test_the_mean_lies_among_what_was_seen(runs: list[float]) -> None:
    record = after(runs)
    assert min(runs) / 2.0 <= 2.718281829**record.log_ratio * 1.000001
    assert 2.718281829**record.log_ratio <= max(runs) / 2.0 * 1.000001


def test_new_tasks_are_expected_to_take_what_old_ones_took() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.succeed("discover_sources", partition_count=40)
    declared = bridge.task("clean_partition:00000.csv").task.estimated_duration
    for request in bridge.payloads(DataRequest):
        if request.operator == "profile_partition":
            bridge.take(response(request).model_copy(update={"seconds": 50.0}))
    record = bridge.state.get(DurationRecord, "profile_partition")
    assert record is not None
    assert record.runs == 40
    again = {"goal_id": "goal-2", "pipeline_id": "pipeline-2"}
    bridge.take(GOAL.model_copy(update=again))
    bridge.succeed("discover_sources", partition_count=1)
    requests = bridge.payloads(DataRequest)
    profiled = [each for each in requests if each.pipeline_id == "pipeline-2"][-1]
    assert profiled.task.estimated_duration > 30
    assert declared < 30


def test_a_failed_run_teaches_nothing() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    failed = response(bridge.request("discover_sources"))
    update = {"outcome": TaskOutcome.FAILED, "seconds": 9.0}
    bridge.take(failed.model_copy(update=update))
    assert bridge.state.get(DurationRecord, "discover_sources") is None
