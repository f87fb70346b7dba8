"""What a goal has published is withdrawn when it is given up, if its terms say so."""

from planner.domain.steering import objection_to
from shared.contracts.machine import Step
from shared.contracts.payloads import Command, GoalCommand, PipelineState, TaskState
from shared.contracts.terms import GoalTerms, OnFailure
from tests.unit.planner.bridge import FAULT, artifact, response
from tests.unit.planner.fleet import Fleet, assert_closed, assert_counted, outcome_of
from tests.unit.planner.worlds import domain_of

UNDO = GoalTerms(on_failure=OnFailure.UNDO)

PUBLISHING = """
tasks:
  ingest_table: {type: abstract, outputs: ["table:*"]}
  inner: {type: compound, outputs: ["table:*"]}
  one: {type: primitive, outputs: ["table:one"], work: {compensation: withdraw}}
  two: {type: primitive, inputs: ["table:one"], outputs: ["table:two"],
    work: {compensation: withdraw}}
  note: {type: primitive, work: {}}
  three: {type: primitive, inputs: ["table:two"], outputs: ["table:three"],
    work: {compensation: withdraw}}
  last: {type: primitive, inputs: ["table:three"], work: {}}
methods:
  - {name: all, task: ingest_table, steps: [inner, {task: last, after: [inner]}]}
  - {name: parts, task: inner, steps: [one, two, note, three]}
"""


def published(terms: GoalTerms = UNDO) -> Fleet:
    """Return a fleet that has published three tables, and has one task left."""
    fleet = Fleet(domain_of(PUBLISHING), terms=terms)
    fleet.succeed("one", "note", "two", "three")
    return fleet


def given_up(terms: GoalTerms = UNDO) -> Fleet:
    """Return a fleet whose last task has failed for good."""
    fleet = published(terms)
    fleet.fail("last")
    return fleet


def test_what_was_published_is_withdrawn_in_reverse_order_one_by_one() -> None:
    fleet = given_up()
    for name in ("three", "two", "one"):
        assert fleet.pipeline.state is PipelineState.UNDOING
        assert fleet.names() == [f"undo {name}"]
        assert_counted(fleet)
        fleet.succeed(f"undo {name}")
    assert fleet.pipeline.state is PipelineState.FAILED
    assert fleet.pipeline.failure is not None
    assert fleet.pipeline.failure.detail == "last: no room"
    assert_counted(fleet)
    assert_closed(fleet)


def test_undoing_asks_for_the_compensation_with_the_arguments_and_what_was_made() -> None:
    fleet = given_up()
    made = next(each for each in fleet.asked if each.task.name == "three")
    request = fleet.named("undo three")
    assert (request.operator, request.parameters) == ("withdraw", made.parameters)
    assert request.inputs == (artifact("table:three", made, 1),)
    assert request.task.data_outputs == ()


def test_tasks_that_have_failed_stay_failed_while_others_are_undone() -> None:
    fleet = given_up()
    assert fleet.at("ingest_table").state is TaskState.FAILED
    fleet.succeed("undo three", "undo two", "undo one")
    assert fleet.at("ingest_table").state is TaskState.FAILED
    assert fleet.at("ingest_table/inner").state is TaskState.DONE


def test_a_cancelled_goal_is_cancelled_once_all_is_undone() -> None:
    fleet = published()
    fleet.tell(Command.CANCEL)
    assert fleet.stopped == ["last"]
    assert fleet.pipeline.state is PipelineState.UNDOING
    fleet.succeed("undo three", "undo two", "undo one")
    assert fleet.pipeline.state is PipelineState.CANCELLED
    assert_closed(fleet)


def test_a_paused_goal_that_is_cancelled_is_undone_too() -> None:
    fleet = published()
    fleet.tell(Command.PAUSE)
    fleet.tell(Command.CANCEL)
    assert fleet.names() == ["undo three"]


def test_by_default_nothing_is_undone() -> None:
    fleet = given_up(GoalTerms())
    assert fleet.pipeline.state is PipelineState.FAILED
    assert fleet.open == {}


def test_nothing_is_undone_when_nothing_was_published() -> None:
    fleet = Fleet(domain_of(PUBLISHING), terms=UNDO)
    fleet.succeed("note")
    fleet.fail("one")
    assert fleet.pipeline.state is PipelineState.FAILED
    assert_closed(fleet)


def test_undoing_is_tried_again_like_any_task() -> None:
    fleet = given_up()
    fleet.falter("undo three")
    assert fleet.names() == []
    assert_counted(fleet)
    fleet.wait(2)
    assert fleet.names() == ["undo three"]
    fleet.succeed("undo three")
    assert fleet.names() == ["undo two"]
    assert_counted(fleet)


def test_what_cannot_be_undone_is_told_and_the_rest_goes_on() -> None:
    fleet = given_up()
    fleet.succeed("undo three")
    fleet.fail("undo two", FAULT.model_copy(update={"detail": "somebody built on it"}))
    fleet.succeed("undo one")
    assert fleet.pipeline.state is PipelineState.FAILED
    assert fleet.pipeline.failure is not None
    told = "last: no room; undo two failed: somebody built on it"
    assert (fleet.pipeline.failure.code, fleet.pipeline.failure.detail) == (FAULT.code, told)
    assert_counted(fleet)


