"""Why one task comes after another: data or facts pass between them, or a method says so."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from planner.domain.htn.program import Program
from planner.domain.model.tasks import WHOLE_FAMILY, family_of
from planner.domain.records import TaskRecord


class LinkKind(StrEnum):
    """How two tasks belong together."""

    READS = "data"
    """One reads what the other makes or learns."""
    AFTER = "after"
    """A method says so."""
    PART_OF = "part_of"
    """One is a subtask of the other."""


class Link(NamedTuple):
    """Why a task waits for another one."""

    kind: LinkKind
    through: tuple[str, ...]
    """The data and facts that pass between them."""


class Origin(NamedTuple):
    """Where a fact comes from."""

    fact: str
    maker: TaskRecord


def link_between(before: TaskRecord, after: TaskRecord, program: Program) -> Link:
    """Return why the later task waits for the earlier one."""
    reads = after.task.data_inputs
    passed = [
        name for name in before.task.data_outputs if any(_is_of(name, each) for each in reads)
    ]
    needs = program.tasks[after.model].needs
    passed += [fact for fact in before.task.processing_effects if fact in needs]
    return Link(LinkKind.READS if passed else LinkKind.AFTER, tuple(passed))


def origins_of(
    task: TaskRecord, tasks: Mapping[str, TaskRecord], program: Program
) -> Iterator[Origin]:
    """Yield the facts that choosing the task's method may depend on, with who makes them known."""
    for fact in sorted(program.tasks[task.model].needs):
        maker = _maker_of(fact, task, tasks, program)
        if maker is not None:
            yield Origin(fact, maker)


def _maker_of(
    fact: str, task: TaskRecord, tasks: Mapping[str, TaskRecord], program: Program
) -> TaskRecord | None:
    scope = tasks.get(task.parent_task_id)
    while scope is not None:
        method = program.method(scope.model, scope.method) if scope.method else None
        if method is not None and fact in method.makes:
            return _child_learning(fact, scope.key, tasks)
        scope = tasks.get(scope.parent_task_id)
    return None


def _child_learning(fact: str, scope_id: str, tasks: Mapping[str, TaskRecord]) -> TaskRecord | None:
    for each in tasks.values():
        is_child = each.parent_task_id == scope_id and not each.until_version
        if is_child and fact in each.task.processing_effects:
            return each
    return None


def _is_of(made: str, read: str) -> bool:
    """Tell whether what is made is what is read, or part of it, or the whole that it is part of."""
    if made == read:
        return True
    is_whole = made.endswith(WHOLE_FAMILY) or read.endswith(WHOLE_FAMILY)
    return is_whole and family_of(made) == family_of(read)
