"""What repairing and undoing may change, in each commit and all in all; and nothing more.

Each check yields what is wrong, beginning with the number of the invariant.
"""

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from planner.domain.findings import ArtifactRecord
from planner.domain.records import ENDED_TASK, PipelineRecord, TaskRecord
from shared.contracts.payloads import PipelineState, TaskState
from shared.contracts.terms import OnFailure

WITHDRAWABLE_FAMILIES = ("table:", "announcement:")
"""The families of artifacts whose makers have a compensation."""


@dataclass(frozen=True, slots=True)
class Commit:
    """What one transaction of the planner makes of its tasks and pipelines."""

    tasks_before: Mapping[str, TaskRecord]
    tasks: Mapping[str, TaskRecord]
    """Those that it stores."""
    pipelines_before: Mapping[str, PipelineRecord]
    pipelines: Mapping[str, PipelineRecord]
    """Those that it stores."""

    def objections(self) -> Iterator[str]:
        """Yield which change of a task must not be."""
        for task in self.tasks.values():
            before = self.tasks_before.get(task.key)
            if task.until_version and task.state not in ENDED_TASK:
                yield f"I5: {task.task.name} left the plan and goes on"
            if before is None:
                yield from self._wrong_undo(task) if task.undoes else ()
            elif before.state in ENDED_TASK:
                yield from self._wrong_change(before, task)
            elif (before.method, before.tried) != (task.method, task.tried):
                yield from self._wrong_choice(before, task)

    def _wrong_change(self, before: TaskRecord, task: TaskRecord) -> Iterator[str]:
        """Look at a task that had ended: it may leave the plan, and be undone or taken over."""
        may_change = {"until_version": task.until_version, "compensation": task.compensation}
        if before.model_copy(update=may_change) != task:
            yield f"I5: {task.task.name} was {before.state}, is {task.state}"
        if task.until_version != before.until_version and not self._leaves_rightly(before, task):
            yield f"I5: {task.task.name} left the plan, though nothing above it was repaired"
        if task.compensation == before.compensation:
            return
        is_undone = any(each.undoes == task.key for each in self._new())
        if task.compensation or not (is_undone or self._is_taken_over(task)):
            yield f"I5: {task.task.name} is not to be undone any more, and nobody did it"

    def _leaves_rightly(self, before: TaskRecord, task: TaskRecord) -> bool:
        known, now = self.pipelines_before[task.pipeline_id], self.pipelines[task.pipeline_id]
        is_now = known.plan_version < task.until_version <= now.plan_version
        return (
            is_now and not before.until_version and any(map(self._is_repaired, self._above(task)))
        )

    def _is_taken_over(self, task: TaskRecord) -> bool:
        maker = task.reused_from or task.key
        return bool(task.until_version) and any(
            each.reused_from == maker and each.pipeline_id == task.pipeline_id
            for each in self._new()
        )

    def _wrong_choice(self, before: TaskRecord, task: TaskRecord) -> Iterator[str]:
        """Look at a task with another method: those before it were tried, and are gone."""
        tried = [each.method for each in task.tried]
        if task.tried[: len(before.tried)] != before.tried or task.method in tried:
            yield f"I5: {task.task.name} forgot what was tried for it"
        if before.method and not self._is_repaired(task):
            yield f"I5: {task.task.name} has another method, and none was given up"
        elif before.method:
            yield from self._wrong_renewal(before, task)

    def _wrong_renewal(self, before: TaskRecord, task: TaskRecord) -> Iterator[str]:
        if before.method not in {each.method for each in task.tried}:
            yield f"I5: {task.task.name} gave {before.method} up and does not say so"
        for each in self.tasks_before.values():
            is_below = any(above.key == task.key for above in self._above(each))
            if is_below and not self._now(each.key).until_version:
                yield f"I5: {each.task.name} is part of {task.task.name}, whose method is given up"

    def _wrong_undo(self, undo: TaskRecord) -> Iterator[str]:
        """Look at a task that is to undo another: the newest that is left, alone."""
        pipeline, done = self.pipelines[undo.pipeline_id], self._now(undo.undoes)
        if pipeline.ends_as is None or pipeline.terms.on_failure is not OnFailure.UNDO:
            yield f"I5: {undo.task.name}, though nobody asked for it"
        if done.state is not TaskState.DONE:
            yield f"I3: {undo.task.name}, which is {done.state}"
        for each in ChainMap(dict(self.tasks), dict(self.tasks_before)).values():
            if each.pipeline_id != undo.pipeline_id or each.key == undo.key:
                continue
            if each.undoes and each.state not in ENDED_TASK:
                yield f"I4: {undo.task.name} began before {each.task.name} was done"
            if each.is_of_earlier_run or not each.compensation:
                continue
            if each.state is TaskState.DONE and each.done_as > done.done_as:
                yield f"I4: {undo.task.name} began before {each.task.name} was undone"

    def _is_repaired(self, task: TaskRecord) -> bool:
        before = self.tasks_before.get(task.key)
        return before is not None and len(self._now(task.key).tried) > len(before.tried)

    def _above(self, task: TaskRecord) -> Iterator[TaskRecord]:
        while task.parent_task_id:
            task = self._now(task.parent_task_id)
            yield task

    def _now(self, task_id: str) -> TaskRecord:
        return self.tasks.get(task_id) or self.tasks_before[task_id]

    def _new(self) -> Iterator[TaskRecord]:
        return (
            each
            for each in self.tasks.values()
            if each.key not in self.tasks_before or self.tasks_before[each.key].state != each.state
        )


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left once all has come to rest."""

    tasks: Mapping[str, TaskRecord]
    pipelines: Mapping[str, PipelineRecord]
    artifacts: Iterable[ArtifactRecord]
    withdrawn: Mapping[str, set[str]]
    """The tasks that had it withdrawn, by the URI of what was made."""

    def objections(self) -> Iterator[str]:
        """Yield what was withdrawn and should not have been, and the other way round."""
        made = {(each.task_id, each.artifact.uri) for each in self.artifacts}
        for uri, undo_ids in self.withdrawn.items():
            if len(undo_ids) != 1:
                yield f"I2: {uri} was withdrawn {len(undo_ids)} times"
            for undo_id in undo_ids:
                done = self.tasks.get(self.tasks[undo_id].undoes)
                if done is None or done.state is not TaskState.DONE or (done.key, uri) not in made:
                    yield f"I3: {uri} was withdrawn, and its maker had not done it"
        for each in self.tasks.values():
            is_own = each.compensation and not each.is_of_earlier_run
            if is_own and self._is_undone(each) and each.state is TaskState.DONE:
                yield f"I2: {each.task.name} is done and was to be undone"
        yield from self._not_as_told()

    def _not_as_told(self) -> Iterator[str]:
        undone = {each.undoes: each for each in self.tasks.values() if each.undoes}
        in_vain = {
            each.artifact.uri
            for each in self.artifacts
            if each.task_id in undone and self._is_told(undone[each.task_id])
        }
        for each in self.artifacts:
            if not each.artifact.name.startswith(WITHDRAWABLE_FAMILIES):
                continue
            uri, maker = each.artifact.uri, self.tasks[each.task_id]
            if self._is_undone(maker) and uri not in {*self.withdrawn, *in_vain}:
                yield f"I2: {uri} is left in place, and all of it was to be undone"
            is_completed = self.pipelines[maker.pipeline_id].state is PipelineState.COMPLETED
            if is_completed and uri in self.withdrawn:
                yield f"I2: {uri} was withdrawn, and its goal is completed"

    def _is_undone(self, task: TaskRecord) -> bool:
        return self.pipelines[task.pipeline_id].ends_as is not None

    def _is_told(self, undo: TaskRecord) -> bool:
        """Tell whether the pipeline's failure says that this could not be undone."""
        failure = self.pipelines[undo.pipeline_id].failure
        told = "" if failure is None else failure.detail
        return undo.state is TaskState.FAILED and f"{undo.task.name} failed" in told
