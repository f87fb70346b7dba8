"""A domain is checked before it is used; each problem is named with its place and a remedy."""

from pathlib import Path

import pytest

from planner.domain.built_in import data_domain
from planner.domain.hddl.reading import read_domain, read_problem
from planner.domain.linting.checking import remarks_on, sound
from planner.domain.model.formulas import Atom
from planner.domain.model.tasks import Domain, Method, Network, Step, Task
from planner.domain.remarks import Remark, UnsoundDomainError
from planner.domain.yaml_format.reading import read_yaml
from shared.contracts.vocabulary import DataTaskType
from tests.unit.planner.puzzles import BACKWARDS, HANOI, LAMPS, ROADS, TURNS, roads
from tests.unit.planner.worlds import domain_of

TASKS = """\
domain: test
version: "1"
tasks:
  goal: {type: abstract, parameters: [size, mode, list]}
  act: {type: primitive, work: {}}
  make: {type: primitive, outputs: ["part:1"], effects: [weight], work: {}}
  read: {type: primitive, inputs: ["part:*"], work: {}}
  weigh: {type: primitive, needs: [weight], work: {}}
  sized: {type: primitive, parameters: [size], work: {}}
  each: {type: primitive, parameters: [it], outputs: ["made:{it.name}"], work: {}}
"""

USED = """\
methods:
  - {name: used, task: goal, when: "'x' in list", steps: [act, make, read, weigh, sized, all]}
  - {name: all, task: all, for_each: {it: list, label: it.name}, steps: [each]}
"""

ALL = "  all: {type: compound, parameters: [list]}\n"

WRONG = [
    ("steps: [dance]", "there is no task dance"),
    ("steps: [{task: sized, arguments: {size: weight}}]", "weight in `weight` is bound to nothing"),
    ("steps: [{task: sized, arguments: {size: 1 +}}]", "step sized: `1 +` is no expression"),
    ("when: wight > 1, steps: [act]", "wight in `wight > 1` is bound to nothing"),
    ("when: now() > 1, steps: [act]", "asks for now()"),
    ("for_each: {it: lists, label: it}, steps: [each]", "lists in `lists` is bound to nothing"),
    ("for_each: {it: list, label: ti.name}, steps: [each]", "ti in `ti.name` is bound to nothing"),
    ("steps: [read]", "part:*, which read reads, comes from nowhere"),
    ("steps: [weigh]", "weight, which weigh reads, comes from nowhere"),
    ("steps: [{task: act, after: [act]}]", "steps wait for one another"),
    ("steps: [read, {task: make, after: [read]}]", "steps wait for one another"),
    ("steps: [goal]", "goal leads back to goal with the same arguments, without end"),
    ("when: size > 1, steps: [goal]", "goal leads back to goal with the same arguments"),
]

USELESS = [
    ("when: 1 > 2, steps: [act]", "it can never apply: `1 > 2` is never true"),
    ("when: [size > 1, '!(size > 1)'], steps: [act]", "`size > 1` must hold, and must not"),
    ("when: [\"mode == 'a'\", \"mode == 'b'\"], steps: [act]", "mode cannot be 'a' and 'b'"),
]

WRONG_TASKS = [
    ("idle: {type: compound}", "it is compound, and no method tells how it is carried out"),
    ("idle: {type: primitive}", "nothing is said about the work that it is"),
    ("idle: {type: compound, work: {}}", "it is compound, so nobody can work on it"),
    ('idle: {type: primitive, outputs: ["a:{b}"], work: {}}', "b in `b` is bound to nothing"),
    ("idle: {type: primitive, work: {duration: {size: b.c}}}", "b in `b.c` is bound to nothing"),
    ("idle: {type: primitive, work: {}}", "nothing that can be asked for leads to it"),
]


def lines_of(text: str) -> list[str]:
    remarks = remarks_on(read_yaml({"test.yaml": text}))
    assert all(each.remedy for each in remarks)
    return [str(each) for each in remarks]


def method(body: str) -> str:
    return f"{TASKS}{ALL}{USED}  - {{name: way, task: goal, {body}}}\n"


