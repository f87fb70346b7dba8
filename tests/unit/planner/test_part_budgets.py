"""A part of a plan may have a budget of its own."""

import pytest

from planner.domain.linting.checking import sound
from planner.domain.remarks import UnsoundDomainError
from shared.contracts.payloads import DataRequest, PipelineState, TaskState
from tests.unit.planner.bridge import GOAL, Bridge, response
from tests.unit.planner.worlds import domain_of

TWO_WAYS = """
tasks:
  ingest_table: {type: abstract}
  part: {type: compound, budget_seconds: 10}
  try_hard: {type: primitive, work: {}}
  keep_on: {type: primitive, work: {}}
  make_do: {type: primitive, work: {}}
  rest: {type: primitive, work: {}}
methods:
  - {name: both, task: ingest_table, steps: [part, rest]}
  - {name: thorough, task: part, steps: [try_hard, {task: keep_on, after: [try_hard]}]}
  - {name: quick, task: part, steps: [make_do]}
"""


def spend(bridge: Bridge, name: str, seconds: float) -> None:
    answered = response(bridge.request(name)).model_copy(update={"seconds": seconds})
    bridge.take(answered)


def begun() -> Bridge:
    bridge = Bridge(domain=domain_of(TWO_WAYS))
    bridge.take(GOAL)
    return bridge


def test_a_part_beyond_its_budget_takes_another_way() -> None:
    bridge = begun()
    spend(bridge, "try_hard", 10.5)
    assert bridge.task("part").method == "quick"
    assert bridge.task("part").seconds_spent == 0
    (tried,) = bridge.task("part").tried
    assert "busy with part for 10.5 s; its budget is 10 s" in tried.reason
    assert "keep_on" not in {each.operator for each in bridge.payloads(DataRequest)}
    spend(bridge, "make_do", 3)
    spend(bridge, "rest", 100)
    assert bridge.pipeline.state is PipelineState.COMPLETED
    assert bridge.pipeline.seconds_spent == 113.5


def test_a_part_within_its_budget_goes_on() -> None:
    bridge = begun()
    spend(bridge, "try_hard", 10)
    assert bridge.task("keep_on").state is TaskState.RUNNING
    assert bridge.task("part").seconds_spent == 10


def test_what_is_done_has_spent_what_it_has_spent() -> None:
    bridge = begun()
    spend(bridge, "try_hard", 1)
    spend(bridge, "keep_on", 50)
    assert bridge.task("part").state is TaskState.DONE


def test_a_part_without_another_way_fails_the_goal() -> None:
    bridge = Bridge(domain=domain_of(TWO_WAYS.replace("  - {name: quick", "  # {name: quick")))
    bridge.take(GOAL)
    spend(bridge, "try_hard", 11)
    assert bridge.pipeline.state is PipelineState.FAILED
    assert bridge.pipeline.failure is not None
    assert bridge.pipeline.failure.code == "budget_exhausted"


def test_a_primitive_task_has_a_timeout_and_no_budget() -> None:
    text = TWO_WAYS.replace("rest: {type: primitive,", "rest: {type: primitive, budget_seconds: 1,")
    with pytest.raises(UnsoundDomainError, match="nothing below it could spend"):
        sound(domain_of(text))
