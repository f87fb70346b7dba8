"""Why a task is where it is, in one sentence."""

from planner.domain.explaining import KnownPlan, TaskExplanation, WaitsFor, explain
from planner.domain.findings import ChoiceRecord
from planner.domain.limits import Limits
from planner.domain.linking import LinkKind
from planner.domain.planning import Planning
from shared.contracts.payloads import Command
from shared.contracts.terms import GoalTerms
from tests.unit.planner.bridge import FAULT, GOAL, PASSING_FAULT, Bridge, response, verdict


def explained(bridge: Bridge, name: str) -> TaskExplanation:
    task = bridge.task(name)
    own = bridge.state.get(ChoiceRecord, task.key)
    above = bridge.state.get(ChoiceRecord, task.parent_task_id)
    tasks = {each.key: each for each in bridge.tasks().values()}
    program = Planning(source_folders=("/in",)).program
    return explain(task, KnownPlan(bridge.newest, tasks, program), own=own, above=above)


def test_a_done_task_tells_who_did_it() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.succeed("discover_sources")
    why = explained(bridge, "discover_sources").why
    assert why == "Done by agent-of-discover_sources in attempt 1."


def test_a_compound_task_is_done_with_its_subtasks() -> None:
    bridge = Bridge()
    bridge.reach_vote()
    told = explained(bridge, "profile_partitions")
    assert told.why == "All its subtasks are done."
    assert told.decomposition is not None
    assert told.decomposition.method == "profile_each"


def test_a_task_that_waits_names_what_for() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.succeed("discover_sources", partition_count=7)
    told = explained(bridge, "propose_schema")
    assert told.why == "Waits for profile_partitions."
    assert [each.name for each in told.waits_for] == ["profile_partitions"]


def test_a_held_task_tells_of_the_pause() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.tell(Command.PAUSE)
    bridge.succeed("discover_sources")
    assert "when the goal is resumed" in explained(bridge, "profile_partition:00000.csv").why


def test_a_task_between_two_attempts_tells_why_the_last_one_failed() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.take(response(bridge.request("discover_sources"), failure=PASSING_FAULT))
    assert "the last one failed: no room" in explained(bridge, "discover_sources").why


def test_a_failed_task_tells_the_reason_and_a_skipped_one_that_it_was_not_needed() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.take(response(bridge.request("discover_sources"), failure=FAULT))
    assert explained(bridge, "discover_sources").why == "Failed: no room."
    assert explained(bridge, "ingest_table").why == "Failed: a subtask failed."
    assert explained(bridge, "publish_table").why == "Its pipeline ended without it."


def test_a_task_taken_over_names_the_one_that_did_the_work() -> None:
    bridge = Bridge()
    bridge.take(verdict(bridge.reach_vote()))
    former = bridge.task("propose_schema")
    bridge.tell(Command.CANCEL)
    bridge.tell(Command.RETRY)
    why = explained(bridge, "propose_schema").why
    assert why == f"Done by agent-of-propose_schema in an earlier pipeline, as task {former.key}."


def test_a_task_tells_what_passes_between_it_and_those_before() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    (discovered,) = explained(bridge, "profile_partitions").waits_for
    assert (discovered.kind, discovered.through) == (LinkKind.READS, ("partitions",))
    bridge.succeed("discover_sources")
    (profiled,) = explained(bridge, "agree_schema").waits_for
    assert (profiled.kind, profiled.through) == (LinkKind.READS, ("profile:*", "sample:*"))


def test_a_task_tells_who_made_the_facts_known_that_decided() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    (origin,) = explained(bridge, "clean_partitions").decided_by
    assert (origin.name, origin.task, origin.is_known) == ("partitions", "discover_sources", False)
    bridge.succeed("discover_sources")
    (origin,) = explained(bridge, "clean_partitions").decided_by
    assert origin.is_known


def test_a_task_tells_in_one_word_what_it_waits_for() -> None:
    bridge = Bridge()
    bridge.take(GOAL.model_copy(update={"terms": GoalTerms(tasks_running_max=1)}))
    assert explained(bridge, "profile_partitions").waits is WaitsFor.FACTS
    assert explained(bridge, "discover_sources").waits is WaitsFor.AGENT
    assert explained(bridge, "ingest_table").waits is WaitsFor.SUBTASKS
    bridge.succeed("discover_sources")
    held = explained(bridge, "profile_partition:00001.csv")
    assert held.waits is WaitsFor.LIMIT
    assert "1 tasks of the goal are handed out" in held.why
    assert explained(bridge, "publish_table").waits is WaitsFor.TASKS
    bridge.tell(Command.PAUSE)
    assert explained(bridge, "profile_partition:00001.csv").waits is WaitsFor.PAUSE
    assert explained(bridge, "discover_sources").waits is None


def test_a_task_of_which_more_is_planned_later_says_so() -> None:
    bridge = Bridge(limits=Limits(portion=10))
    bridge.take(GOAL.model_copy(update={"terms": GoalTerms(tasks_running_max=5)}))
    bridge.succeed("discover_sources", partition_count=40)
    told = explained(bridge, "profile_partitions")
    assert told.waits is WaitsFor.PLANNING
    assert "of its 40 subtasks are planned" in told.why
