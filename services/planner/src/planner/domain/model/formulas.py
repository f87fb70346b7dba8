"""What can hold: formulas of logic over objects, and expressions over arguments and facts.

A term is a name: of a variable when it begins with `?`, else of an object.
"""

from dataclasses import dataclass

OBJECT = "object"
"""The type of everything."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A variable, an object or a parameter, and the types of which it has at least one."""

    name: str
    types: tuple[str, ...] = (OBJECT,)


@dataclass(frozen=True, slots=True)
class Atom:
    """A predicate, or a task, of terms."""

    name: str
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Equal:
    """Both terms are the same object."""

    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Expression:
    """A computed formula or value, in CEL, over the names of arguments and facts."""

    text: str


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Formula"


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold."""

    parts: tuple["Formula", ...] = ()


ALWAYS = And()
"""What holds in any case."""


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


Formula = Atom | Equal | Expression | Not | And | Or | Exists | ForAll
