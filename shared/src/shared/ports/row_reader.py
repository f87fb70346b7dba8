"""Reading rows of a database that is not ours: one table or one query, batch by batch.

The calls are no coroutines: who reads is a child process that has nothing else to do meanwhile.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

Value = object
"""What a driver returns for a cell: None, text, number, date or time, bytes, or nested JSON."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a query, as one moment of the database has them."""

    columns: tuple[str, ...]
    batches: Iterator[Sequence[Sequence[Value]]]


@dataclass(frozen=True, slots=True)
class Selection:
    """What is read: a table, with its schema before a point, or a query."""

    table: str = ""
    query: str = ""


class RowsUnreadableError(Exception):
    """The database does not answer, or refuses what it is asked; says which, without secrets."""

    def __init__(self, detail: str, *, passes: bool) -> None:
        super().__init__(detail)
        self.passes = passes
        """Whether it may be otherwise in a moment, without anybody changing anything."""


OpenRows = Callable[[str, Selection], AbstractContextManager[Rows]]
"""Opens a selection of the database that a URI names."""
