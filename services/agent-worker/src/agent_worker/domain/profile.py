"""What is known of a partition's columns before anybody decided on a schema.

Every figure can be merged with that of another partition, so that a schema for all of them is
proposed without reading the data again.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import TypeVar

from pydantic import Field

from shared.contracts.vocabulary import Contract

_Key = TypeVar("_Key")

PROBABILITIES = (0.0, 0.01, 0.02, 0.05, 0.25, 0.5, 0.75, 0.95, 0.98, 0.99, 1.0)
"""Where a column's numbers are measured."""

SKETCH_SIZE = 64
"""Hashes kept of a column's values; 64 tell the overlap of two columns within about 6 %."""


class Reading(StrEnum):
    """How a text reads on its own; each text has one reading, the first that fits."""

    ABSENT = "absent"
    TOKEN = "token"  # noqa: S105 - a missing-value token, no secret
    INTEGER = "integer"
    PADDED = "padded"
    """An integer with zeros in front, or too long for a BIGINT, as codes are."""
    INTEGRAL = "integral"
    """An integer written otherwise: 517.0, 1,400."""
    DECIMAL = "decimal"
    UNIT = "unit"
    BOOLEAN = "boolean"
    TIME = "time"
    GLUED = "glued"
    """Letters directly before digits."""
    TEXT = "text"


BARE_NUMBERS = (Reading.INTEGER, Reading.PADDED, Reading.INTEGRAL, Reading.DECIMAL)
"""Readings of numbers without a unit."""


class Partition(Contract):
    """One source file, or a range of a large one, as discovery found it."""

    name: str
    uri: str
    """Of the file; what means a range of it, or a sheet, stands behind it."""
    bytes: int = Field(ge=0)
    fingerprint: str
    """SHA-256 of the file's bytes, in hexadecimal; of a range, of the file's head and its own."""
    file_fingerprint: str = ""
    """Of a range, the SHA-256 of the whole file's bytes."""


class ColumnProfile(Contract):
    """One column of one partition, or of several after a merge."""

    name: str
    position: int
    rows: int
    readings: dict[Reading, int]
    tokens: dict[str, int] = Field(default_factory=dict)
    """How often each missing-value token occurs, in lower case."""
    units: dict[str, int] = Field(default_factory=dict)
    formats: dict[str, int] = Field(default_factory=dict)
    """How many texts each time format reads; one text may be read by two."""
    prefixes: dict[str, int] = Field(default_factory=dict)
    """How many glued texts begin with the value of another column of the row, by its name."""
    quantiles: dict[str, tuple[float, ...]] = Field(default_factory=dict)
    """The numbers at `PROBABILITIES`, by unit; numbers without a unit under the empty text."""
    below_zero: int = 0
    near_zero: int = 0
    """Numbers from 0 up to the size of the lowest negative one."""
    clocks: int = 0
    """Bare integers that read as a time of day, HHMM."""
    distinct: int = 0
    sketch: tuple[int, ...] = ()
    """The smallest hashes of the distinct values; a uniform sample of them."""
    examples: tuple[str, ...] = ()

    def count(self, *readings: Reading) -> int:
        """Return how many cells read as one of these."""
        return sum(self.readings.get(reading, 0) for reading in readings)

    @property
    def present(self) -> int:
        """How many cells hold a value."""
        return self.rows - self.count(Reading.ABSENT, Reading.TOKEN)

    @property
    def main_reading(self) -> Reading:
        """The reading of most values; text when there is none."""
        values = {
            reading: cells
            for reading, cells in self.readings.items()
            if reading not in {Reading.ABSENT, Reading.TOKEN}
        }
        return max(values, key=lambda reading: (values[reading], reading), default=Reading.TEXT)


class PartitionProfile(Contract):
    """All columns of one partition."""

    partition: Partition
    delimiter: str
    rows: int
    broken_lines: int
    duplicate_rows: int
    columns: tuple[ColumnProfile, ...]


def merge_columns(profiles: Sequence[ColumnProfile]) -> ColumnProfile:
    """Return the profile of the columns' cells taken together, under the first one's name."""
    assert profiles, "a merge needs at least one profile"
    units = {unit for profile in profiles for unit in profile.quantiles}
    return ColumnProfile(
        name=profiles[0].name,
        position=profiles[0].position,
        rows=sum(profile.rows for profile in profiles),
        readings=_sum(profile.readings for profile in profiles),
        tokens=_sum(profile.tokens for profile in profiles),
        units=_sum(profile.units for profile in profiles),
        formats=_sum(profile.formats for profile in profiles),
        prefixes=_sum(profile.prefixes for profile in profiles),
        quantiles={unit: _merge_quantiles(profiles, unit) for unit in sorted(units)},
        below_zero=sum(profile.below_zero for profile in profiles),
        near_zero=sum(profile.near_zero for profile in profiles),
        clocks=sum(profile.clocks for profile in profiles),
        distinct=max(profile.distinct for profile in profiles),
        sketch=_merge_sketches(profile.sketch for profile in profiles),
        examples=profiles[0].examples,
    )


def _sum(counts: Iterable[dict[_Key, int]]) -> dict[_Key, int]:
    total: Counter[_Key] = Counter()
    for count in counts:
        total.update(count)
    return dict(total)


def _merge_sketches(sketches: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    hashes = {value_hash for sketch in sketches for value_hash in sketch}
    return tuple(sorted(hashes)[:SKETCH_SIZE])


def _merge_quantiles(profiles: Sequence[ColumnProfile], unit: str) -> tuple[float, ...]:
    """Weigh each partition's quantiles by its count; exact at the ends, close in between."""
    points: list[tuple[float, float]] = []
    for profile in profiles:
        numbers = profile.quantiles.get(unit)
        if numbers is None:
            continue
        weight = profile.units.get(unit, 0) if unit else profile.count(*BARE_NUMBERS)
        masses = [
            (after - before) / 2
            for before, after in zip(
                (0.0, *PROBABILITIES[:-1]), (*PROBABILITIES[1:], 1.0), strict=True
            )
        ]
        points += [(number, mass * weight) for number, mass in zip(numbers, masses, strict=True)]
    return _quantiles_of(sorted(points))


def _quantiles_of(points: list[tuple[float, float]]) -> tuple[float, ...]:
    total = sum(mass for _, mass in points)
    quantiles: list[float] = []
    reached, index = 0.0, 0
    for probability in PROBABILITIES:
        while index < len(points) - 1 and reached + points[index][1] < probability * total:
            reached += points[index][1]
            index += 1
        quantiles.append(points[index][0])
    return tuple(quantiles)


def regular_share(columns: Iterable[ColumnProfile]) -> float:
    """Return the share of cells that read as most of their column do, or are empty."""
    known = tuple(columns)
    cells = sum(column.rows for column in known)
    regular = sum(column.count(Reading.ABSENT, column.main_reading) for column in known)
    return regular / cells if cells else 0.0
