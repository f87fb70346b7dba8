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
from operator import itemgetter

from planner.domain.search.deeds import Deed
from planner.domain.search.meter import Meter
from planner.domain.search.network import Agenda, Pending, Ready, Snapshot, Step
from planner.domain.search.program import Program, Way, Work
from planner.domain.search.reaching import Reached
from planner.domain.search.state import Row, Trail, scrambled

Choice = tuple[Pending, Way | None, Row]
Frame = tuple[Pending, Iterator[Choice], int, Snapshot]
"""A choice point: the task that is next, the choices not made yet, and how to come back."""


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


STRAIGHT_ON = {
    Refusal.NEVER: 1,
    Refusal.LOOP: 8,
    Refusal.SAME_RECURSION: 8,
    Refusal.SAME_TASK: 32,
}
"""How many times more nodes a search may enter than leave; beyond, it goes where no end is.

What refuses no loop may go down one for ever, and leave nothing.
"""


@dataclass(frozen=True, slots=True)
class Conduct:
    """How a search behaves."""

    refusal: Refusal
    turn: Turn = Turn.NEWEST
    depth_max: int = 0
    """How many tasks of one recursion a task may be part of; 0 for any number."""
    keeps_done: bool = False
    """Whether a task that was carried out stays as it is, whatever fails later."""
    seed: int = 0
    """What the order of choices is derived from; 0 for the order that the domain gives."""
    keeps_ways: bool = True
    """Whether methods are tried in the domain's order even so, and only their objects are not."""


class Search:
    """One search through the nodes of a program, under one conduct; it can be resumed."""

    def __init__(
        self, program: Program, conduct: Conduct, meter: Meter, known: Reached | None = None
    ) -> None:
        """Take what could be carried out at all, if that is known."""
        self.program = program
        self.was_thorough = True
        self._reached = known
        self._state = program.facts.state
        self._goal = program.goal
        self._conduct = conduct
        self._meter = meter
        self._straight_on = STRAIGHT_ON[conduct.refusal]
        self._taken = 0
        self._kept = 0
        self._agenda = Agenda()
        self._is_chain = program.is_ordered and conduct.turn is Turn.NEWEST
        self._visited: dict[int, int] = {}
        self._tried: dict[int, int] = {}
        self._frames: list[Frame] = []
        self._suspended: Trail = []
        self._open(self._agenda.begin(program.root))

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to try."""
        return not self._frames

    def run(self, left_max: int) -> tuple[Step, ...] | None:
        """Return the steps of a plan, or nothing when there is none before so many nodes were left.

        Nodes of earlier runs count as well. With a plan, the state stays as it leaves it.

        Raises:
            ExhaustedError: a limit was reached before.
        """
        bottom = self._state.height
        self._state.resume(self._suspended)
        steps = self._go(left_max)
        if steps is None:
            self._suspended = self._state.suspend(bottom)
        return steps

    def _go(self, left_max: int) -> tuple[Step, ...] | None:
        frames, agenda, state = self._frames, self._agenda, self._state
        while frames and not self._has_enough(left_max):
            _, choices, height, snapshot = frames[-1]
            state.rewind(height)
            agenda.rewind(snapshot)
            choice = next(choices, None)
            if choice is None:
                frames.pop()
                continue
            self._meter.count(len(frames))
            self._taken += 1
            self._take(choice)
            if not self._go_on():
                continue
            if agenda.ready is None:
                if self._goal(()):
                    return tuple(agenda.steps)
                continue
            pending, _ = agenda.ready
            if self._is_new(pending):
                if self._conduct.keeps_done:
                    self._keep_done(pending)
                self._open(pending)
        return None

    def _has_enough(self, left_max: int) -> bool:
        left = self._taken - len(self._frames) - self._kept
        return left > left_max or self._taken > left_max * self._straight_on

    def _keep_done(self, following: Pending) -> None:
        """Forget the choices within tasks that were carried out before the following one."""
        frames = self._frames
        while len(frames) > 1 and not following.is_part_of(frames[-1][0]):
            frames.pop()
            self._kept += 1
            self.was_thorough = False

    def _open(self, pending: Pending) -> None:
        choices = self._choices_of(pending) if self._is_chain else self._choices()
        frame = (pending, choices, self._state.height, self._agenda.snapshot())
        self._frames.append(frame)

    def _is_new(self, pending: Pending) -> bool:
        mark = hash((self._state.mark, self._agenda.mark))
        return self._is_first(self._visited, mark, pending)

    def _is_first(self, depths: dict[int, int], mark: int, pending: Pending) -> bool:
        """Return whether the mark is new, or was met only where less depth was left."""
        depth = pending.depth if self._conduct.depth_max else 0
        before = depths.get(mark)
        if before is not None and before <= depth:
            return False
        depths[mark] = depth
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
        agenda, turn = self._agenda, self._conduct.turn
        while (ready := agenda.ready) is not None:
            pending, others = ready
            if not isinstance(pending.task, Deed):
                return True
            if others is not None:
                if turn is Turn.ANY:
                    return True
                self.was_thorough = False
            if not pending.task.is_possible(pending.arguments):
                return others is not None and turn is not Turn.NEWEST
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
        if self._conduct.seed:
            yield from self._shuffled(pending, task)
            return
        for way in task.ways:
            for row in way.matcher.rows(pending.arguments):
                if self._has_end(way, row):
                    yield pending, way, row

    def _has_end(self, way: Way, row: Row) -> bool:
        """Return whether all subtasks could be carried out, as far as that is known."""
        reached = self._reached
        if reached is not None:
            for task, arguments_of in way.steps:
                if arguments_of(row) not in reached[task.number]:
                    return False
        return True

    def _shuffled(self, pending: Pending, task: Work) -> list[Choice]:
        salt = scrambled(self._conduct.seed + self._taken)
        keeps_ways = self._conduct.keeps_ways
        found = [
            ((number if keeps_ways else 0, hash((salt, number, row))), (pending, way, row))
            for number, way in enumerate(task.ways)
            for row in way.matcher.rows(pending.arguments)
            if self._has_end(way, row)
        ]
        found.sort(key=itemgetter(0))
        return [choice for _, choice in found]

    def _is_refused(self, pending: Pending, task: Work) -> bool:
        refusal = self._conduct.refusal
        if 0 < self._conduct.depth_max < pending.depth:
            return True
        if refusal is Refusal.NEVER:
            return False
        state = self._state.mark
        if refusal is not Refusal.LOOP:
            following = pending.root if refusal is Refusal.SAME_RECURSION else 0
            mark = hash((state, task.number, pending.arguments, following))
            if not self._is_first(self._tried, mark, pending):
                return True
        ancestor = pending.parent
        while ancestor is not None and ancestor.seen == state:
            if ancestor.task is task and ancestor.arguments == pending.arguments:
                return True
            ancestor = ancestor.parent
        return False
