"""Finding a plan: searches one after the other, the hasty first, until one finds a plan or proof.

A hasty search gives up what looks like a waste of time and so often finds a plan at once; what it
missed, a more patient one finds. Each round allows each of them four times as many nodes as the
round before. Nodes, not seconds, end a search's turn: the same problem gets the same plan on every
machine that is fast enough.
"""

from collections.abc import Iterator

from planner.domain.hddl.model import Domain, Problem
from planner.domain.hddl.printing import Decomposition, Plan
from planner.domain.search.meter import Meter
from planner.domain.search.network import Pending, Step
from planner.domain.search.program import Program, compile_problem
from planner.domain.search.searching import Conduct, Refusal, Search, Turn

NODES_FIRST = 5_000
"""Nodes of each search in the first round: a tenth of a second."""

GROWTH = 4

CONTIGUOUS = (
    Conduct(Refusal.SAME_TASK),
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
    contiguous = compile_problem(domain, problem, interleaved=False)
    portfolio = [(contiguous, conduct) for conduct in CONTIGUOUS]
    if not contiguous.is_ordered:
        interleaved = compile_problem(domain, problem, interleaved=True)
        portfolio += [(interleaved, conduct) for conduct in INTERLEAVED]
    nodes_max = NODES_FIRST
    while True:
        for program, conduct in portfolio:
            search = Search(program, conduct, meter, nodes_max=nodes_max)
            steps = search.run()
            if steps is not None:
                return _plan(steps, program)
            if search.was_thorough and (program.is_ordered or program is not contiguous):
                return None
        nodes_max *= GROWTH


def _plan(steps: tuple[Step, ...], program: Program) -> Plan:
    """Return the plan with its tasks numbered: the actions first, in their order."""
    names = program.facts.universe.names
    carried_out = [pending for pending, way, _ in steps if way is None]
    decomposed = [pending for pending, way, _ in steps if way is not None]
    numbers = {pending: number for number, pending in enumerate((*carried_out, *decomposed))}
    (_, _, first), *rest = (step for step in steps if step[1] is not None)
    return Plan(
        actions={numbers[pending]: _text(pending, names) for pending in carried_out},
        root=tuple(numbers[pending] for pending in first),
        decompositions=tuple(_decompositions(rest, numbers, names)),
    )


def _decompositions(
    steps: list[Step], numbers: dict[Pending, int], names: tuple[str, ...]
) -> Iterator[Decomposition]:
    for pending, way, children in steps:
        if way is not None:
            below = tuple(numbers[child] for child in children)
            yield Decomposition(numbers[pending], _text(pending, names), way.name, below)


def _text(pending: Pending, names: tuple[str, ...]) -> str:
    return " ".join((pending.task.name, *(names[number] for number in pending.arguments)))
