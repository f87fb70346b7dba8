"""What was repaired and undone is as it should be, and the checks of it can see what is not."""

from collections.abc import Callable, Iterable, Mapping

import pytest

from planner.domain.records import PipelineRecord, TaskRecord
from shared.contracts.payloads import PipelineState, TaskState
from shared.contracts.vocabulary import DataTaskType
from tests.simulation.mending import Commit, Rest
from tests.simulation.test_simulation import SEEDS, finished
from tests.simulation.world import World

Choice = Callable[[TaskRecord], bool]

MENDED_SEED = 28
"""A seed in which much is repaired and undone: looked at first."""

# Whichever test comes first runs the worlds of all seeds, a second or so of work each.
pytestmark = pytest.mark.timeout(600)


def is_done_work(task: TaskRecord) -> bool:
    is_primitive = task.task.task_type is DataTaskType.PRIMITIVE
    return is_primitive and task.state is TaskState.DONE and not task.until_version


def has_left(task: TaskRecord) -> bool:
    return task.until_version > 0 and task.state is TaskState.DONE


def is_kept(task: TaskRecord) -> bool:
    return is_done_work(task) and bool(task.compensation)


def is_decomposed(task: TaskRecord) -> bool:
    return bool(task.method) and not task.until_version


def found(choice: Choice) -> tuple[World, TaskRecord]:
    """Return the first task of any world that is so."""
    for seed in (MENDED_SEED, *range(SEEDS)):
        world = finished(seed)
        for task in world.invariants.tasks.values():
            if choice(task):
                return world, task
    pytest.fail("no such task in any world")


def objections(world: World, known: Iterable[TaskRecord], task: TaskRecord) -> list[str]:
    """Return what is wrong with a commit that stores this task, after all had come to rest."""
    tasks, pipelines = {each.key: each for each in known}, world.invariants.pipelines
    return list(Commit(tasks, {task.key: task}, pipelines, pipelines).objections())


@pytest.mark.parametrize(
    ("choice", "changes"),
    [
        (is_done_work, {"state": TaskState.RUNNING}),
        (is_done_work, {"attempts": 7}),
        (is_done_work, {"until_version": 3}),
        (has_left, {"until_version": 0}),
        (has_left, {"until_version": 99}),
        (is_kept, {"compensation": ""}),
    ],
)
def test_an_ended_task_that_changes_is_noticed(choice: Choice, changes: dict[str, object]) -> None:
    world, task = found(choice)
    known = world.invariants.tasks.values()
    assert objections(world, known, task) == []
    changed = objections(world, known, task.model_copy(update=changes))
    assert {each[:2] for each in changed} == {"I5"}


def test_another_method_without_a_repair_is_noticed() -> None:
    world, task = found(is_decomposed)
    before = task.model_copy(update={"state": TaskState.RUNNING})
    known = [*world.invariants.tasks.values(), before]
    changed = before.model_copy(update={"method": "out_of_thin_air"})
    assert "none was given up" in objections(world, known, changed)[0]


def rest_of(world: World, withdrawn: Mapping[str, set[str]]) -> list[str]:
    watched = world.invariants
    artifacts = tuple(watched.artifacts())
    return list(Rest(watched.tasks, watched.pipelines, artifacts, withdrawn).objections())


def test_what_was_withdrawn_twice_by_others_or_not_at_all_is_noticed() -> None:
    world, undo = found(lambda task: bool(task.undoes) and task.state is TaskState.DONE)
    withdrawn = world.objects.withdrawn
    assert rest_of(world, withdrawn) == []
    assert any(each.startswith("I2") for each in rest_of(world, {}))
    (uri, *_) = (uri for uri, undo_ids in withdrawn.items() if undo.key in undo_ids)
    other = next(task.key for task in world.invariants.tasks.values() if not task.undoes)
    told = rest_of(world, {**withdrawn, uri: {undo.key, other}})
    assert {each[:2] for each in told} == {"I2", "I3"}


def test_repairs_lead_to_the_table_and_what_is_undone_has_ended() -> None:
    pipelines: list[PipelineRecord] = []
    for seed in range(SEEDS):
        pipelines += finished(seed).invariants.pipelines.values()
    repaired = [each for each in pipelines if each.repairs]
    undone = [each for each in pipelines if each.ends_as is not None]
    assert any(each.state is PipelineState.COMPLETED for each in repaired)
    assert {each.state for each in undone} == {PipelineState.FAILED, PipelineState.CANCELLED}
