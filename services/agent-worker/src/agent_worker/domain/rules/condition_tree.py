"""A condition on a row as a tree: what its text comes to once it was read and checked."""

from dataclasses import dataclass
from enum import StrEnum

from agent_worker.domain.data_types import DataType


class Sort(StrEnum):
    """What kind of thing an expression yields; only things of one sort are compared."""

    NUMBER = "a number"
    TEXT = "a text"
    TIME = "a time"
    TRUTH = "true or false"
    MISSING = "null"


SORT_OF = {
    DataType.BIGINT: Sort.NUMBER,
    DataType.DOUBLE: Sort.NUMBER,
    DataType.BOOLEAN: Sort.TRUTH,
    DataType.DATE: Sort.TIME,
    DataType.TIMESTAMP: Sort.TIME,
    DataType.VARCHAR: Sort.TEXT,
}


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that stands in the condition."""

    value: str | float | bool | None
    sort: Sort


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the row."""

    name: str
    sort: Sort


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator or a function, named as in the text, with what it is applied to."""

    name: str
    operands: tuple["Tree", ...]
    sort: Sort


Tree = Literal | Column | Operation


@dataclass(frozen=True, slots=True)
class Function:
    """What a function takes and yields."""

    takes: tuple[Sort, ...]
    yields: Sort


FUNCTIONS = {
    "length": Function((Sort.TEXT,), Sort.NUMBER),
    "lower": Function((Sort.TEXT,), Sort.TEXT),
    "upper": Function((Sort.TEXT,), Sort.TEXT),
    "trim": Function((Sort.TEXT,), Sort.TEXT),
    "abs": Function((Sort.NUMBER,), Sort.NUMBER),
    "floor": Function((Sort.NUMBER,), Sort.NUMBER),
    "round": Function((Sort.NUMBER,), Sort.NUMBER),
    "year": Function((Sort.TIME,), Sort.NUMBER),
    "month": Function((Sort.TIME,), Sort.NUMBER),
    "day": Function((Sort.TIME,), Sort.NUMBER),
    "starts_with": Function((Sort.TEXT, Sort.TEXT), Sort.TRUTH),
    "ends_with": Function((Sort.TEXT, Sort.TEXT), Sort.TRUTH),
    "contains": Function((Sort.TEXT, Sort.TEXT), Sort.TRUTH),
}
"""Every function that a condition can call: each yields the same tomorrow, and reads nothing."""


def columns_of(tree: Tree) -> tuple[str, ...]:
    """Return the columns that a condition mentions, each once, in order."""
    match tree:
        case Literal():
            return ()
        case Column(name):
            return (name,)
        case Operation(operands=operands):
            return tuple(dict.fromkeys(name for each in operands for name in columns_of(each)))