def test_the_built_in_domain_is_sound() -> None:
    assert remarks_on(data_domain()) == ()


def test_the_example_on_the_page_is_sound() -> None:
    page = (Path(__file__).parents[3] / "docs" / "domains.md").read_text()
    example = page.partition("```yaml\n")[2].partition("```")[0]
    assert lines_of(example) == []


def test_a_sound_domain_has_no_remarks() -> None:
    assert lines_of(TASKS + ALL + USED) == []


@pytest.mark.parametrize(("body", "reason"), WRONG)
def test_a_wrong_method_is_an_error_with_its_line(body: str, reason: str) -> None:
    place = "test.yaml:15: error: method way: "
    assert any(each.startswith(place) and reason in each for each in lines_of(method(body)))


@pytest.mark.parametrize(("body", "reason"), USELESS)
def test_a_method_that_can_never_apply_is_a_warning(body: str, reason: str) -> None:
    place = "test.yaml:15: warning: method way: it can never apply"
    assert any(each.startswith(place) and reason in each for each in lines_of(method(body)))


@pytest.mark.parametrize(("task", "reason"), WRONG_TASKS)
def test_a_wrong_task_is_named_with_its_line(task: str, reason: str) -> None:
    found = lines_of(f"{TASKS}  {task}\n{ALL}{USED}")
    assert any(
        each.startswith("test.yaml:11: ") and "task idle: " in each and reason in each
        for each in found
    )


def test_a_primitive_task_has_no_methods() -> None:
    text = method("steps: [act]").replace("task: goal, steps", "task: act, steps")
    assert "task act: it is primitive, so it can have no methods" in lines_of(text)[0]


def test_a_method_behind_an_unconditional_one_is_a_warning() -> None:
    text = method("steps: [act]") + "  - {name: last, task: goal, steps: [make]}\n"
    (line,) = lines_of(text)
    assert line.startswith("test.yaml:16: warning: method last: way stands before it and applies")


def test_a_method_that_mends_a_failure_stands_behind_the_one_that_may_fail() -> None:
    last = "  - {name: last, task: goal, mends: [schema_rejected], steps: [make]}\n"
    assert lines_of(method("steps: [act]") + last) == []


def test_a_method_that_repeats_a_step_hides_no_other() -> None:
    text = TASKS + ALL + USED + "  - {name: none, task: all, steps: []}\n"
    assert lines_of(text) == []


def test_tasks_that_read_and_make_data_of_one_family_may_follow_each_other() -> None:
    text = method("steps: [make, {task: pass_on, name: one}, {task: pass_on, name: two}]")
    task = '  pass_on: {type: primitive, inputs: ["part:1"], outputs: ["part:2"], work: {}}\n'
    assert lines_of(text.replace(ALL, ALL + task)) == []


def test_a_method_of_thousands_of_steps_is_checked_at_once() -> None:
    kinds = [
        f"  t{at}: {{type: primitive, inputs: [d{at}], outputs: [d{at + 1}], work: {{}}}}"
        for at in range(2_000)
    ]
    names = ", ".join(f"t{number}" for number in range(2_000))
    head = 'domain: wide\nversion: "1"\ntasks:\n  goal: {type: abstract}\n'
    head += "  start: {type: primitive, outputs: [d0], work: {}}\n"
    text = head + "\n".join(kinds)
    text += f"\nmethods:\n  - {{name: way, task: goal, steps: [start, {names}]}}"
    assert lines_of(text) == []


def test_a_circle_through_several_tasks_is_found() -> None:
    text = TASKS + ALL + "  ring: {type: compound, parameters: [list]}\n" + USED
    text = text.replace("sized, all]", "sized, all, ring]")
    text += "  - {name: to_ring, task: all, steps: [ring]}\n"
    text += "  - {name: to_all, task: ring, steps: [all]}\n"
    found = [each for each in lines_of(text) if "without end" in each]
    assert ["method to_ring" in found[0], "method to_all" in found[1], len(found)] == [
        True,
        True,
        2,
    ]


