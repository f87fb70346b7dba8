"""A check of every request, by the rules of scopes and orders as they are written down.

It knows the domain as it was generated and the tasks by their places, and nothing of how the
planner finds out what is seen where.
"""

from collections.abc import Iterator

from planner.domain.records import TaskRecord
from shared.contracts.payloads import DataRequest, TaskState
from tests.unit.planner.fleet import Fleet
from tests.unit.planner.generated import FAMILIES, World


class Overseer:
    """Looks at each request when it is handed out."""

    def __init__(self, world: World, fleet: Fleet) -> None:
        self._world = world
        self.fleet = fleet
        self._seen = 0

    def look(self) -> None:
        """Check all requests since the last time."""
        fresh, self._seen = self.fleet.asked[self._seen :], len(self.fleet.asked)
        for request in fresh:
            task = self.fleet.tasks[request.task.task_id]
            if not task.undoes:
                self._check(request, task)

    def _check(self, request: DataRequest, task: TaskRecord) -> None:
        for each in (task, *self._above(task)):
            self._check_order(each)
            for name in self._world.wanted[each.model].read:
                for maker in self._makers(each, name):
                    assert maker.state is TaskState.DONE, f"{task.path} before {maker.path}"
        expected = {
            (f"{family}:{leaf.model}-{leaf.arguments['tag']}", leaf.reused_from or leaf.key)
            for family in self._world.wanted[task.model].read & FAMILIES
            for leaf in self._leaves(task, family)
        }
        assert {(each.name, each.task_id) for each in request.inputs} == expected
        assert request.parameters["by"] == self._member_of(task)

    def _check_order(self, task: TaskRecord) -> None:
        """Check that the siblings are done which its method says it comes after."""
        if not task.parent_task_id:
            return
        siblings = {each.model: each for each in self._children(task.parent_task_id)}
        method = self.fleet.tasks[task.parent_task_id].method
        for step in self._world.ways[method].steps:
            for before in step.after if step.task == task.model else ():
                assert siblings[before].state is TaskState.DONE

    def _member_of(self, task: TaskRecord) -> str:
        """Return who found the member that the task, or one above it, was repeated for."""
        for scope in self._above(task):
            fact = self._world.ways[scope.method].for_each
            if fact:
                (leaf,) = self._leaves(scope, fact)
                return leaf.reused_from or leaf.key
        return "root"

    def _makers(self, task: TaskRecord, name: str) -> list[TaskRecord]:
        """Return the tasks in the nearest scope with any that make what has this name."""
        for scope in self._above(task):
            steps = self._world.ways[scope.method].steps
            if any(name in self._world.wanted[step.task].made for step in steps):
                children = self._children(scope.key)
                return [each for each in children if name in self._world.wanted[each.model].made]
        return []

    def _leaves(self, task: TaskRecord, name: str) -> Iterator[TaskRecord]:
        """Yield the primitive tasks that make it for the task, by way of all that promise it."""
        agenda = self._makers(task, name)
        while agenda:
            maker = agenda.pop()
            if maker.operator:
                yield maker
            made = self._world.wanted
            agenda += [each for each in self._children(maker.key) if name in made[each.model].made]

    def _children(self, task_id: str) -> list[TaskRecord]:
        plan = self.fleet.current()
        return [each for each in plan if each.parent_task_id == task_id and not each.undoes]

    def _above(self, task: TaskRecord) -> Iterator[TaskRecord]:
        while task.parent_task_id:
            task = self.fleet.tasks[task.parent_task_id]
            yield task
