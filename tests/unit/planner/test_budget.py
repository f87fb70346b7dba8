"""A goal that takes more of the agents' time than it may is given up."""

import pytest

from shared.contracts.payloads import Command, PipelineState
from shared.contracts.terms import GoalTerms, OnFailure
from tests.unit.planner.bridge import FAULT
from tests.unit.planner.fleet import Fleet, assert_closed, assert_counted
from tests.unit.planner.worlds import domain_of

WORLD = """
tasks:
  ingest_table: {type: abstract}
  part: {type: compound}
  one: {type: primitive, outputs: ["table:one"], work: {compensation: withdraw}}
  two: {type: primitive, work: {}}
  three: {type: primitive, work: {}}
  last: {type: primitive, work: {}}
methods:
  - {name: all, task: ingest_table, steps: [part, {task: last, after: [part]}]}
  - {name: three_at_once, task: part, steps: [one, two, three]}
  - {name: one_alone, task: part, steps: [one]}
"""


def working(budget_seconds: float, on_failure: OnFailure = OnFailure.KEEP) -> Fleet:
    terms = GoalTerms(budget_seconds=budget_seconds, on_failure=on_failure)
    return Fleet(domain_of(WORLD), terms=terms)


def test_spending_beyond_the_budget_gives_the_goal_up_and_stops_what_runs() -> None:
    fleet = working(10)
    fleet.succeed("one", seconds=6)
    assert fleet.pipeline.state is PipelineState.RUNNING
    fleet.succeed("two", seconds=4.5)
    failure = fleet.pipeline.failure
    assert failure is not None
    assert failure.code == "budget_exhausted"
    assert "10.5 s; its budget is 10 s" in failure.detail
    assert fleet.stopped == ["three"]
    assert_counted(fleet)
    assert_closed(fleet)


def test_a_budget_may_be_spent_to_the_last_second() -> None:
    fleet = working(10)
    fleet.succeed("one", "two", seconds=5)
    assert fleet.pipeline.state is PipelineState.RUNNING


def test_failed_attempts_count_as_well() -> None:
    fleet = working(10)
    fleet.answer(fleet.named("two"), failure=FAULT, seconds=11)
    failure = fleet.pipeline.failure
    assert failure is not None
    assert failure.code == "budget_exhausted"
    assert_closed(fleet)


def test_a_goal_that_is_done_is_done_whatever_it_took() -> None:
    fleet = working(10)
    fleet.succeed("one", "two", "three", seconds=3)
    fleet.succeed("last", seconds=30)
    assert fleet.pipeline.state is PipelineState.COMPLETED
    assert fleet.pipeline.seconds_spent == pytest.approx(39)


def test_without_a_budget_there_is_no_end_to_it() -> None:
    fleet = Fleet(domain_of(WORLD))
    fleet.succeed("one", seconds=1e9)
    assert fleet.pipeline.state is PipelineState.RUNNING


def test_what_was_published_is_undone_beyond_the_budget() -> None:
    fleet = working(10, OnFailure.UNDO)
    fleet.succeed("one", seconds=11)
    assert sorted(fleet.stopped) == ["three", "two"]
    assert fleet.names() == ["undo one"]
    fleet.succeed("undo one", seconds=50)
    assert fleet.pipeline.failure is not None
    assert fleet.pipeline.failure.code == "budget_exhausted"
    assert_closed(fleet)


def test_a_retry_begins_with_its_whole_budget_and_what_was_done() -> None:
    fleet = working(10)
    fleet.succeed("one", seconds=11)
    fleet.tell(Command.RETRY)
    assert fleet.names() == ["three", "two"]
    assert fleet.pipeline.seconds_spent == 0
