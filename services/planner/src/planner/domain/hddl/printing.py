"""A plan in the format of the planning competition (IPC 2020): actions, decompositions, root."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decomposition:
    """A compound task of a plan: the method that carried it out, and into which tasks."""

    number: int
    task: str
    method: str
    children: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Actions in the order of their execution, and how they came about; all tasks are numbered."""

    actions: Mapping[int, str]
    root: tuple[int, ...]
    decompositions: tuple[Decomposition, ...]


def plan_text(plan: Plan) -> str:
    """Return the plan in the competition's format."""
    return "\n".join(_lines(plan)) + "\n"


def _lines(plan: Plan) -> Iterator[str]:
    yield "==>"
    for number, action in plan.actions.items():
        yield f"{number} {action}"
    yield _joined("root", plan.root)
    for each in plan.decompositions:
        yield _joined(f"{each.number} {each.task} -> {each.method}", each.children)
    yield "<=="


def _joined(start: str, numbers: Iterable[int]) -> str:
    return " ".join((start, *map(str, numbers)))
