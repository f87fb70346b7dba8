"""A domain is checked before it is used; each problem is named with its place."""

import pytest

from planner.domain.data_domain import DATA_DOMAIN
from planner.domain.pipeline_linting import DomainError, problems_of, sound
from planner.domain.pipeline_model import Check, Condition, Domain, ForEach, Method, Subtask, TaskModel
from tests.unit.planner.worlds import ABSTRACT, COMPOUND, PRIMITIVE, looping

GOAL = TaskModel("goal", ABSTRACT, parameters=("size",))
ACT = TaskModel("act", PRIMITIVE)
MAKE = TaskModel("make", PRIMITIVE, outputs=("part:1",))
READ = TaskModel("read", PRIMITIVE, inputs=("part:*",))
SIZED = TaskModel("sized", PRIMITIVE, parameters=("size",))
MANY = ForEach("size", "each", label="each")

WRONG: list[tuple[list[Subtask], str]] = [
    ([], "it has no subtasks"),
    ([Subtask("act"), Subtask("act")], "two subtasks have one name"),
    ([Subtask("dance")], "there is no task dance"),
    ([Subtask("sized")], "arguments differ from the parameters of sized"),
    ([Subtask("sized", {"size": "weight"})], "weight is bound to nothing"),
    ([Subtask("act", for_each=ForEach("x", "y", "y"))], "x is bound to nothing"),
    ([Subtask("act", after=("dance",))], "after dance, which is no subtask"),
    ([Subtask("read")], "part:* comes from nowhere"),
    ([Subtask("act", after=("act",))], "subtasks wait for one another"),
    (
        [Subtask("make", for_each=MANY), Subtask("read", for_each=MANY)],
        "many wait for many",
    ),
]


def problems(*subtasks: Subtask) -> tuple[str, ...]:
    method = Method("way", "goal", subtasks)
    tasks = (GOAL, ACT, MAKE, READ, SIZED)
    return problems_of(Domain("test", "1", tasks=tasks, methods=(method,)))


def test_the_built_in_domain_is_sound() -> None:
    assert problems_of(DATA_DOMAIN) == ()


@pytest.mark.parametrize(("subtasks", "problem"), WRONG)
def test_a_wrong_method_is_named_with_its_problem(subtasks: list[Subtask], problem: str) -> None:
    assert any(each.startswith("method way: ") and problem in each for each in problems(*subtasks))


def test_a_sound_method_has_no_problems() -> None:
    assert problems(Subtask("make"), Subtask("read"), Subtask("sized", {"size": "size"})) == ()


def test_one_task_may_occur_twice_under_an_alias() -> None:
    assert problems(Subtask("act"), Subtask("act", alias="act_again")) == ()


def test_a_compound_task_needs_a_method_and_a_primitive_has_none() -> None:
    tasks = (TaskModel("idle", COMPOUND), ACT)
    methods = (Method("way", "act", (Subtask("idle"),)),)
    found = problems_of(Domain("test", "1", tasks=tasks, methods=methods))
    assert "task idle is compound, so it must have a method" in found
    assert "task act is primitive, so it can have no methods" in found


def test_a_condition_reads_only_what_its_task_declares() -> None:
    method = Method("way", "goal", (Subtask("act"),), (Condition("weather", Check.GIVEN),))
    found = problems_of(Domain("test", "1", tasks=(GOAL, ACT), methods=(method,)))
    assert found == ("method way: condition on weather: goal has no such parameter or need",)


def test_what_a_compound_promises_a_subtask_must_make() -> None:
    goal = TaskModel("goal", COMPOUND, outputs=("cake",))
    method = Method("way", "goal", (Subtask("act"),))
    found = problems_of(Domain("test", "1", tasks=(goal, ACT), methods=(method,)))
    assert found == ("method way: cake is promised by goal and made by no subtask",)


def test_an_unsound_domain_is_refused_with_all_its_problems() -> None:
    with pytest.raises(DomainError, match="there is no task rest"):
        sound(Domain("test", "1", tasks=(ACT,), methods=(Method("way", "rest", ()),)))


def test_a_loop_is_left_to_the_depth_limit() -> None:
    assert problems_of(looping()) == ()
