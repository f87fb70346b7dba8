"""What a table's log says of its files, read with types that the library does not declare."""

from dataclasses import dataclass
from typing import Any, Protocol, cast
from urllib.parse import unquote

from deltalake import DeltaTable


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A data file of a table at one version."""

    path: str
    """As the log has it: relative to the table's folder."""
    bytes: int
    rows: int | None
    """None when whoever wrote the file did not count."""
    missing: int
    """Cells that are empty, as far as they were counted."""
    statistics: str
    """Extremes and missing values as text: equal for equal content, whatever the file's name."""


class _Column(Protocol):
    def to_pylist(self) -> list[Any]: ...


def uris_of(table: DeltaTable, root: str) -> list[str]:
    """Return the URIs of all data files below the table's folder, as `listed_files` has them."""
    return [f"{root}/{unquote(file.path)}" for file in listed_files(table)]


def listed_files(table: DeltaTable) -> list[ListedFile]:
    """Return all data files of the table as it was loaded, by their content and then their path."""
    actions = table.get_add_actions(flatten=True)
    names = [name for name in actions.column_names if name != "modification_time"]
    cells = [cast("_Column", actions.column(name)).to_pylist() for name in names]
    rows = [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]
    files = [
        ListedFile(
            path=row.pop("path"),
            bytes=row.pop("size_bytes"),
            rows=row.pop("num_records", None),
            missing=sum(
                count or 0 for name, count in row.items() if name.startswith("null_count.")
            ),
            statistics=repr(sorted(row.items())),
        )
        for row in rows
    ]
    return sorted(files, key=lambda file: (file.statistics, file.rows or 0, file.bytes, file.path))
