"""A task that fails for good is done another way, where there is one."""

import pytest
from pydantic import JsonValue

from planner.domain.findings import ChoiceRecord
from planner.domain.limits import Limits
from planner.domain.views import decompositions
from shared.contracts.machine import Step
from shared.contracts.payloads import Command, DataRequest, PipelineState, TaskState
from shared.contracts.vocabulary import Parameters
from tests.unit.planner.bridge import FAULT
from tests.unit.planner.fleet import Fleet, assert_closed, assert_counted, outcome_of
from tests.unit.planner.worlds import domain_of

JOINING = """
tasks:
  ingest_table: {type: abstract}
  join: {type: compound, outputs: ["part:*"], effects: [shape]}
  read: {type: primitive, outputs: [left], effects: [seen], work: {}}
  index: {type: primitive, outputs: [right], work: {}}
  broadcast: {type: primitive, inputs: [left], needs: [seen], outputs: ["part:all"],
    effects: [shape], work: {}}
  shuffle: {type: primitive, inputs: [left], needs: [seen], outputs: ["part:a", "part:b"],
    effects: [shape], work: {}}
  publish: {type: primitive, inputs: ["part:*"], needs: [shape], work: {}}
methods:
  - {name: joined, task: ingest_table, steps: [join, publish]}
  - {name: small, task: join, steps: [read, broadcast, index]}
  - {name: large, task: join, steps: [read, shuffle]}
"""


def joining(mends: str = "") -> Fleet:
    """Return a fleet whose first way to join is about to fail."""
    named = JOINING.replace("{name: large,", f"{{name: large, mends: [{mends}],")
    fleet = Fleet(domain_of(named))
    fleet.succeed("read")
    return fleet


def test_the_next_method_is_taken_and_finished_work_taken_over() -> None:
    fleet = joining()
    read = fleet.at("ingest_table/join/read")
    fleet.fail("broadcast")
    assert fleet.names() == ["shuffle"]
    again = fleet.at("ingest_table/join#1/read")
    assert (again.state, again.reused_from) == (TaskState.DONE, read.key)
    assert [each.task_id for each in fleet.named("shuffle").inputs] == [read.key]
    assert fleet.pipeline.repairs == 1
    assert_counted(fleet)


def test_what_runs_beside_the_failed_task_is_stopped() -> None:
    fleet = joining()
    assert fleet.names() == ["broadcast", "index"]
    fleet.fail("broadcast")
    assert fleet.stopped == ["index"]
    skipped = fleet.at("ingest_table/join/index")
    assert skipped.state is TaskState.SKIPPED
    assert skipped.until_version == fleet.pipeline.plan_version


def test_what_comes_after_reads_only_what_the_other_way_made() -> None:
    fleet = joining()
    fleet.fail("broadcast")
    assert "publish" not in fleet.names()
    fleet.succeed("shuffle")
    assert [each.name for each in fleet.named("publish").inputs] == ["part:a", "part:b"]
    fleet.succeed("publish")
    assert fleet.pipeline.state is PipelineState.COMPLETED
    assert_counted(fleet)
    assert_closed(fleet)


def test_late_outcomes_of_what_was_given_up_change_nothing() -> None:
    fleet = joining()
    late = outcome_of(fleet.named("index"))
    broken = outcome_of(fleet.named("broadcast"))
    fleet.fail("broadcast")
    for outcome in (late, broken, late.model_copy(update={"attempt": 9})):
        fleet.take(outcome)
        assert fleet.bridge.last == Step()


def test_a_wait_for_another_attempt_ends_with_the_method() -> None:
    fleet = joining()
    fleet.falter("index")
    fleet.fail("broadcast")
    fleet.wait(60)
    assert fleet.names() == ["shuffle"]
    assert_counted(fleet)


