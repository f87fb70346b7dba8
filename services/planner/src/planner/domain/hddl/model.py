"""What a domain and a problem of the exchange format say, as data.

A term is a name: of a variable when it begins with `?`, else of an object.
"""

from collections.abc import Mapping
from dataclasses import dataclass

OBJECT = "object"
"""The type of everything."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A variable or an object, and the types of which it has at least one."""

    name: str
    types: tuple[str, ...] = (OBJECT,)


@dataclass(frozen=True, slots=True)
class Atom:
    """A predicate, or a task, of terms."""

    name: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Equal:
    """Both terms are the same object."""

    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Formula"


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold."""

    parts: tuple["Formula", ...] = ()


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds."""

    parts: tuple["Formula", ...]


@dataclass(frozen=True, slots=True)
class Exists:
    """The part holds for some objects."""

    variables: tuple[Typed, ...]
    part: "Formula"


@dataclass(frozen=True, slots=True)
class ForAll:
    """The part holds for all objects."""

    variables: tuple[Typed, ...]
    part: "Formula"


Formula = Atom | Equal | Not | And | Or | Exists | ForAll


@dataclass(frozen=True, slots=True)
class Effect:
    """What an action changes, for all objects of some types for which the condition holds."""

    variables: tuple[Typed, ...] = ()
    condition: Formula = And()
    added: tuple[Atom, ...] = ()
    removed: tuple[Atom, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """A primitive task: when it can be carried out, and what it changes."""

    name: str
    parameters: tuple[Typed, ...]
    precondition: Formula = And()
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """A compound task."""

    name: str
    parameters: tuple[Typed, ...]


@dataclass(frozen=True, slots=True)
class Network:
    """Tasks, and the pairs of their numbers of which the first must end before the second."""

    tasks: tuple[Atom, ...] = ()
    orderings: tuple[tuple[int, int], ...] = ()
    constraint: Formula = And()


@dataclass(frozen=True, slots=True)
class Method:
    """One way to carry a compound task out."""

    name: str
    parameters: tuple[Typed, ...]
    task: Atom
    precondition: Formula
    network: Network


@dataclass(frozen=True, slots=True)
class Domain:
    """Everything that problems have in common."""

    name: str
    types: Mapping[str, tuple[str, ...]]
    """Each type with those that it is part of."""
    constants: tuple[Typed, ...]
    predicates: Mapping[str, tuple[Typed, ...]]
    tasks: Mapping[str, Task]
    actions: Mapping[str, Action]
    methods: tuple[Method, ...]

    def parameters_of(self, task: str) -> tuple[Typed, ...]:
        """Return the parameters of the task or action."""
        return (self.actions.get(task) or self.tasks[task]).parameters


@dataclass(frozen=True, slots=True)
class Problem:
    """Objects, what holds at first, the tasks to carry out, and what must hold at last."""

    name: str
    objects: tuple[Typed, ...]
    parameters: tuple[Typed, ...]
    network: Network
    facts: tuple[Atom, ...]
    goal: Formula = And()
