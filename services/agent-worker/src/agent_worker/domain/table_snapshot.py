"""A table as it was at one version: its columns, and its files in groups to work on.

Whoever works on a table gets a snapshot's partitions and reads just those files, so that all tasks
of a pipeline see one version, whatever is committed meanwhile.
"""

from collections.abc import Sequence

from pydantic import Field

from agent_worker.domain.data_types import DataType
from shared.contracts.vocabulary import Contract

BYTES_TARGET = 64 * 1024 * 1024
"""What a partition is to have: some seconds of work, and a few times that much in memory."""

BUCKETS_MAX = 64
"""Each bucket reads a part of every split file, so more of them cost more than they spare."""


class TableColumn(Contract):
    """A column of a table."""

    name: str
    data_type: DataType
    nullable: bool = True


class TablePartition(Contract):
    """Some of the data files of a table at one version."""

    name: str
    table: str
    version: int = Field(ge=0)
    files: tuple[str, ...]
    """URIs. A table without files has one partition without files."""
    rows: int = Field(ge=0)
    bytes: int = Field(ge=0)


class TableSnapshot(Contract):
    """A table at one version."""

    table: str
    table_uri: str
    version: int = Field(ge=0)
    columns: tuple[TableColumn, ...]
    rows: int = Field(ge=0)
    bytes: int = Field(ge=0)
    partitions: tuple[TablePartition, ...]

    @property
    def types(self) -> dict[str, DataType]:
        """The columns' types by their names, in order."""
        return {column.name: column.data_type for column in self.columns}

    @property
    def files(self) -> tuple[str, ...]:
        """The URIs of all data files."""
        return tuple(file for partition in self.partitions for file in partition.files)


class Bucket(Contract):
    """One of `count` parts that rows are divided into by the hash of their key."""

    name: str
    number: int = Field(ge=0)
    count: int = Field(ge=1)


def group_by_size(sizes: Sequence[int], target: int) -> list[range]:
    """Return which neighbours go together, so that no group of several exceeds the target."""
    groups: list[range] = []
    start, total = 0, 0
    for place, size in enumerate(sizes):
        if place > start and total + size > target:
            groups.append(range(start, place))
            start, total = place, 0
        total += size
    return [*groups, range(start, len(sizes))]


def buckets_for(size: int, target: int) -> tuple[Bucket, ...]:
    """Return as many buckets as it takes for each to have about the target."""
    count = min(max(-(-size // target), 1), BUCKETS_MAX)
    return tuple(
        Bucket(name=f"bucket-{number:02}", number=number, count=count) for number in range(count)
    )
