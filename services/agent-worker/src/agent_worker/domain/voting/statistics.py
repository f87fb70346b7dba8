"""What a table's statistics decide about a migration exactly, without a look at any row.

The log of a table, and the footer of a Parquet file, say of each column how many values are missing
and between which extremes the others lie. Where that is enough, no sample is needed.
"""

from collections.abc import Iterable, Mapping

from agent_worker.domain.data_types import DataType
from agent_worker.domain.schema_contract import ColumnMigration
from shared.contracts.vocabulary import Contract

EXACT_INTEGER_MAX = 2**53
"""Below it every integer is a DOUBLE, and none has been rounded to it."""

_KEEPS_ALL = {
    (DataType.DATE, DataType.TIMESTAMP),
    (DataType.BOOLEAN, DataType.BIGINT),
    (DataType.BOOLEAN, DataType.DOUBLE),
}
"""Casts that lose no value, whatever it is."""


class ColumnFacts(Contract):
    """What is known of a column's values, all of them."""

    rows: int
    missing: int | None = None
    """None where somebody did not count."""
    lowest: float | None = None
    highest: float | None = None
    """Of numbers; None where somebody did not look."""


class Settled(Contract):
    """What the statistics decide of one column."""

    column: str
    is_cast_settled: bool = False
    """Whether it is certain that its cast loses nothing."""
    is_filled: bool = False
    """Whether it is certain that no value is missing where none may."""
    told: str


def settle(
    columns: Iterable[ColumnMigration], facts: Mapping[str, ColumnFacts]
) -> tuple[Settled, ...]:
    """Return what is certain of a migration's columns, those of which anything is."""
    settled = (
        _settle(column, facts[column.origin]) for column in columns if column.origin in facts
    )
    return tuple(each for each in settled if each is not None)


def _settle(column: ColumnMigration, facts: ColumnFacts) -> Settled | None:
    types = tuple(dict.fromkeys(column.types))
    is_cast = len(types) > 1
    kept = _why_kept(types, facts) if is_cast else ""
    is_filled = not column.nullable and facts.missing == 0 and (not is_cast or bool(kept))
    said = [kept] if kept else []
    if is_filled:
        said.append(f"none of {facts.rows} values is missing")
    if not said:
        return None
    return Settled(
        column=column.name,
        is_cast_settled=bool(kept),
        is_filled=is_filled,
        told=f"`{column.name}`: {', '.join(said)}",
    )


def _why_kept(types: tuple[DataType, ...], facts: ColumnFacts) -> str:
    """Say why a cast loses nothing; empty where that is not certain."""
    if facts.missing == facts.rows:
        return "it has no value that could be lost"
    if len(types) != 2:  # noqa: PLR2004 - from one type to another one, with none in between
        return ""
    source, target = types
    if target is DataType.VARCHAR or (source, target) in _KEEPS_ALL:
        return f"every {source} is kept as {target}"
    low, high = facts.lowest, facts.highest
    if source is not DataType.BIGINT or low is None or high is None:
        return ""
    between = f"all values lie between {low:g} and {high:g}, which {target} holds"
    if target is DataType.DOUBLE and -EXACT_INTEGER_MAX < low <= high < EXACT_INTEGER_MAX:
        return between
    return between if target is DataType.BOOLEAN and low >= 0 and high <= 1 else ""
