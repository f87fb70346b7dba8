"""Who sees which fact and which data of a pipeline (see `planner.domain.findings`).

A fact goes up one scope when the task of that scope is done and promises it; so nobody outside
plans with what a method has learnt that is given up later. Data are seen at once in every scope
that they are promised to: their readers outside wait for the whole task anyway.
"""

from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from planner.domain.findings import ArtifactRecord, FactRecord, scoped
from planner.domain.htn.program import CompiledMethod, Program
from planner.domain.model.tasks import WHOLE_FAMILY, family_of
from planner.domain.records import TaskRecord
from shared.contracts.vocabulary import Artifact
from shared.kernel.records import State


class VisibleFacts(Mapping[str, JsonValue]):
    """The facts that one task can read; each look-up climbs to the nearest maker."""

    def __init__(self, state: State, program: Program, task: TaskRecord) -> None:
        self._state = state
        self._program = program
        self._task = task

    def __getitem__(self, name: str) -> JsonValue:
        """Return the fact's content; raises KeyError while it is not known."""
        key = self.key_of(name)
        fact = self._state.get(FactRecord, key) if key else None
        if fact is None:
            raise KeyError(name)
        return fact.content

    def __iter__(self) -> Iterator[str]:
        """Yield the names that anything above the task makes known, also those not known yet."""
        for scope in scopes_of(self._state, self._task):
            yield from sorted(_made_in(self._program, scope))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def key_of(self, name: str) -> str:
        """Return the key under which the fact is or will be known; empty when nothing makes it."""
        for scope in scopes_of(self._state, self._task):
            if name in _made_in(self._program, scope):
                return scoped(scope.key, name)
        return ""


def scopes_of(state: State, task: TaskRecord) -> Iterator[TaskRecord]:
    """Yield the tasks that this one is part of, the nearest first; or first the one it undoes."""
    above = task.undoes or task.parent_task_id
    while above:
        scope = state.get(TaskRecord, above)
        assert scope is not None, f"{above} is the parent of a task of the same plan"
        yield scope
        above = scope.parent_task_id


def scopes_seeing(state: State, task: TaskRecord, name: str) -> Iterator[str]:
    """Yield the scopes in which data that the task makes can be read, the nearest first."""
    for scope in scopes_of(state, task):
        yield scope.key
        outputs = scope.task.data_outputs
        if name not in outputs and family_of(name) + WHOLE_FAMILY not in outputs:
            break


def visible_data(
    state: State, program: Program, task: TaskRecord, name: str
) -> tuple[Artifact, ...]:
    """Return the data of this name, or of this whole family in order of names."""
    if name.endswith(WHOLE_FAMILY):
        return _visible_family(state, program, task, family_of(name))
    for scope in scopes_of(state, task):
        made = next(state.select(ArtifactRecord, "name", (scope.key, name)), None)
        if made is not None:
            return (made.artifact,)
    return ()


def _visible_family(
    state: State, program: Program, task: TaskRecord, family: str
) -> tuple[Artifact, ...]:
    """Return what the nearest makers have made of it, even if that is nothing."""
    for scope in scopes_of(state, task):
        method = _method_of(program, scope)
        if method is not None and family in method.families:
            made = state.select(ArtifactRecord, "family", (scope.key, family))
            return tuple(each.artifact for each in made)
    return ()


def _made_in(program: Program, scope: TaskRecord) -> frozenset[str]:
    method = _method_of(program, scope)
    return frozenset() if method is None else method.makes


def _method_of(program: Program, scope: TaskRecord) -> CompiledMethod | None:
    return program.method(scope.model, scope.method) if scope.method else None
