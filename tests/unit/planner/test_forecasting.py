"""How far a goal has come, and when it may end: bounds that hold whatever happens."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from planner.domain.durations import DurationRecord
from planner.domain.forecasting import Forecast, Forecaster
from planner.domain.planning import Planning
from shared.contracts.payloads import Command, DataRequest, PipelineState
from shared.contracts.voting import SchemaProposal
from tests.unit.planner.bridge import GOAL, Bridge, response, verdict

PROGRAM = Planning(source_folders=("/in",)).program


def forecast(bridge: Bridge) -> Forecast:
    durations = [each for each in bridge.stored.values() if isinstance(each, DurationRecord)]
    tasks = sorted(bridge.tasks().values(), key=lambda task: task.rank)
    return Forecaster(PROGRAM, durations).forecast(bridge.newest, tasks, bridge.now)


def test_a_goal_ends_no_later_than_it_has_begun_when_all_is_done() -> None:
    bridge = Bridge()
    bridge.take(verdict(bridge.reach_vote()))
    bridge.succeed_all("clean_partition")
    assert 0.5 < forecast(bridge).progress < 1
    bridge.succeed("publish_table")
    assert forecast(bridge) == Forecast(1.0, None)


def test_what_is_left_is_the_longest_chain_when_streams_abound() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.succeed("discover_sources", partition_count=1)
    end = forecast(bridge).end
    assert end is not None
    assert end.at - bridge.now == timedelta(seconds=1 + 3 + 2 + 2 + 2)
    assert (end.work_left_seconds, end.awaits) == (10, ())


def test_a_goal_that_awaits_facts_names_them() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    end = forecast(bridge).end
    assert end is not None
    assert end.awaits == ("partitions",)


@pytest.mark.parametrize("command", [Command.PAUSE, Command.CANCEL])
def test_a_goal_that_does_not_go_on_has_no_end(command: Command) -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.tell(command)
    assert forecast(bridge).end is None


@settings(max_examples=60, deadline=None)
@given(chance=some.data())
def test_the_bounds_are_ordered_and_progress_is_a_share(chance: some.DataObject) -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    answered: set[str] = set()
    while True:
        told = forecast(bridge)
        assert 0 <= told.progress <= 1
        if told.end is not None:
            assert bridge.now <= told.end.early <= told.end.at <= told.end.late
        requests = bridge.payloads(DataRequest)
        open_ones = [each for each in requests if each.task.task_id not in answered]
        if not open_ones:
            assert bridge.newest.state in {PipelineState.COMPLETED, PipelineState.RUNNING}
            return
        request = chance.draw(some.sampled_from(open_ones))
        answered.add(request.task.task_id)
        seconds = chance.draw(some.floats(0, 1e5))
        bridge.now += timedelta(seconds=chance.draw(some.floats(0, 1e5)))
        count = chance.draw(some.integers(1, 6))
        bridge.take(response(request, partition_count=count).model_copy(
            update={"seconds": seconds}
        ))  # fmt: skip
        if request.operator == "propose_schema":
            bridge.take(verdict(bridge.payloads(SchemaProposal)[-1]))
