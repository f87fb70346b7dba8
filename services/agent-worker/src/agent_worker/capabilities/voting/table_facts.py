"""What a table's log says of all its values, read instead of the values themselves."""

from collections.abc import Iterable
from typing import Any, Protocol, cast

from deltalake import DeltaTable

from agent_worker.domain.voting.statistics import ColumnFacts


class _Column(Protocol):
    def to_pylist(self) -> list[Any]: ...


def facts_of(table: DeltaTable) -> dict[str, ColumnFacts]:
    """Return what the log says of each column; what one file leaves open is open."""
    actions = table.get_add_actions(flatten=True)
    listed = {
        name: cast("_Column", actions.column(name)).to_pylist() for name in actions.column_names
    }
    rows = listed.get("num_records", [])
    if not rows or any(count is None for count in rows):
        return {}
    names = [field.name for field in table.schema().fields]
    return {name: _facts(name, listed, rows) for name in names}


def _facts(name: str, listed: dict[str, list[Any]], rows: list[int]) -> ColumnFacts:
    missing = listed.get(f"null_count.{name}", [None])
    is_counted = all(count is not None for count in missing)
    files = zip(listed.get(f"min.{name}", [None]), listed.get(f"max.{name}", [None]), strict=True)
    ends = [
        (low, high)
        for (low, high), count, gaps in zip(files, rows, missing, strict=False)
        if count != gaps
    ]
    return ColumnFacts(
        rows=sum(rows),
        missing=sum(missing) if is_counted else None,
        lowest=_extreme([low for low, _ in ends], min),
        highest=_extreme([high for _, high in ends], max),
    )


def _extreme(numbers: list[Any], choose: "_Choose") -> float | None:
    """Return an extreme of numbers that every file has; None for all other values."""
    known = [number for number in numbers if isinstance(number, int | float)]
    is_complete = len(known) == len(numbers) and not any(isinstance(each, bool) for each in known)
    return choose(map(float, known)) if known and is_complete else None


class _Choose(Protocol):
    def __call__(self, numbers: Iterable[float], /) -> float: ...
