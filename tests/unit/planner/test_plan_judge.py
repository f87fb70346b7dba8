"""The judge accepts what holds and refuses every plan that was tampered with."""

import pytest

from tests.support.plan_judge.judge import InvalidPlanError, judge
from tests.unit.planner.puzzles import ROADS, TURNS, roads, turns

PROBLEM = roads("ab", "bc", goal="c")
PLAN = """==>
0 drive t a b
1 drive t b c
root 2
2 go t c -> onward 0 3
3 go t c -> onward 1 4
4 go t c -> there
<==
"""
TURN_PLAN = """==>
0 begin j0
1 begin j1
2 end j0 j1
3 end j1 j0
root 4 5
4 work j0 -> both 0 2
5 work j1 -> both 1 3
<==
"""

TAMPERED = [
    ("0 drive t a b\n1 drive t b c", "1 drive t b c\n0 drive t a b", "is not possible"),
    ("0 drive t a b", "0 drive t a c", "is not possible"),
    ("0 drive t a b", "0 drive a t b", "is none of"),
    ("0 drive t a b", "0 fly t a b", "fly is no action"),
    ("onward 1 4", "onward 1", "are part of nothing"),
    ("onward 1 4", "onward 4 0", "is part of two"),
    ("onward 1 4", "there", "are part of nothing"),
    ("there\n", "onward\n", "does not allow"),
    ("-> onward 0 3", "-> forward 0 3", "has no method forward"),
    ("2 go t c", "2 go t b", "does not allow"),
    ("root 2", "root 3", "are part of nothing"),
    ("root 2", "root", "are part of nothing"),
    ("4 go t c -> there", "3 go t c -> there", "two tasks have the number 3"),
    ("onward 0 3", "onward 0 9", "there is no task 9"),
    ("<==", "", "does not end"),
]


def test_a_plan_that_holds_is_accepted() -> None:
    judge(ROADS, PROBLEM, PLAN)
    judge(TURNS, turns(2), TURN_PLAN)


@pytest.mark.parametrize(("text", "replacement", "reason"), TAMPERED)
def test_a_plan_that_was_tampered_with_is_refused(text: str, replacement: str, reason: str) -> None:
    assert text in PLAN
    with pytest.raises(InvalidPlanError, match=reason):
        judge(ROADS, PROBLEM, PLAN.replace(text, replacement))


def test_a_method_must_have_been_possible_when_it_began() -> None:
    impossible = ROADS.replace(":precondition (at ?t ?a) :subtasks", (
        ":precondition (road ?a ?a) :subtasks"))  # fmt: skip
    with pytest.raises(InvalidPlanError, match="method there does not allow"):
        judge(impossible, PROBLEM, PLAN)


def test_subtasks_must_keep_their_order() -> None:
    reversed_order = TURNS.replace("(< one two)", "(< two one)")
    with pytest.raises(InvalidPlanError, match="does not allow"):
        judge(reversed_order, turns(2), TURN_PLAN)


def test_constraints_must_be_met() -> None:
    constrained = TURNS.replace(":ordering", ":constraints (= ?a ?b) :ordering")
    with pytest.raises(InvalidPlanError, match="does not allow"):
        judge(constrained, turns(2), TURN_PLAN)


def test_the_goal_must_hold_at_last() -> None:
    unmet = PROBLEM.replace("(:init", "(:goal (at t b)) (:init")
    with pytest.raises(InvalidPlanError, match="the goal does not hold"):
        judge(ROADS, unmet, PLAN)
