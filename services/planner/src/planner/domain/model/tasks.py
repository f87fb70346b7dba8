"""Tasks and methods, and the domain that they make up.

Names of data are `family` or `family:member`; a task may read a whole family as `family:*`.
Texts between braces are paths into a task's arguments, such as `clean:{partition.name}`; a path
that leads to a list stands for one name for each of its members.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.domain.model.formulas import ALWAYS, Atom, Expression, Formula, Typed
from planner.domain.model.work import Work
from shared.contracts.vocabulary import DataTaskType

WHOLE_FAMILY = ":*"
"""Ends the name of all data of one family."""

Argument = str | Expression
"""A term, or a value that is computed."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What an action changes, for all objects of some types for which the condition holds."""

    variables: tuple[Typed, ...] = ()
    condition: Formula = ALWAYS
    added: tuple[Atom, ...] = ()
    removed: tuple[Atom, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """One kind of task: what it takes, reads and brings about."""

    name: str
    task_type: DataTaskType
    parameters: tuple[Typed, ...] = ()
    precondition: Formula = ALWAYS
    """When it can be carried out, if it is primitive."""
    effects: tuple[Effect, ...] = ()
    inputs: tuple[str, ...] = ()
    """Data that it reads."""
    outputs: tuple[str, ...] = ()
    """Data that it brings about."""
    needs: tuple[str, ...] = ()
    """Facts that choosing a method for it, or handing it out, may wait for."""
    facts: tuple[str, ...] = ()
    """Facts that it makes known, beyond its parent's other subtasks if the parent has them too."""
    work: Work | None = None
    """What carrying it out asks for, if it is primitive and meant to be carried out."""
    budget_seconds: float | None = None
    """How long agents may be busy with all that it is decomposed into; None for no limit."""
    description: str = ""

    @property
    def is_primitive(self) -> bool:
        """Whether it is carried out as it is."""
        return self.task_type is DataTaskType.PRIMITIVE


@dataclass(frozen=True, slots=True)
class Step:
    """A subtask of a method."""

    name: str
    """What the method calls it."""
    task: str
    arguments: tuple[Argument, ...] = ()
    """One for each parameter of the task."""

    @property
    def terms(self) -> tuple[str, ...]:
        """Its arguments that are terms: all of them where none is computed."""
        return tuple([each for each in self.arguments if isinstance(each, str)])


@dataclass(frozen=True, slots=True)
class ForEach:
    """A method's only step is repeated for each member of a list that may not be known yet."""

    members: Expression
    variable: str
    """What a member is called in the step's arguments."""
    label: str
    """The path of the text that tells members apart, such as `partition.name`."""


@dataclass(frozen=True, slots=True)
class Network:
    """Steps, and the pairs of their numbers of which the first must end before the second."""

    steps: tuple[Step, ...] = ()
    orderings: tuple[tuple[int, int], ...] = ()
    constraint: Formula = ALWAYS


@dataclass(frozen=True, slots=True)
class Method:
    """One way to carry a compound or abstract task out."""

    name: str
    task: Atom
    """Which one; its terms are bound to the task's arguments."""
    network: Network
    parameters: tuple[Typed, ...] = ()
    """Its variables; those that are no terms of the task are for a search to bind."""
    precondition: Formula = ALWAYS
    for_each: ForEach | None = None
    mends: tuple[str, ...] = ()
    """Codes of the failures of other methods after which it is tried; empty for all."""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Domain:
    """Everything that problems, or goals, have in common."""

    name: str
    version: str
    tasks: Mapping[str, Task]
    """By name."""
    methods: Mapping[str, tuple[Method, ...]]
    """By the name of their task, the preferred one first."""
    types: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Each type with those that it is part of."""
    constants: tuple[Typed, ...] = ()
    predicates: Mapping[str, tuple[Typed, ...]] = field(
        default_factory=dict[str, tuple[Typed, ...]]
    )
    lines: Mapping[str, int] = field(default_factory=dict[str, int], compare=False)
    """Where each part stands in its source, by `task NAME`, `method NAME`, `method NAME step STEP`
    and `method NAME when`; counted from 1."""
    source: str = field(default="", compare=False)
    """The name of the file that it was read from, for people."""
    sources: Mapping[str, str] = field(default_factory=dict[str, str], compare=False)
    """The same for each part, if there are several files."""

    @property
    def primitives(self) -> dict[str, Task]:
        """The tasks that are carried out as they are, by name."""
        return {name: task for name, task in self.tasks.items() if task.is_primitive}

    @property
    def compounds(self) -> dict[str, Task]:
        """The tasks that methods carry out, by name."""
        return {name: task for name, task in self.tasks.items() if not task.is_primitive}

    @property
    def all_methods(self) -> tuple[Method, ...]:
        """The methods of all tasks."""
        return tuple(method for methods in self.methods.values() for method in methods)

    def place_of(self, part: str) -> tuple[str, int]:
        """Return the file and the line of a part; line 0 when nobody knows."""
        return self.sources.get(part, self.source), self.lines.get(part, 0)

    def parameters_of(self, task: str) -> tuple[Typed, ...]:
        """Return the parameters of the task."""
        return self.tasks[task].parameters


@dataclass(frozen=True, slots=True)
class Problem:
    """Objects, what holds at first, the tasks to carry out, and what must hold at last."""

    name: str
    objects: tuple[Typed, ...]
    parameters: tuple[Typed, ...]
    network: Network
    facts: tuple[Atom, ...]
    goal: Formula = ALWAYS


def family_of(name: str) -> str:
    """Return the family that a name of data belongs to."""
    return name.partition(":")[0]