def test_when_no_method_is_left_the_failure_tells_what_was_tried() -> None:
    fleet = joining()
    fleet.fail("broadcast", FAULT.model_copy(update={"detail": "out of memory"}))
    fleet.fail("shuffle")
    assert fleet.pipeline.state is PipelineState.FAILED
    failure = fleet.pipeline.failure
    assert failure is not None
    assert failure.code == FAULT.code
    assert failure.detail == (
        "shuffle: no room; "
        "ingest_table/join: small was tried before and failed: broadcast: out of memory"
    )
    assert_counted(fleet)
    assert_closed(fleet)


def test_the_choice_tells_what_was_tried_and_why_it_was_left() -> None:
    fleet = joining()
    fleet.fail("broadcast")
    choice = fleet.bridge.state.get(ChoiceRecord, fleet.at("ingest_table/join").key)
    assert choice is not None
    (told,) = decompositions([choice])
    assert told.method == "large"
    (rejected,) = told.rejected
    assert rejected.method == "small"
    assert rejected.reason == "it was tried and failed: broadcast: no room"


def test_a_repair_during_a_pause_is_handed_out_when_resumed() -> None:
    fleet = joining()
    fleet.tell(Command.PAUSE)
    fleet.fail("broadcast")
    assert fleet.names() == []
    assert_counted(fleet)
    fleet.tell(Command.RESUME)
    assert fleet.names() == ["shuffle"]


CLIMBING = """
tasks:
  ingest_table: {type: abstract}
  outer: {type: compound}
  inner: {type: compound}
  beside: {type: primitive, work: {}}
  first: {type: primitive, work: {}}
  second: {type: primitive, work: {}}
  third: {type: primitive, work: {}}
methods:
  - {name: top, task: ingest_table, steps: [outer, beside]}
  - {name: by_inner, task: outer, steps: [inner]}
  - {name: by_third, task: outer, steps: [third]}
  - {name: by_first, task: inner, steps: [first]}
  - {name: by_second, task: inner, steps: [second]}
"""


def test_repairs_climb_to_the_nearest_task_with_another_method() -> None:
    fleet = Fleet(domain_of(CLIMBING))
    fleet.fail("first")
    assert fleet.names() == ["beside", "second"]
    fleet.fail("second")
    assert fleet.names() == ["beside", "third"]
    assert fleet.stopped == []
    assert_counted(fleet)
    fleet.fail("third")
    failure = fleet.pipeline.failure
    assert failure is not None
    for name in ("by_inner", "second: no room", "third: no room"):
        assert name in failure.detail
    assert fleet.stopped == ["beside"]


def test_there_are_no_more_repairs_than_may_be() -> None:
    fleet = Fleet(domain_of(CLIMBING), limits=Limits(repairs_max=1))
    fleet.fail("first")
    fleet.fail("second")
    failure = fleet.pipeline.failure
    assert failure is not None
    assert failure.code == "too_many_repairs"
    assert "for 1 tasks before" in failure.detail
    assert "retry the goal" in failure.remedy
    assert_closed(fleet)


def test_without_another_method_the_failure_is_the_tasks_own() -> None:
    fleet = Fleet(domain_of(CLIMBING), limits=Limits(repairs_max=0))
    fleet.fail("beside")
    assert fleet.pipeline.failure is not None
    assert fleet.pipeline.failure.detail == "beside: no room"


CONDITIONAL = """
tasks:
  ingest_table: {type: abstract}
  find: {type: primitive, effects: [found], work: {}}
  part: {type: compound, parameters: [number], needs: [found]}
  plain: {type: primitive, work: {}}
  use: {type: primitive, parameters: [number], work: {}}
methods:
  - name: by_parts
    task: ingest_table
    steps:
      - find
      - {task: part, name: one, arguments: {number: "0"}}
      - {task: part, name: two, arguments: {number: "1"}}
  - {name: plainly, task: ingest_table, steps: [plain]}
  - {name: used, task: part, when: "found[number]", steps: [use]}
"""


