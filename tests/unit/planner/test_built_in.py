"""The built-in domain has a task for every goal type, and is read once."""

from planner.domain.built_in import data_domain
from planner.domain.goals.types import GOAL_TYPES
from planner.domain.model.work import Executor
from shared.contracts.vocabulary import DataTaskType


def test_every_goal_type_has_an_abstract_task_with_its_parameters() -> None:
    tasks = data_domain().tasks
    for goal_type in GOAL_TYPES.values():
        task = tasks[goal_type.task]
        assert task.task_type is DataTaskType.ABSTRACT
        assert {each.name for each in task.parameters} == set(goal_type.parameters.model_fields)


def test_every_goal_ends_in_a_report() -> None:
    tasks = data_domain().tasks
    assert all("report" in tasks[each.task].facts for each in GOAL_TYPES.values())


def test_a_schema_is_decided_by_consensus() -> None:
    work = data_domain().tasks["decide_schema"].work
    assert work is not None
    assert work.executor is Executor.CONSENSUS


def test_the_domain_is_read_once() -> None:
    assert data_domain() is data_domain()