def test_a_circle_that_a_fact_may_end_is_left_alone() -> None:
    text = TASKS + "  more: {type: compound, needs: [weight]}\n" + ALL + USED
    text = text.replace("sized, all]", "sized, all, more]")
    text += "  - {name: done, task: more, when: weight > 5, steps: []}\n"
    text += "  - {name: again, task: more, when: weight <= 5, steps: [more]}\n"
    assert lines_of(text) == []


def test_what_a_compound_promises_each_method_must_make() -> None:
    text = TASKS + ALL.replace("[list]", '[list], outputs: [cake, "crumb:*"], effects: [smell]')
    text += USED + "  - {name: none, task: all, when: size(list) == 0, steps: []}\n"
    assert [each.partition("; ")[0] for each in lines_of(text)] == [
        "test.yaml:14: error: method all: cake is promised by all and made by no step",
        "test.yaml:14: error: method all: crumb:* is promised by all and made by no step",
        "test.yaml:14: error: method all: smell is promised by all and made by no step",
        "test.yaml:15: error: method none: cake is promised by all and made by no step",
        "test.yaml:15: error: method none: smell is promised by all and made by no step",
    ]


def test_a_goal_cannot_wait_for_what_nobody_makes() -> None:
    text = method("steps: [act]").replace("[size, mode, list]", "[size, mode, list], needs: [rain]")
    assert any("task goal: rain comes from nowhere" in each for each in lines_of(text))


def test_an_unsound_domain_is_refused_with_all_its_errors() -> None:
    tasks = {"rest": Task("rest", DataTaskType.COMPOUND)}
    steps = (Step("act", "act"), Step("act", "act"))
    methods = {"rest": (Method("way", Atom("rest"), Network(steps)),)}
    with pytest.raises(UnsoundDomainError) as unsound:
        sound(Domain("test", "1", tasks, methods, source="test"))
    details = [each.detail for each in unsound.value.remarks]
    assert details == ["2 steps are called act", "there is no task act"]


def hddl_remarks(domain: str, problem: str = "") -> list[Remark]:
    model = read_domain(domain, "domain.hddl")
    return list(remarks_on(model, read_problem(problem, "p", model) if problem else None))


@pytest.mark.parametrize("domain", [ROADS, BACKWARDS, HANOI, TURNS, LAMPS])
def test_a_puzzle_that_can_be_solved_has_no_remarks(domain: str) -> None:
    assert hddl_remarks(domain) == []


@pytest.mark.parametrize(
    ("text", "replacement", "place", "reason"),
    [
        ("(at ?t ?a) :sub", "(and (at ?t ?a) (not (at ?t ?a))) :sub", 7, "must hold, and must not"),
        ("(at ?t ?a) :sub", "(not (= ?t ?t)) :sub", 7, "?t cannot differ from itself"),
        ("(drive ?t ?a ?b) (go ?t ?c)", "(go ?t ?c)", 8, "it leads from go to the same go"),
        ("(drive ?t ?a ?b) (go", "(go", 10, "nothing that can be asked for leads to it"),
    ],
)
def test_a_useless_part_of_a_puzzle_is_a_warning(
    text: str, replacement: str, place: int, reason: str
) -> None:
    assert text in ROADS
    found = [str(each) for each in hddl_remarks(ROADS.replace(text, replacement))]
    start = f"domain.hddl:{place}: warning: "
    assert any(each.startswith(start) and reason in each for each in found), found


def test_a_problem_tells_what_can_never_hold() -> None:
    found = [str(each) for each in hddl_remarks(ROADS, roads(goal="a"))]
    assert len(found) == 1
    assert "task drive: it can never apply: no road holds at first" in found[0]
    assert hddl_remarks(ROADS, roads("ab", goal="b")) == []


def test_a_fact_that_every_repetition_makes_is_no_fact_of_the_whole() -> None:
    found = remarks_on(
        domain_of(
            """
            tasks:
              goal: {type: abstract, parameters: [parts], effects: [size]}
              weigh: {type: primitive, parameters: [part], effects: [size], work: {}}
            methods:
              - {name: each, task: goal, for_each: {part: parts, label: part}, steps: [weigh]}
            """
        )
    )
    assert ["every weigh makes its own" in str(remark) for remark in found] == [True]
