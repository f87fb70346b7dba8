"""A goal asks for something else: what still counts is kept, what is not acceptable is not done."""

import pytest

from planner.domain.findings import ArtifactRecord, FactRecord
from planner.domain.places import PlaceRecord
from planner.domain.planning import Planning
from planner.domain.records import GoalRecord, PipelineRecord, TaskRecord
from planner.domain.replan_previews import ReplanPreview, preview_replan
from planner.domain.replanning import REPLACED
from shared.contracts.machine import Step
from shared.contracts.payloads import (
    Command,
    DataRequest,
    GoalCommand,
    PipelineState,
    TaskCancellation,
)
from shared.contracts.terms import GoalTerms, OnFailure
from shared.contracts.vocabulary import Parameters
from shared.kernel.records import Record
from tests.unit.planner.bridge import DAWN, FAULT, GOAL, PIPELINE, Bridge, response, verdict

STRICTER: Parameters = {**GOAL.parameters, "quality_min": 0.9}


def replan_of(
    bridge: Bridge, parameters: Parameters | None = None, terms: GoalTerms | None = None
) -> GoalCommand:
    return GoalCommand(
        goal_id=GOAL.goal_id,
        pipeline_id=bridge.newest.key,
        command=Command.REPLAN,
        parameters=parameters,
        terms=terms,
    )


def replan(bridge: Bridge, parameters: Parameters, terms: GoalTerms | None = None) -> list[str]:
    """Replan the goal; return the names of the tasks that agents are then asked for."""
    before = len(bridge.sent)
    bridge.take(replan_of(bridge, parameters, terms))
    return asked_since(bridge, before)


def asked_since(bridge: Bridge, before: int) -> list[str]:
    payloads = [send.payload for send in bridge.sent[before:]]
    return [each.task.name for each in payloads if isinstance(each, DataRequest)]


def cleaning() -> Bridge:
    """A pipeline in which the first of two partitions is clean."""
    bridge = Bridge()
    bridge.take(verdict(bridge.reach_vote()))
    bridge.succeed("clean_partition:00000.csv")
    return bridge


def completed() -> Bridge:
    bridge = cleaning()
    bridge.succeed("clean_partition:00001.csv", "publish_table")
    return bridge


def test_what_depends_on_the_change_is_done_anew_and_the_rest_taken_over() -> None:
    bridge = cleaning()
    assert replan(bridge, STRICTER) == ["propose_schema"]
    assert bridge.newest.run == 2
    assert bridge.task("profile_partitions").state == "done"


def test_the_open_pipeline_ends_and_says_what_replaced_it() -> None:
    bridge = cleaning()
    replan(bridge, STRICTER)
    assert bridge.pipeline.state is PipelineState.CANCELLED
    assert bridge.pipeline.failure is not None
    assert bridge.pipeline.failure.code == REPLACED
    assert "run 2" in bridge.pipeline.failure.detail
    stopped = [each.task_id for each in bridge.payloads(TaskCancellation)]
    assert len(stopped) == 1
    assert bridge.state.get(PlaceRecord, PIPELINE) is None


@pytest.mark.parametrize("terms", [GoalTerms(on_failure=OnFailure.UNDO), GoalTerms(key="trips")])
def test_a_change_of_terms_keeps_all_work(terms: GoalTerms) -> None:
    bridge = cleaning()
    assert replan(bridge, GOAL.parameters, terms) == ["clean_partition:00001.csv"]
    assert bridge.newest.terms == terms


def test_a_replan_undoes_nothing() -> None:
    bridge = Bridge()
    bridge.take(GOAL.model_copy(update={"terms": GoalTerms(on_failure=OnFailure.UNDO)}))
    bridge.succeed("discover_sources")
    replan(bridge, {**GOAL.parameters, "sources": ["file:///in/more/*.csv"]})
    assert bridge.pipeline.state is PipelineState.CANCELLED


def test_a_completed_goal_can_ask_for_something_else() -> None:
    bridge = completed()
    assert replan(bridge, STRICTER) == ["propose_schema"]
    assert bridge.pipeline.state is PipelineState.COMPLETED


def test_a_failed_goal_can_ask_for_something_else() -> None:
    bridge = cleaning()
    bridge.take(response(bridge.request("clean_partition:00001.csv"), failure=FAULT))
    assert replan(bridge, STRICTER) == ["propose_schema"]


