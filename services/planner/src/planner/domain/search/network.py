"""The tasks that are still to be done, in their partial order, with a trail to take steps back.

A task that waits for none is ready. The ready ones are a linked list, newest first, so that a
search which always takes the first carries one task out to its end before it begins the next, and
a choice point keeps the whole list by keeping its head.

A task's mark is made of its arguments and the marks of those that wait for it. The network's mark
is the sum over all tasks in it: equal networks have equal marks, however they came about.
"""

from typing import TypeAlias

from planner.domain.search.deeds import Deed
from planner.domain.search.program import Way, Work
from planner.domain.search.state import Row


class Pending:
    """One task of the network."""

    __slots__ = (
        "arguments",
        "depth",
        "level",
        "mark",
        "parent",
        "root",
        "seen",
        "successors",
        "task",
        "waiting",
    )

    def __init__(
        self, task: Deed | Work, arguments: Row, parent: "Pending | None", waiting: int
    ) -> None:
        self.task = task
        self.arguments = arguments
        self.parent = parent
        self.waiting = waiting
        self.successors: tuple[Pending, ...] = ()
        self.mark = 0
        self.root = 0
        """What follows the outermost task of the recursion that this one is part of."""
        self.level = 0 if parent is None else parent.level + 1
        """How many tasks it is part of."""
        self.depth = 0
        """How many tasks of its recursion it is part of."""
        self.seen = -1
        """The mark of the state in which it was decomposed last."""

    def settle(self, successors: tuple["Pending", ...]) -> None:
        """Fix what waits for this task, and so its mark."""
        self.successors = successors
        task, parent = self.task, self.parent
        if len(successors) == 1:
            after = successors[0].mark
            self.mark = hash((task.number, self.arguments, after)) & _WORD
        else:
            marks = [each.mark for each in successors]
            after = sum(marks)
            self.mark = hash((task.number, self.arguments, *marks)) & _WORD
        if parent is not None and task.component == parent.task.component:
            self.root = parent.root
            self.depth = parent.depth + 1
        else:
            self.root = after

    def is_part_of(self, other: "Pending") -> bool:
        """Return whether this is the other task, or one that it was decomposed into."""
        inner: Pending | None = self
        while inner is not None and inner.level > other.level:
            inner = inner.parent
        return inner is other


Ready: TypeAlias = "tuple[Pending, Ready] | None"
Step = tuple[Pending, Way | None, tuple[Pending, ...]]
"""A task, how it was decomposed (not at all: carried out), and into what."""

Snapshot = tuple[Ready, int, int, int]

_WORD = (1 << 64) - 1


class Agenda:
    """The network, and the steps that led to it."""

    __slots__ = ("_trail", "mark", "ready", "steps")

    def __init__(self) -> None:
        self.ready: Ready = None
        self.mark = 0
        self.steps: list[Step] = []
        self._trail: list[tuple[Pending, int]] = []

    def snapshot(self) -> Snapshot:
        """Return what `rewind` needs to come back to here."""
        return self.ready, self.mark, len(self._trail), len(self.steps)

    def rewind(self, snapshot: Snapshot) -> None:
        """Come back to where the snapshot was taken; it must lie on the way here."""
        self.ready, self.mark, height, steps = snapshot
        trail = self._trail
        while len(trail) > height:
            pending, difference = trail.pop()
            pending.waiting -= difference
        del self.steps[steps:]

    def finish(self, pending: Pending) -> None:
        """Drop a ready task that was carried out."""
        self._drop(pending)
        self._release(pending.successors)
        self.steps.append((pending, None, ()))

    def replace(self, pending: Pending, way: Way, row: Row) -> None:
        """Put a ready task's subtasks in its place."""
        self._drop(pending)
        children = self._children(pending, way, row)
        self.steps.append((pending, way, children))
        if not children:
            self._release(pending.successors)
            return
        if way.order.last_count > 1:
            for successor in pending.successors:
                self._retain(successor, way.order.last_count - 1)
        ready = self.ready
        for number in reversed(way.order.first):
            ready = (children[number], ready)
        self.ready = ready

    def begin(self, work: Work) -> Pending:
        """Take in the first task, and return it."""
        pending = Pending(work, (), None, 0)
        pending.settle(())
        self.mark = pending.mark
        self.ready = (pending, None)
        return pending

    def _children(self, pending: Pending, way: Way, row: Row) -> tuple[Pending, ...]:
        order = way.order
        children = tuple(
            [
                Pending(task, arguments_of(row), pending, waiting)
                for (task, arguments_of), waiting in zip(way.steps, order.waiting, strict=True)
            ]
        )
        mark = self.mark
        for number in order.backward:
            child = children[number]
            later = order.successors[number]
            child.settle(
                tuple([children[other] for other in later]) if later else pending.successors
            )
            mark += child.mark
        self.mark = mark
        return children

    def _drop(self, pending: Pending) -> None:
        self.mark -= pending.mark
        skipped: list[Pending] = []
        ready = self.ready
        while ready is not None and ready[0] is not pending:
            skipped.append(ready[0])
            ready = ready[1]
        ready = ready[1] if ready is not None else None
        for each in reversed(skipped):
            ready = (each, ready)
        self.ready = ready

    def _release(self, successors: tuple[Pending, ...]) -> None:
        for successor in reversed(successors):
            # What waits for one task only need not count, and so has nothing to take back.
            if successor.waiting == 1:
                self.ready = (successor, self.ready)
            else:
                self._retain(successor, -1)

    def _retain(self, pending: Pending, difference: int) -> None:
        pending.waiting += difference
        self._trail.append((pending, difference))
