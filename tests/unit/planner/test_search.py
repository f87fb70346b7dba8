"""The searching planner finds plans that hold, the same again, and says when there is none."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.hddl.reading import read_domain, read_problem
from planner.domain.search.meter import ExhaustedError, Limits, Meter
from planner.domain.search.planning import solve
from tests.unit.planner.puzzles import (
    BACKWARDS,
    HANOI,
    LAMPS,
    ROADS,
    TURNS,
    actions_of,
    hanoi,
    lamps,
    plan_for,
    roads,
    turns,
)


def reachable(pairs: set[str]) -> set[str]:
    found = {"a"}
    while added := {end for start, end in pairs if start in found} - found:
        found |= added
    return found


def test_a_way_is_found_by_going_on() -> None:
    plan = plan_for(ROADS, roads("ab", "bc", "ca", "cd", goal="d"))
    assert actions_of(plan) == ["drive t a b", "drive t b c", "drive t c d"]


def test_a_way_is_found_backwards_from_its_end() -> None:
    plan = plan_for(BACKWARDS, roads("ab", "bc", "ca", "cd", goal="d"))
    assert actions_of(plan)[-1] == "drive t c d"


def test_a_task_may_need_no_action() -> None:
    assert actions_of(plan_for(ROADS, roads(goal="a"))) == []


@settings(max_examples=60, deadline=None)
@given(st.sets(st.from_regex(r"[a-f][a-f]", fullmatch=True)), st.sampled_from("abcdef"))
def test_there_is_a_plan_exactly_when_there_is_a_way(pairs: set[str], goal: str) -> None:
    plan = plan_for(ROADS, roads(*sorted(pairs), goal=goal))
    assert (plan is not None) == (goal in reachable(pairs))


@pytest.mark.parametrize("rings", [1, 3, 7])
def test_objects_are_chosen_when_they_are_needed(rings: int) -> None:
    plan = plan_for(HANOI, hanoi(rings), nodes_max=3_000)
    assert len(actions_of(plan)) == 2**rings - 1


@pytest.mark.parametrize("jobs", [1, 2, 9])
def test_tasks_take_turns_where_each_needs_the_other(jobs: int) -> None:
    assert len(actions_of(plan_for(TURNS, turns(jobs)))) == 2 * jobs


def test_tasks_in_a_given_order_take_no_turns() -> None:
    ordered = turns(2).replace(":subtasks", ":ordered-subtasks")
    assert plan_for(TURNS, ordered) is None


def test_an_effect_under_a_condition_reaches_whom_it_should() -> None:
    assert actions_of(plan_for(LAMPS, lamps("left"))) == ["switch hall", "admire hall"]


def test_a_method_is_refused_by_what_does_not_exist() -> None:
    assert plan_for(LAMPS, lamps("left right")) is None


def test_a_goal_that_stays_open_is_no_plan() -> None:
    problem = roads("ab", goal="b").replace("(:init", "(:goal (at t a)) (:init")
    assert plan_for(ROADS, problem) is None


def test_the_same_problem_gets_the_same_plan() -> None:
    problem = roads("ab", "ac", "bd", "cd", "de", "ef", goal="f")
    assert plan_for(ROADS, problem) == plan_for(ROADS, problem)


def test_a_long_way_breaks_no_limit_of_python() -> None:
    places = [f"p{number}" for number in range(3_000)]
    facts = " ".join(f"(road {one} {two})" for one, two in pairwise(places))
    problem = f"""(define (problem long) (:domain roads)
      (:objects {" ".join(places)} - place t - truck)
      (:htn :subtasks (go t p2999)) (:init (at t p0) {facts}))"""
    model = read_domain(ROADS, "domain")
    plan = solve(model, read_problem(problem, "problem", model), Meter(Limits(), lambda: 0.0))
    assert plan is not None
    assert len(plan.actions) == len(places) - 1


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(seconds_max=0.5), "no plan within 0.5 seconds"),
        (Limits(nodes_max=1_000), "no plan within 1000 nodes"),
        (Limits(depth_max=3), "no plan within 3 choices"),
    ],
)
def test_a_search_that_reaches_a_limit_says_which(limits: Limits, reason: str) -> None:
    model = read_domain(HANOI, "domain")
    problem = read_problem(hanoi(9), "problem", model)
    with pytest.raises(ExhaustedError, match=reason):
        solve(model, problem, Meter(limits, lambda: 1.0))
