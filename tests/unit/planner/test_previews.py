"""What a goal would come to, and how long it may take."""

from dataclasses import replace

import pytest

from planner.domain.durations import DurationRecord
from planner.domain.forecasting import longest_chain
from planner.domain.goals.accepting import GoalRefusedError
from planner.domain.limits import PREVIEW_SHOWN_MAX
from planner.domain.planning import Planning
from planner.domain.previews import Assumptions, preview
from shared.contracts.payloads import TaskState
from tests.unit.planner.bridge import DAWN, GOAL, Bridge
from tests.unit.planner.worlds import partitions

PLANNING = Planning(source_folders=("/in",))


def test_a_preview_is_what_a_submission_would_plan() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    shown = preview(PLANNING, GOAL, DAWN)
    assert shown.plan_hash == bridge.pipeline.plan_hash
    assert {task.name for task in shown.tasks} == set(bridge.tasks())
    assert shown.work_seconds == 1 + 3 + 2 + 2


def test_what_can_go_in_parallel_counts_once() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.succeed("discover_sources", partition_count=9)
    tasks = list(bridge.tasks().values())
    assert sum(task.task.estimated_duration for task in tasks) == 8 + 9 * (1 + 2)
    seconds = {task.key: task.task.estimated_duration for task in tasks}
    assert longest_chain(tasks, seconds) == 1 + 1 + 3 + 2 + 2 + 2


def test_nothing_runs_in_a_preview() -> None:
    states = {task.state for task in preview(PLANNING, GOAL, DAWN).tasks}
    assert states == {TaskState.PENDING, TaskState.DEFERRED}


def test_nothing_to_do_takes_no_time() -> None:
    assert longest_chain([], {}) == 0


def test_a_preview_gives_the_reasons_for_the_plan() -> None:
    chosen = {each.task: each for each in preview(PLANNING, GOAL, DAWN).decompositions}
    assert chosen["ingest_table"].method == "from_files"
    assert chosen["clean_partitions"].awaits == ("partitions",)


def test_assumed_facts_show_the_plan_as_it_would_be_with_them() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.succeed("discover_sources", partition_count=9)
    shown = preview(PLANNING, GOAL, DAWN, Assumptions({"partitions": partitions(9)}))
    assert shown.plan_hash == bridge.pipeline.plan_hash
    assert {task.name for task in shown.tasks} == set(bridge.tasks())
    assert (shown.assumed, shown.awaits) == (("partitions",), ())
    work = {each.capability: (each.tasks, each.seconds) for each in shown.work}
    assert work["clean_partition"] == (9, 9 * 2)
    assert shown.estimated_seconds == 1 + 1 + 3 + 2 + 2 + 2


def test_a_large_plan_is_planned_whole_and_shown_in_part() -> None:
    narrow = replace(PLANNING, limits=replace(PLANNING.limits, portion=5))
    shown = preview(narrow, GOAL, DAWN, Assumptions({"partitions": partitions(900)}))
    assert shown.tasks_total == 8 + 2 * 900
    assert len(shown.tasks) == PREVIEW_SHOWN_MAX
    assert shown.work_seconds == 8 + 900 * (1 + 2)


def test_a_fact_that_nothing_makes_known_cannot_be_assumed() -> None:
    with pytest.raises(GoalRefusedError) as refused:
        preview(PLANNING, GOAL, DAWN, Assumptions({"weather": "fine"}))
    assert refused.value.failure.code == "fact_unknown"
    assert "partitions" in refused.value.failure.remedy


def test_an_assumed_fact_of_the_wrong_kind_is_refused_with_the_place() -> None:
    with pytest.raises(GoalRefusedError) as refused:
        preview(PLANNING, GOAL, DAWN, Assumptions({"partitions": ["no partition"]}))
    assert "partition" in refused.value.failure.detail


def test_a_preview_expects_what_was_seen() -> None:
    slow = DurationRecord(capability="discover_sources", runs=1000, log_ratio=3.0)
    shown = preview(PLANNING, GOAL, DAWN, Assumptions(durations=[slow]))
    assert shown.work_seconds > 20
