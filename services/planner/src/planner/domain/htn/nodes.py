"""What a decomposition yields: tasks, and how each came to be decomposed or still waits."""

from typing import NamedTuple

from planner.domain.htn.program import CompiledTask
from shared.contracts.vocabulary import Parameters

NO_NAMES: tuple[str, ...] = ()


class Node(NamedTuple):
    """One task of a plan."""

    path: str
    """Names from the root down: what identifies it in every plan for the same goal."""
    position: str
    """Orders a plan's tasks as they are written down, each before its subtasks."""
    name: str
    task: CompiledTask
    arguments: Parameters
    inputs: tuple[str, ...] = NO_NAMES
    outputs: tuple[str, ...] = NO_NAMES
    parent: str = ""
    """The path of the task that it is part of."""
    after: tuple[str, ...] = NO_NAMES
    """Paths of the siblings that it waits for; when none, it waits for what its parent does."""

    @property
    def depth(self) -> int:
        """How many tasks it is part of."""
        return self.position.count(".")


class Rejection(NamedTuple):
    """A method that was not taken, and why."""

    method: str
    reason: str


class Choice(NamedTuple):
    """How a task is decomposed, or what that waits for."""

    path: str
    method: str
    """Empty while it waits."""
    awaits: tuple[str, ...] = NO_NAMES
    """The facts that it waits for."""
    rejected: tuple[Rejection, ...] = ()
    members: int = 0
    """How many subtasks it has; those of a repeated step may be planned by and by."""


class Plan(NamedTuple):
    """What a task was decomposed into, parents before children; the task itself is not in it."""

    nodes: tuple[Node, ...]
    choices: tuple[Choice, ...]
    """One for each task that a method was looked for, the decomposed one first."""


def root_of(task: CompiledTask, arguments: Parameters) -> Node:
    """Return the task that stands for a whole goal."""
    return Node(path=task.name, position="0", name=task.name, task=task, arguments=arguments)
