"""Columns that somebody names must be there, and fit what is to be done with them."""

from collections.abc import Mapping, Sequence

from agent_worker.domain.data_types import DataType
from agent_worker.domain.failures import ActionFailedError

LINEAGE_COLUMNS = ("_source_file", "_source_line")
"""Where a row came from; what makes no two rows differ."""

Columns = Mapping[str, DataType]
"""The types of a table's columns by their names, in order."""


def check_named(names: Sequence[str], columns: Columns, purpose: str) -> None:
    """Pass names that are columns, each named once.

    Raises:
        ActionFailedError: one is unknown, or named twice.
    """
    unknown = [name for name in names if name not in columns]
    if unknown:
        raise ActionFailedError(
            "column_unknown",
            f"{purpose}: there is no column {', '.join(unknown)}; "
            f"there are {', '.join(columns) or 'none'}",
            remedy="Correct the goal's parameters; names are written as the table has them.",
        )
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ActionFailedError(
            "column_repeated",
            f"{purpose}: {', '.join(repeated)} is named more than once",
            remedy="Name each column once.",
        )


def own_columns(columns: Columns) -> list[str]:
    """Return the columns that say something of a row itself, not of where it came from."""
    return [name for name in columns if name not in LINEAGE_COLUMNS]