def test_a_cancelled_goal_tells_what_could_not_be_undone() -> None:
    fleet = published()
    fleet.tell(Command.CANCEL)
    fleet.fail("undo three")
    fleet.succeed("undo two", "undo one")
    assert fleet.pipeline.state is PipelineState.CANCELLED
    assert fleet.pipeline.failure is not None
    assert fleet.pipeline.failure.code == "undo_failed"
    assert "undo three failed: no room" in fleet.pipeline.failure.detail


def test_late_outcomes_and_deadlines_change_nothing_while_undoing() -> None:
    fleet = published(UNDO.model_copy(update={"deadline_seconds": 60.0}))
    late = outcome_of(fleet.named("last"))
    fleet.tell(Command.CANCEL)
    undo = outcome_of(fleet.named("undo three"))
    fleet.take(late)
    assert fleet.bridge.last == Step()
    fleet.wait(100)
    assert fleet.pipeline.state is PipelineState.UNDOING
    fleet.take(undo)
    fleet.take(undo)
    assert fleet.bridge.last == Step()
    assert fleet.names() == ["undo two"]


def test_a_passed_deadline_is_undone_before_the_goal_has_failed() -> None:
    fleet = published(UNDO.model_copy(update={"deadline_seconds": 60.0}))
    fleet.wait(61)
    assert fleet.stopped == ["last"]
    fleet.succeed("undo three", "undo two", "undo one")
    assert fleet.pipeline.failure is not None
    assert fleet.pipeline.failure.code == "deadline_exceeded"
    assert_closed(fleet)


def test_a_message_that_is_too_large_gives_up_and_undoes() -> None:
    fleet = Fleet(domain_of(PUBLISHING), terms=UNDO)
    fleet.succeed("one", "two", "note")
    done = outcome_of(fleet.named("three"))
    heavy = done.artifacts[0].model_copy(update={"uri": "x" * 1_200_000})
    fleet.take(done.model_copy(update={"artifacts": (heavy,)}))
    assert fleet.pipeline.state is PipelineState.UNDOING
    assert fleet.names() == ["undo two"]
    assert_counted(fleet)
    fleet.succeed("undo two", "undo one")
    assert fleet.pipeline.failure is not None
    assert fleet.pipeline.failure.code == "message_too_large"
    assert "undo three failed: its message would have" in fleet.pipeline.failure.detail
    assert_closed(fleet)


def test_a_retry_publishes_again_what_was_withdrawn() -> None:
    fleet = given_up()
    fleet.succeed("undo three", "undo two", "undo one")
    fleet.tell(Command.RETRY)
    assert fleet.names() == ["one"]
    assert fleet.at("ingest_table/inner/note").reused_from
    fleet.succeed("one", "two", "three", "last")
    assert fleet.pipeline.state is PipelineState.COMPLETED


def test_a_goal_that_is_being_undone_is_no_goal_to_retry() -> None:
    fleet = given_up()
    objection = objection_to(Command.RETRY, fleet.pipeline)
    assert objection is not None
    assert objection.code == "goal_not_ended"
    assert objection_to(Command.CANCEL, fleet.pipeline) is None
    for command in Command:
        fleet.tell(command)
        assert fleet.bridge.last == Step()


REPLACED = """
tasks:
  ingest_table: {type: abstract}
  part: {type: compound}
  beside: {type: primitive, outputs: ["table:beside"], work: {compensation: withdraw}}
  later: {type: primitive, inputs: ["table:beside"], outputs: ["table:later"],
    work: {compensation: withdraw}}
  shared: {type: primitive, outputs: ["table:shared"], work: {compensation: withdraw}}
  lone: {type: primitive, outputs: ["table:lone"], work: {compensation: withdraw}}
  risky: {type: primitive, inputs: ["table:lone"], work: {}}
  safe: {type: primitive, inputs: ["table:shared"], work: {}}
methods:
  - {name: all, task: ingest_table, steps: [part, beside, later]}
  - {name: bold, task: part, steps: [shared, lone, {task: risky, after: [shared]}]}
  - {name: careful, task: part, steps: [shared, safe]}
"""


def test_what_a_replaced_method_has_published_is_withdrawn_once_too() -> None:
    fleet = Fleet(domain_of(REPLACED), terms=UNDO)
    fleet.succeed("shared", "lone", "beside")
    lone = next(each for each in fleet.asked if each.task.name == "lone")
    fleet.fail("risky")
    assert fleet.names() == ["later", "safe"]
    fleet.succeed("later")
    fleet.fail("safe")
    undone: list[str] = []
    while fleet.open:
        (request,) = fleet.open.values()
        undone.append(request.task.name)
        if request.task.name == "undo lone":
            assert request.inputs == (artifact("table:lone", lone, 1),)
        fleet.answer(request)
    assert sorted(undone) == ["undo beside", "undo later", "undo lone", "undo shared"]
    assert undone.index("undo later") < undone.index("undo beside") < undone.index("undo lone")
    assert_counted(fleet)
    assert_closed(fleet)


def test_what_an_earlier_run_has_published_is_not_this_ones_to_withdraw() -> None:
    fleet = given_up(GoalTerms())
    replan = GoalCommand(
        goal_id=fleet.pipeline.goal_id,
        pipeline_id=fleet.pipeline.key,
        command=Command.REPLAN,
        terms=UNDO,
    )
    fleet.bridge.take(replan)
    assert fleet.bridge.newest.terms == UNDO
    assert fleet.bridge.task("three").reused_from
    fleet.bridge.take(response(fleet.bridge.request("last"), failure=FAULT))
    assert fleet.bridge.newest.state is PipelineState.FAILED
