"""A planning domain as data: tasks, methods, conditions, and what follows from them.

Names of data are `family` or `family:member`; a task may read a whole family as `family:*`.
Texts between braces are paths into a task's arguments, such as `clean:{partition.name}`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import JsonValue

from shared.contracts.vocabulary import DataTaskType

WHOLE_FAMILY = ":*"
"""Ends the name of all data of one family."""


class Executor(StrEnum):
    """Who carries a primitive task out."""

    AGENT = "agent"
    CONSENSUS = "consensus"


class Check(StrEnum):
    """What a condition asks of its subject."""

    GIVEN = "given"
    """It is there and not empty."""
    ABSENT = "absent"
    """It is not there, or empty."""
    EQUALS = "equals"
    AT_LEAST = "at_least"


@dataclass(frozen=True, slots=True)
class TaskModel:
    """One kind of task: what it takes, reads and brings about."""

    name: str
    task_type: DataTaskType
    parameters: tuple[str, ...] = ()
    """Names of its arguments."""
    inputs: tuple[str, ...] = ()
    """Data that it reads."""
    outputs: tuple[str, ...] = ()
    """Data that it brings about."""
    needs: tuple[str, ...] = ()
    """Facts that choosing a method for it may read."""
    effects: tuple[str, ...] = ()
    """Facts that hold once it is done."""
    executor: Executor = Executor.AGENT
    duration_seconds: float = 1.0
    """What one run is expected to take."""
    timeout_seconds: float = 600.0
    """What one attempt may take."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that must hold of an argument or a fact for a method to apply."""

    subject: str
    """A path that begins with an argument or a fact, such as `table` or `partition.name`."""
    check: Check
    operand: JsonValue = None


@dataclass(frozen=True, slots=True)
class ForEach:
    """One subtask for each member of a list that may not be known yet."""

    members: str
    """The path of the list."""
    variable: str
    """What a member is called in the subtask's arguments."""
    label: str
    """The path of the text that tells members apart, such as `partition.name`."""


@dataclass(frozen=True, slots=True)
class Subtask:
    """A step of a method; only its data and `after` order it among the others."""

    task: str
    arguments: Mapping[str, str] = field(default_factory=dict[str, str])
    """Where each parameter of the task is taken from: a path."""
    after: tuple[str, ...] = ()
    """Names of subtasks that must be done before it, besides those whose data it reads."""
    for_each: ForEach | None = None
    alias: str = ""
    """Its name in the method, where the task's own is taken."""

    @property
    def name(self) -> str:
        """What the method calls this step."""
        return self.alias or self.task


@dataclass(frozen=True, slots=True)
class Method:
    """One way to carry a compound or abstract task out."""

    name: str
    task: str
    subtasks: tuple[Subtask, ...]
    when: tuple[Condition, ...] = ()
    """All of them must hold."""


class Domain:
    """Tasks by name, and the methods of each in the order in which they are preferred."""

    def __init__(
        self, name: str, version: str, *, tasks: Sequence[TaskModel], methods: Sequence[Method]
    ) -> None:
        self.name = name
        self.version = version
        self.tasks = {task.name: task for task in tasks}
        self.methods: dict[str, list[Method]] = {}
        for method in methods:
            self.methods.setdefault(method.task, []).append(method)


def family_of(name: str) -> str:
    """Return the family that a name of data belongs to."""
    return name.partition(":")[0]


def head_of(path: str) -> str:
    """Return the argument or fact that a path begins with."""
    return path.partition(".")[0]
