"""Whether two tables can be joined, and what the columns of the result are called."""

from collections.abc import Collection, Sequence
from enum import StrEnum

from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.table_columns import Columns, check_named

RIGHT_SUFFIX = "_right"
"""Ends the name of a right column that the left side has too, as often as it takes."""


class JoinKind(StrEnum):
    """Which rows of the left table stay."""

    INNER = "inner"
    """Those that have a partner."""
    LEFT = "left"
    """All of them."""


def check_join(left: Columns, right: Columns, key: Sequence[str]) -> None:
    """Pass two tables that have the key, in the same types.

    Raises:
        ActionFailedError: the key is empty, a column of it is missing, or its types differ.
    """
    if not key:
        raise ActionFailedError(
            "key_missing",
            "no column is named to join on",
            remedy="Name at least one column that both tables have.",
        )
    check_named(key, left, "the left table's key")
    check_named(key, right, "the right table's key")
    differing = [
        f"{name} is {left[name]} on the left and {right[name]} on the right"
        for name in key
        if left[name] != right[name]
    ]
    if differing:
        raise ActionFailedError(
            "key_types_differ",
            "; ".join(differing),
            remedy="Migrate one of the tables, so that the key has one type.",
        )


def right_names(left: Collection[str], right: Columns, key: Collection[str]) -> dict[str, str]:
    """Return what each right column that is not in the key is called in the result."""
    taken = {name.lower() for name in left}
    names: dict[str, str] = {}
    for column in right:
        if column in key:
            continue
        name = column
        while name.lower() in taken:
            name += RIGHT_SUFFIX
        taken.add(name.lower())
        names[column] = name
    return names