@pytest.mark.parametrize(
    "parameters",
    [None, {"table": "trips"}, {**GOAL.parameters, "sources": ["file:///etc/passwd"]}],
)
def test_what_is_not_acceptable_or_no_change_changes_nothing(parameters: Parameters | None) -> None:
    bridge = cleaning()
    bridge.take(replan_of(bridge, parameters))
    assert bridge.last == Step()


def test_a_replan_of_a_pipeline_left_behind_is_void() -> None:
    bridge = cleaning()
    late = replan_of(bridge, {**STRICTER, "quality_min": 0.5})
    replan(bridge, STRICTER)
    bridge.take(late)
    assert bridge.last == Step()


def test_a_goal_that_was_paused_before_it_began_is_only_changed() -> None:
    bridge = Bridge()
    queued = GOAL.model_copy(
        update={"goal_id": "goal-0", "pipeline_id": "pipeline-0", "terms": GoalTerms(key="one")}
    )
    bridge.take(queued)
    bridge.take(GOAL.model_copy(update={"terms": GoalTerms(key="one")}))
    assert bridge.newest.state is PipelineState.QUEUED
    assert replan(bridge, STRICTER, GoalTerms(key="one", deadline_seconds=60)) == []
    assert (bridge.newest.run, bridge.newest.state) == (1, PipelineState.QUEUED)
    goal = bridge.state.get(GoalRecord, GOAL.goal_id)
    assert goal is not None
    assert goal.parameters["quality_min"] == pytest.approx(0.9)
    bridge.pass_time(61)
    assert bridge.newest.state is PipelineState.FAILED


def test_a_goal_in_line_begins_when_its_new_key_is_free() -> None:
    bridge = Bridge()
    other = {"goal_id": "goal-0", "pipeline_id": "pipeline-0", "terms": GoalTerms(key="one")}
    bridge.take(GOAL.model_copy(update=other))
    bridge.take(GOAL.model_copy(update={"terms": GoalTerms(key="one")}))
    assert replan(bridge, GOAL.parameters, GoalTerms(key="two")) == ["discover_sources"]
    assert bridge.newest.state is PipelineState.RUNNING


@pytest.mark.parametrize("task", ["clean_partitions", "clean_partition:00001.csv"])
def test_a_completed_goal_is_done_again_from_a_task(task: str) -> None:
    bridge = completed()
    path, before = bridge.task(task).path, len(bridge.sent)
    bridge.take(
        GoalCommand(
            goal_id=GOAL.goal_id, pipeline_id=PIPELINE, command=Command.RETRY, from_path=path
        )
    )
    asked = asked_since(bridge, before)
    assert (
        asked
        == [name for name in bridge.tasks() if name.startswith("clean_partition:")][-len(asked) :]
    )
    assert len(asked) == (2 if task == "clean_partitions" else 1)
    for name in asked:
        bridge.succeed(name)
    assert bridge.newest.state is PipelineState.COMPLETED


def previewed(bridge: Bridge, parameters: Parameters) -> ReplanPreview:
    kinds: tuple[type[Record], ...] = (
        GoalRecord, PipelineRecord, TaskRecord, FactRecord, ArtifactRecord,
    )  # fmt: skip
    names = {kind.kind for kind in kinds}
    stored = [each for each in bridge.stored.values() if each.kind in names]
    return preview_replan(
        Planning(source_folders=("/in",)), stored, replan_of(bridge, parameters), DAWN
    )


@pytest.mark.parametrize("is_completed", [False, True])
def test_a_dry_run_tells_what_a_replan_would_keep(*, is_completed: bool) -> None:
    bridge = completed() if is_completed else cleaning()
    told = previewed(bridge, STRICTER)
    assert told.kept_tasks == (
        "discover_sources",
        "profile_partition:00000.csv",
        "profile_partition:00001.csv",
    )
    assert told.anew == len(told.anew_tasks) == 5
    assert told.failure is None
    assert told.parameters["quality_min"] == pytest.approx(0.9)
    assert bridge.newest.run == 1


def test_a_dry_run_that_looks_elsewhere_awaits_what_is_there() -> None:
    told = previewed(cleaning(), {**GOAL.parameters, "sources": ["file:///in/more/*.csv"]})
    assert told.kept == 0
    assert told.awaits == ("partitions",)
