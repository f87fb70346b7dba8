"""A domain or problem that cannot be planned with is refused with its place and the reason."""

import re
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.hddl.reading import read_domain, read_problem
from planner.domain.hddl.syntax import HddlError
from planner.domain.model.formulas import Atom, Not, Or, Typed
from planner.domain.model.tasks import Effect
from planner.domain.search.meter import ExhaustedError, Limits, Meter
from planner.domain.search.planning import solve
from tests.unit.planner.puzzles import HANOI, LAMPS, ROADS, TURNS, roads

WRONG = [
    ("(at ?t ?b))))\n", "(at ?t ?b)))\n", "this `(` is never closed"),
    ("(define", ")(define", "`)` closes nothing"),
    ("(define (domain", "(define (problem", "this is no domain"),
    ("(at ?t ?a) (road", "(near ?t ?a) (road", "drive: there is no near"),
    ("(road ?a ?b))\n", "(road ?a))\n", "drive: road takes 2 terms, not 1"),
    ("(go ?t ?c)))", "(go ?t ?d)))", "onward: ?d is declared nowhere"),
    ("onward :parameters (?t", "onward :parameters (t", "onward: t is no variable"),
    ("?a ?b ?c - place", "?a ?b ?c - town", "onward: there is no type town"),
    (":task (go ?t ?a)", ":task (drive ?t ?a ?a)", "drive is an action, so it can have no methods"),
    (":task (go ?t ?a)", "", "the method names no task"),
    ("(not (at ?t ?a)) (at", "(not) (at", "`not` takes 1 parts, not 0"),
    (":action drive", ":action go", "go: it is both a task and an action"),
]


def refusal(domain: str, problem: str = "") -> str:
    with pytest.raises(HddlError) as raised:
        read_problem(problem, "problem.hddl", read_domain(domain, "domain.hddl"))
    assert raised.value.remedy
    return str(raised.value)


@pytest.mark.parametrize(("text", "replacement", "reason"), WRONG)
def test_a_wrong_domain_is_refused_with_its_reason(
    text: str, replacement: str, reason: str
) -> None:
    assert text in ROADS
    assert reason in refusal(ROADS.replace(text, replacement))


def test_an_error_says_file_line_and_column() -> None:
    assert refusal(ROADS.replace("(road ?a ?b))\n", "(rode ?a ?b))\n")).startswith(
        "domain.hddl:10:3: drive"
    )


def test_an_order_in_a_circle_is_refused() -> None:
    circle = TURNS.replace("(< one two)", "(and (< one two) (< two one))")
    assert "ordered in a circle" in refusal(circle)


def test_an_order_of_unknown_subtasks_is_refused() -> None:
    assert "no subtask is labelled tow" in refusal(TURNS.replace("(< one two)", "(< one tow)"))


@pytest.mark.parametrize(
    ("text", "replacement", "reason"),
    [
        (":subtasks (go t d)", ":subtasks (go t x)", "x is declared nowhere"),
        ("(at t a)", "(at t)", "at takes 2 terms, not 1"),
        ("(:htn :subtasks (go t d))", "", "the problem has no tasks"),
        ("- truck", "- boat", "there is no type boat"),
    ],
)
def test_a_wrong_problem_is_refused_with_its_reason(
    text: str, replacement: str, reason: str
) -> None:
    assert reason in refusal(ROADS, roads("ab", goal="d").replace(text, replacement))


def test_conditions_and_effects_are_read_as_they_stand() -> None:
    switch = read_domain(LAMPS, "domain").tasks["switch"]
    plain, wide = switch.effects
    assert plain == Effect(removed=(Atom("dark", ()),))
    assert wide.variables == (Typed("?l", ("lamp",)),)
    assert wide.added == (Atom("lit", ("?l",)),)


def test_an_implication_is_read_as_an_alternative() -> None:
    text = ROADS.replace(
        ":precondition (at ?t ?a) :subtasks",
        ":precondition (imply (road ?a ?a) (at ?t ?a)) :subtasks",
    )
    there = read_domain(text, "domain").methods["go"][0]
    assert there.precondition == Or((Not(Atom("road", ("?a", "?a"))), Atom("at", ("?t", "?a"))))


def test_costs_and_comments_change_nothing() -> None:
    costly = ROADS.replace(":effect (and", ":effect (and ; it costs\n (increase (cost) 1)")
    assert read_domain(costly, "domain") == read_domain(ROADS, "domain")


def test_every_part_keeps_its_line() -> None:
    lines = read_domain(TURNS, "domain").lines
    assert lines["task work"] == 5
    assert lines["method both"] == 6
    assert lines["method both when"] == 6
    assert lines["method both step two"] == 7
    assert read_domain(ROADS, "domain").lines["method onward step drive"] == 9


def test_a_task_may_occur_twice_in_a_method() -> None:
    around = read_domain(HANOI, "domain").methods["shift"][1]
    assert [step.name for step in around.network.steps] == ["shift", "move", "shift 2"]


def test_two_subtasks_of_one_label_are_refused() -> None:
    assert "two subtasks are labelled one" in refusal(TURNS.replace("(two (end", "(one (end"))


@pytest.mark.parametrize("part", [":task", ":action", ":method"])
def test_a_part_without_a_name_is_refused(part: str) -> None:
    assert f"this {part} has no name" in refusal(
        TURNS.replace("(:task work", f"({part}) (:task work")
    )


def test_a_type_may_be_declared_twice_and_stand_close_to_its_dash() -> None:
    text = ROADS.replace("(:types place truck)", "(:types place truck - thing place - spot)")
    domain = read_domain(text.replace("?t - truck ?a - place)", "?t -truck ?a - place)"), "domain")
    assert domain.types["place"] == ("thing", "spot")
    assert domain.tasks["go"].parameters == (Typed("?t", ("truck",)), Typed("?a", ("place",)))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_garbled_file_is_refused_or_planned_with(drawn: st.DataObject) -> None:
    texts = [drawn.draw(st.sampled_from([ROADS, LAMPS, TURNS])), roads("ab", goal="b")]
    garbled = drawn.draw(st.integers(0, 1))
    words = re.findall(r"[()]|[^\s()]+", texts[garbled])
    for _ in range(drawn.draw(st.integers(1, 3))):
        at = drawn.draw(st.integers(0, len(words) - 1))
        new = drawn.draw(st.lists(st.sampled_from(words), max_size=2))
        words[at : at + drawn.draw(st.integers(0, 1))] = new
    texts[garbled] = " ".join(words)
    with suppress(HddlError, ExhaustedError):
        domain = read_domain(texts[0], "domain.hddl")
        problem = read_problem(texts[1], "problem.hddl", domain)
        solve(domain, problem, Meter(Limits(nodes_max=1_000), lambda: 0.0))