def test_a_fact_that_speaks_against_one_step_leaves_no_other_behind() -> None:
    fleet = Fleet(domain_of(CONDITIONAL), learn=lambda _: {"found": [False, True]})
    fleet.succeed("find")
    assert fleet.names() == ["plain"]
    assert fleet.at("ingest_table/two").state is TaskState.SKIPPED
    assert_counted(fleet)
    fleet.succeed("plain")
    assert fleet.pipeline.state is PipelineState.COMPLETED
    assert_closed(fleet)


MANY = """
tasks:
  ingest_table: {type: abstract}
  find: {type: primitive, effects: [parts], work: {}}
  each: {type: compound, needs: [parts], outputs: ["part:*"]}
  part: {type: compound, parameters: [part], outputs: ["part:{part}"]}
  fast: {type: primitive, parameters: [part], outputs: ["part:{part}"], work: {}}
  slow: {type: primitive, parameters: [part], outputs: ["part:{part}"], work: {}}
methods:
  - {name: all, task: ingest_table, steps: [find, each]}
  - {name: one_by_one, task: each, for_each: {part: parts, label: part}, steps: [part]}
  - {name: fastly, task: part, steps: [fast]}
  - {name: slowly, task: part, steps: [slow]}
"""


def found_many(request: DataRequest) -> Parameters:
    parts: list[JsonValue] = [f"{number:05}" for number in range(10_000)]
    return {"parts": parts} if request.task.processing_effects else {}


def test_a_repair_among_ten_thousand_touches_that_member_alone() -> None:
    fleet = Fleet(domain_of(MANY), limits=Limits(outputs_max=100_000), learn=found_many)
    fleet.succeed("find")
    fleet.wait()
    failed = next(each for each in fleet.open.values() if each.parameters["part"] == "00042")
    fleet.answer(failed, failure=FAULT)
    tasks = [change for change in fleet.bridge.last.changes if change.kind == "task"]
    paths = {fleet.tasks[change.key].path for change in tasks}
    member = "ingest_table/each/part:00042"
    assert paths == {member, f"{member}/fast", f"{member}#1/slow"}
    assert len(fleet.bridge.last.changes) == 5
    assert fleet.stopped == []
    assert_counted(fleet)


REPEATED = """
tasks:
  ingest_table: {type: abstract}
  work: {type: compound}
  base: {type: primitive, parameters: [by], outputs: [base], work: {}}
  use: {type: primitive, inputs: [base], outputs: [used], work: {}}
  end: {type: primitive, parameters: [by], inputs: [used], work: {}}
methods:
  - {name: top, task: ingest_table, steps: [work]}
  - name: one
    task: work
    steps: [{task: base, arguments: {by: "1"}}, use, {task: end, arguments: {by: "1"}}]
  - name: two
    task: work
    steps: [{task: base, arguments: {by: "2"}}, use, {task: end, arguments: {by: "2"}}]
  - name: three
    task: work
    steps: [{task: base, arguments: {by: "3"}}, use, {task: end, arguments: {by: "3"}}]
"""


@pytest.mark.parametrize(("alike", "handed_out"), [(2, ["end"]), (1, ["end"]), (3, ["use"])])
def test_work_is_taken_over_from_any_method_with_the_same_inputs(
    alike: int, handed_out: list[str]
) -> None:
    """The base of the third method holds what that of method `alike` holds."""
    fleet = Fleet(domain_of(REPEATED))
    for number in (1, 2, 3):
        done = outcome_of(fleet.named("base"))
        digest = f"{alike if number == 3 else number}" * 64
        made = done.artifacts[0].model_copy(update={"content_hash": digest})
        fleet.take(done.model_copy(update={"artifacts": (made,)}))
        if number < 3:
            fleet.succeed("use")
            fleet.fail("end")
    assert fleet.names() == handed_out
    assert_counted(fleet)


def test_a_method_is_tried_after_the_failures_that_it_mends() -> None:
    spared, taken = joining("memory_exhausted"), joining("disk_full")
    spared.fail("broadcast")
    taken.fail("broadcast")
    assert spared.pipeline.state is PipelineState.FAILED
    assert taken.at("ingest_table/join").method == "large"
