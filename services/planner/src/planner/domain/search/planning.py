"""Finding a plan: searches one after the other, the hasty first, until one finds a plan or proof.

A hasty search gives up what looks like a waste of time and so often finds a plan at once; what it
missed, a more patient one finds. Lasting searches go on in each round where they were stopped, and
may leave four times as many nodes as in the round before. Between them pass searches that last one
round only: with a limit to the depth of recursions, or with choices in another order. Nodes, not
seconds, end a search's turn: the same problem gets the same plan on every machine that is fast
enough.
"""

from collections.abc import Iterator, Mapping
from itertools import count

from planner.domain.hddl.printing import Decomposition, Plan
from planner.domain.model.tasks import Domain, Problem
from planner.domain.search.meter import Meter
from planner.domain.search.network import Pending, Step
from planner.domain.search.postponing import is_continuation
from planner.domain.search.program import Program, compile_problem
from planner.domain.search.reaching import reached
from planner.domain.search.searching import Conduct, Refusal, Search, Turn

Parts = Mapping[Pending, tuple[Pending, ...]]
"""Each task of a plan with those that it was decomposed into."""

LEFT_FIRST = 5_000
"""Nodes that each search may leave again in the first round: a tenth of a second's."""

GROWTH = 4

DEPTH_FIRST = 4
"""How deep recursions may go in the first round; twice as deep in each round after."""

REACHED_ROWS_MAX = 300_000
"""Rows that may be looked at to learn what could be reached: about half a second's."""

SHUFFLES = 6
"""Searches of each round that take choices in orders of their own."""

CONTIGUOUS = (
    Conduct(Refusal.SAME_TASK),
    Conduct(Refusal.LOOP, keeps_done=True),
    Conduct(Refusal.SAME_RECURSION),
    Conduct(Refusal.LOOP),
    Conduct(Refusal.NEVER),
)
"""Whatever task was begun is ended before the next."""

INTERLEAVED = (
    Conduct(Refusal.SAME_TASK, Turn.NEWEST_POSSIBLE),
    Conduct(Refusal.LOOP, Turn.NEWEST_POSSIBLE),
    Conduct(Refusal.LOOP, Turn.ANY),
    Conduct(Refusal.NEVER, Turn.ANY),
)


def solve(domain: Domain, problem: Problem, meter: Meter) -> Plan | None:
    """Return a plan for the problem, or nothing when there is none.

    Raises:
        ExhaustedError: a limit was reached before either was certain.
    """
    for search, left_max in _turns(domain, problem, meter):
        program = search.program
        steps = search.run(left_max)
        if steps is not None:
            return _plan(steps, program)
        is_proof = search.is_over and search.was_thorough
        if is_proof and (program.is_ordered or program.is_interleaved):
            return None
    raise AssertionError("the turns never end")


def _turns(domain: Domain, problem: Problem, meter: Meter) -> Iterator[tuple[Search, int]]:
    """Yield which search comes next, for ever; what only later ones need is found out later."""
    contiguous = compile_problem(domain, problem, interleaved=False)
    hasty = Search(contiguous, CONTIGUOUS[0], meter)
    yield hasty, LEFT_FIRST
    known = reached(contiguous, problem, REACHED_ROWS_MAX)
    lasting = [Search(contiguous, conduct, meter, known) for conduct in CONTIGUOUS]
    if known is None:
        lasting[0] = hasty
    programs = [contiguous]
    if not contiguous.is_ordered:
        yield from ((each, LEFT_FIRST) for each in lasting if not each.is_over)
        programs.append(compile_problem(domain, problem, interleaved=True))
        lasting += [Search(programs[-1], conduct, meter, known) for conduct in INTERLEAVED]
    for number in count():
        yield from ((each, LEFT_FIRST * GROWTH**number) for each in lasting if not each.is_over)
        for program in programs:
            for conduct in _in_turns(number) if program.is_interleaved else _passing(number):
                yield Search(program, conduct, meter, known), LEFT_FIRST * (number + 1)


def _passing(number: int) -> Iterator[Conduct]:
    """Yield the conducts that are tried in this round only."""
    yield Conduct(Refusal.SAME_TASK, depth_max=DEPTH_FIRST << number)
    yield Conduct(Refusal.LOOP, depth_max=DEPTH_FIRST << number)
    refusals = (Refusal.LOOP, Refusal.SAME_RECURSION, Refusal.SAME_TASK)
    for seed in range(number * SHUFFLES + 1, (number + 1) * SHUFFLES + 1):
        keeps_done, keeps_ways = not seed & 1, not seed & 2
        yield Conduct(
            refusals[seed % len(refusals)],
            keeps_done=keeps_done,
            seed=seed,
            keeps_ways=keeps_ways,
        )


def _in_turns(number: int) -> Iterator[Conduct]:
    """Yield the conducts of this round only in which tasks take turns."""
    for turn in (Turn.NEWEST_POSSIBLE, Turn.ANY):
        yield Conduct(Refusal.LOOP, turn, depth_max=DEPTH_FIRST << number)
        for seed in (2 * number + 1, 2 * number + 2):
            yield Conduct(Refusal.LOOP, turn, seed=seed)


def _plan(steps: tuple[Step, ...], program: Program) -> Plan:
    """Return the plan with its tasks numbered: the actions first, in their order."""
    names = program.facts.universe.names
    carried_out = [pending for pending, way, _ in steps if way is None]
    shown = [step for step in steps if step[1] and not is_continuation(step[0].task.name)]
    numbers = {each: at for at, each in enumerate((*carried_out, *(step[0] for step in shown)))}
    parts = {pending: children for pending, _, children in steps}
    (root, _, _), *below = shown
    return Plan(
        actions={numbers[each]: _text(each, names) for each in carried_out},
        root=tuple(numbers[each] for each in _children(root, parts)),
        decompositions=tuple(
            Decomposition(
                numbers[pending],
                _text(pending, names),
                way.name,
                tuple(numbers[each] for each in _children(pending, parts)),
            )
            for pending, way, _ in below
            if way is not None
        ),
    )


def _children(pending: Pending, parts: Parts) -> Iterator[Pending]:
    """Yield what a task was decomposed into, and what the tasks were that carry it on."""
    children = parts[pending]
    while children and is_continuation(children[-1].task.name):
        yield from children[:-1]
        children = parts[children[-1]]
    yield from children


def _text(pending: Pending, names: tuple[str, ...]) -> str:
    return " ".join((pending.task.name, *(names[number] for number in pending.arguments)))
