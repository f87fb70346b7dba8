"""What a recipe was learnt on, so that others can tell whether it still speaks of their data."""

from collections.abc import Mapping, Sequence

from pydantic import Field

from agent_worker.domain.profile import ColumnProfile, PartitionProfile, Reading
from shared.contracts.vocabulary import Contract

DRIFT_SHARE_MAX = 0.1
"""By how much the share of a column's cells that read one way may differ between two looks at one
source. Dirt comes and goes by a few hundredths; a column that means something else moves more."""

LEARNING_ROWS_MAX = 100_000
"""Rows of all partitions' samples that a recipe is learnt on: a share of 0.1 % shows in a hundred
of them, and judging them takes seconds."""

LEARNING_PARTITIONS_MAX = 64
"""Partitions whose samples are read; the others are there for voters to look at."""


class Learning(Contract):
    """The sample that a recipe was learnt on, and how its columns read."""

    rows: int = Field(ge=0)
    partitions: tuple[str, ...]
    """URIs of the partitions that the sample was taken from."""
    readings: dict[str, dict[Reading, float]] = Field(default_factory=dict)
    """For each column the share of its cells that read in each way, over all partitions."""


def readings_of(
    profiles: Sequence[PartitionProfile], names: Mapping[str, str]
) -> dict[str, dict[Reading, float]]:
    """Return the shares of readings by column; `names` gives the contract's name of an alias."""
    by_name: dict[str, list[ColumnProfile]] = {}
    for profile in profiles:
        for column in profile.columns:
            by_name.setdefault(names.get(column.name, column.name), []).append(column)
    return {name: _shares(columns) for name, columns in sorted(by_name.items())}


def _shares(columns: Sequence[ColumnProfile]) -> dict[Reading, float]:
    rows = sum(column.rows for column in columns)
    counts = {reading: sum(column.count(reading) for column in columns) for reading in Reading}
    return {reading: round(cells / rows, 4) for reading, cells in counts.items() if cells}


def drift_between(then: Learning, now: Learning) -> dict[str, str]:
    """Tell in words, by column, what has changed beyond what dirt explains."""
    drift: dict[str, str] = {}
    for name in sorted(then.readings.keys() | now.readings.keys()):
        if name not in now.readings:
            drift[name] = f"`{name}` is not there any more"
        elif name not in then.readings:
            drift[name] = f"`{name}` was not there"
        elif moved := _moved(name, then.readings[name], now.readings[name]):
            drift[name] = moved
    return drift


def _moved(name: str, then: Mapping[Reading, float], now: Mapping[Reading, float]) -> str:
    """Name the reading of a column whose share has moved most, if it has moved too far."""
    moved = {reading: abs(then.get(reading, 0) - now.get(reading, 0)) for reading in Reading}
    reading = max(moved, key=lambda each: (moved[each], each))
    if moved[reading] <= DRIFT_SHARE_MAX:
        return ""
    before, after = then.get(reading, 0), now.get(reading, 0)
    return f"{before:.0%} of `{name}` read as {reading} then, {after:.0%} do now"
