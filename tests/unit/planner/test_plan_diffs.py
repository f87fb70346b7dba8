"""What has become different between versions of a plan, and why it has."""

from planner.domain.explaining import KnownPlan, explain
from planner.domain.limits import Limits
from planner.domain.plan_diffs import GrowthReason, PlanDiff, diff_of_versions
from planner.domain.planning import Planning
from tests.unit.planner.bridge import GOAL, Bridge
from tests.unit.planner.fleet import Fleet
from tests.unit.planner.worlds import domain_of

PROGRAM = Planning(source_folders=("/in",)).program


def diff(bridge: Bridge, first: int) -> PlanDiff:
    tasks = {each.key: each for each in bridge.tasks().values()}
    return diff_of_versions("goal-1", tasks, PROGRAM, first, bridge.newest.plan_version)


def test_tasks_that_facts_brought_name_the_fact_and_its_maker() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    bridge.succeed("discover_sources", partition_count=3)
    told = diff(bridge, 1)
    assert [each.reason for each in told.versions] == [GrowthReason.FACTS] * 2
    expected = "profile_partitions had waited for partitions from discover_sources"
    assert told.versions[0].detail == expected
    assert [each.added for each in told.versions] == [3, 3]
    assert (told.added_total, told.removed_total) == (6, 0)


def test_tasks_that_there_was_room_for_say_so() -> None:
    bridge = Bridge(limits=Limits(portion=10))
    bridge.take(GOAL)
    bridge.succeed("discover_sources", partition_count=15)
    bridge.pass_time(0)
    reasons = {each.reason for each in diff(bridge, 1).versions}
    assert reasons == {GrowthReason.FACTS, GrowthReason.PORTION}


def test_nothing_has_changed_since_the_newest_version() -> None:
    bridge = Bridge()
    bridge.take(GOAL)
    told = diff(bridge, bridge.newest.plan_version)
    assert (told.versions, told.added, told.removed) == ((), (), ())


REPAIRED = domain_of(
    """
    tasks:
      ingest_table: {type: abstract, effects: [report]}
      press: {type: primitive, work: {}}
      cast: {type: primitive, work: {}}
      tell: {type: primitive, effects: [report], work: {}}
    methods:
      - {name: by_pressing, task: ingest_table, steps: [press, tell]}
      - {name: by_casting, task: ingest_table, steps: [cast, tell]}
    """
)


def test_a_repair_tells_what_was_given_up_and_why() -> None:
    fleet = Fleet(REPAIRED)
    fleet.fail("press")
    program = Planning(source_folders=("/in",), domain=REPAIRED).program
    told = diff_of_versions("goal-1", fleet.tasks, program, 1, fleet.pipeline.plan_version)
    (change,) = told.versions
    assert change.reason is GrowthReason.REPAIR
    assert change.detail.startswith(
        "ingest_table: by_pressing was given up, because press: no room"
    )
    assert (change.added, change.removed) == (2, 2)
    assert [each.path for each in told.removed] == ["ingest_table/press", "ingest_table/tell"]
    assert told.added_total == 2


def test_a_repaired_task_is_explained_with_what_was_tried() -> None:
    fleet = Fleet(REPAIRED)
    fleet.fail("press")
    program = Planning(source_folders=("/in",), domain=REPAIRED).program
    known = KnownPlan(fleet.pipeline, fleet.tasks, program)
    top = explain(fleet.at("ingest_table"), known, own=None, above=None)
    assert [each.method for each in top.tried] == ["by_pressing"]
    gone = explain(fleet.at("ingest_table/tell"), known, own=None, above=None)
    assert gone.why == "Another method was taken, which goes on without it."
