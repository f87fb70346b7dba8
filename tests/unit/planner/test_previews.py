"""What a goal would come to, and how long it may take."""

from planner.domain.planning import Planning
from planner.domain.previews import critical_seconds, preview
from shared.contracts.payloads import TaskState
from tests.unit.planner.bridge import DAWN, GOAL, Bridge

PLANNING = Planning(source_folders=("/in",))


def test_a_preview_is_what_a_submission_would_plan() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    shown = preview(PLANNING, GOAL, DAWN)
    assert shown.plan_hash == bridge.pipeline.plan_hash
    assert {task.name for task in shown.tasks} == set(bridge.tasks())
    assert shown.work_seconds == 1 + 1 + 2 + 2


def test_what_can_go_in_parallel_counts_once() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.succeed("discover_sources", partition_count=9)
    tasks = list(bridge.tasks().values())
    assert sum(task.task.estimated_duration for task in tasks) == 6 + 9 * (1 + 2)
    assert critical_seconds(tasks) == 1 + 1 + 1 + 2 + 2 + 2


def test_nothing_runs_in_a_preview() -> None:
    states = {task.state for task in preview(PLANNING, GOAL, DAWN).tasks}
    assert states == {TaskState.PENDING, TaskState.DEFERRED}


def test_nothing_to_do_takes_no_time() -> None:
    assert critical_seconds([]) == 0


def test_a_preview_gives_the_reasons_for_the_plan() -> None:
    chosen = {each.task: each for each in preview(PLANNING, GOAL, DAWN).decompositions}
    assert chosen["ingest_table"].method == "from_files"
    assert chosen["clean_partitions"].awaits == ("partitions",)
