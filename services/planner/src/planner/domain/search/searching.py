"""One search: depth first through decompositions and actions, with everything taken back.

Theory of operation. A node is what holds and what is still to be done. From it a search goes on by
decomposing a ready compound task, one way at a time, or by carrying a ready action out; where there
is nothing to choose it goes straight on. Choice points lie on a stack of their own, each with a
generator of the ways not tried yet, so no depth of recursion limits a plan. A node that was visited
before is not entered again: either it is on the way here, and there is a shorter one, or it failed.

A conduct may refuse more than that, so as to get out of a hopeless corner soon. Then an end
without a plan proves nothing, and `was_thorough` tells.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from planner.domain.search.deeds import Deed
from planner.domain.search.meter import Meter
from planner.domain.search.network import Agenda, Pending, Ready, Snapshot, Step
from planner.domain.search.program import Program, Way, Work
from planner.domain.search.state import Row

Choice = tuple[Pending, Way | None, Row]


class Refusal(Enum):
    """When a compound task is not decomposed that was, in the same state, before."""

    NEVER = 0
    LOOP = 1
    """By a task that it is part of."""
    SAME_RECURSION = 2
    """Ever, within a recursion that has the same to do afterwards."""
    SAME_TASK = 3
    """Ever."""


class Turn(Enum):
    """Which of several ready tasks comes next."""

    NEWEST = 0
    """Whatever was begun is ended first."""
    NEWEST_POSSIBLE = 1
    """The newest that can go on."""
    ANY = 2
    """Each is tried."""


STRAIGHT_ON = 8
"""How many times more nodes a search may enter than leave; beyond, it goes where no end is."""


@dataclass(frozen=True, slots=True)
class Conduct:
    """How a search behaves."""

    refusal: Refusal
    turn: Turn = Turn.NEWEST


class Search:
    """One search through the nodes of a program, under one conduct."""

    def __init__(self, program: Program, conduct: Conduct, meter: Meter, *, left_max: int) -> None:
        """Take how many nodes may be left again before the search gives up."""
        self._state = program.facts.state
        self._goal = program.goal
        self._root = program.root
        self._conduct = conduct
        self._meter = meter
        self._left_max = left_max
        # What refuses no loop may go down one for ever, and leave nothing.
        is_patient = conduct.refusal is Refusal.NEVER
        self._taken_max = left_max if is_patient else left_max * STRAIGHT_ON
        self._taken = 0
        self._agenda = Agenda()
        self._visited: dict[int, None] = {}
        self._tried: dict[int, None] = {}
        self._frames: list[tuple[Iterator[Choice], int, Snapshot]] = []
        self.was_thorough = True

    def run(self) -> tuple[Step, ...] | None:
        """Return the steps of a plan, or nothing when there is none this way.

        Raises:
            ExhaustedError: a limit was reached before.
        """
        bottom = self._state.height
        self._agenda.begin(self._root)
        self._open()
        while self._frames and not self._has_enough():
            choices, height, snapshot = self._frames[-1]
            self._state.rewind(height)
            self._agenda.rewind(snapshot)
            choice = next(choices, None)
            if choice is None:
                self._frames.pop()
                continue
            self._meter.count(len(self._frames))
            self._taken += 1
            self._take(choice)
            if not self._go_on():
                continue
            if self._agenda.ready is None:
                if self._goal(()):
                    return tuple(self._agenda.steps)
                continue
            if self._is_new():
                self._open()
        self._state.rewind(bottom)
        return None

    def _has_enough(self) -> bool:
        """Return whether more nodes were left again than may be; then nothing is proven."""
        left = self._taken - len(self._frames)
        has_enough = left > self._left_max or self._taken > self._taken_max
        if has_enough:
            self.was_thorough = False
        return has_enough

    def _open(self) -> None:
        self._frames.append((self._choices(), self._state.height, self._agenda.snapshot()))

    def _is_new(self) -> bool:
        mark = hash((self._state.mark, self._agenda.mark))
        if mark in self._visited:
            return False
        self._visited[mark] = None
        return True

    def _take(self, choice: Choice) -> None:
        pending, way, row = choice
        if way is not None:
            pending.seen = self._state.mark
            self._agenda.replace(pending, way, row)
        elif isinstance(pending.task, Deed):
            pending.task.carry_out(pending.arguments, self._state)
            self._agenda.finish(pending)

    def _go_on(self) -> bool:
        """Carry out actions while there is no choice; return whether the search can go on."""
        agenda = self._agenda
        while (ready := agenda.ready) is not None:
            pending, others = ready
            if not isinstance(pending.task, Deed):
                return True
            if not pending.task.is_possible(pending.arguments):
                return others is not None and self._conduct.turn is not Turn.NEWEST
            if others is not None and self._conduct.turn is Turn.ANY:
                return True
            pending.task.carry_out(pending.arguments, self._state)
            agenda.finish(pending)
        return True

    def _choices(self) -> Iterator[Choice]:
        turn = self._conduct.turn
        ready: Ready = self._agenda.ready
        while ready is not None:
            pending, ready = ready
            has_any = False
            for choice in self._choices_of(pending):
                has_any = True
                yield choice
            if turn is Turn.NEWEST or (turn is Turn.NEWEST_POSSIBLE and has_any):
                if ready is not None:
                    self.was_thorough = False
                return

    def _choices_of(self, pending: Pending) -> Iterator[Choice]:
        task = pending.task
        if isinstance(task, Deed):
            if task.is_possible(pending.arguments):
                yield pending, None, ()
            return
        if self._is_refused(pending, task):
            self.was_thorough = False
            return
        for way in task.ways:
            for row in way.matcher.rows(pending.arguments):
                yield pending, way, row

    def _is_refused(self, pending: Pending, task: Work) -> bool:
        refusal = self._conduct.refusal
        if refusal is Refusal.NEVER:
            return False
        state = self._state.mark
        if refusal is not Refusal.LOOP:
            following = pending.root if refusal is Refusal.SAME_RECURSION else 0
            mark = hash((state, task.number, pending.arguments, following))
            if mark in self._tried:
                return True
            self._tried[mark] = None
        ancestor = pending.parent
        while ancestor is not None and ancestor.seen == state:
            if ancestor.task is task and ancestor.arguments == pending.arguments:
                return True
            ancestor = ancestor.parent
        return False
