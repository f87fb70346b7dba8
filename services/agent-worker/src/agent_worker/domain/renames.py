"""Which columns are the same column under another name, by what their values say.

Two names that never occur together are one column when the same values stand under both, or values
that are distributed alike. Names and places only help: a good name on other values is no rename.
The same evidence serves whoever proposes a rename and whoever judges one.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from agent_worker.domain.profile import (
    BARE_NUMBERS,
    PROBABILITIES,
    SKETCH_SIZE,
    ColumnProfile,
    Reading,
    merge_columns,
)

LIKENESS_MIN = 0.5
"""Between a pair that shares nothing but its place (about 0.3) and one with a share in all."""

SUPPORT_MIN = 0.5
"""Values that are alike by 0.72 reach it alone; equal names in the same place add 0.3."""

SUPPORT_MARGIN = 0.1
"""Two candidates that are closer than this cannot be told apart, so that neither is taken."""

CONTRADICTED_MAX = 0.25
"""Values that are less alike are another column's, whatever they are called."""

RECURRING_MIN = 5
"""Times that a value of a closed vocabulary occurs on average, at least. Other values come with
other rows: new identifiers and names are no sign of another column."""

PRESENT_MIN = 20
"""Values on either side below which nothing is said: fewer are alike or different by chance."""

NUMBERS_WEIGHT, TEXTS_WEIGHT = 0.8, 0.5
"""What being distributed alike counts beside being the same values: numbers have a range and a
middle, texts only how they read and how often they recur."""


class RenameStanding(StrEnum):
    """What the data say of a rename that somebody claims."""

    SUPPORTED = "supported"
    UNDECIDED = "undecided"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True)
class Rename:
    """A column that goes by two names, with what speaks for it; shares are from 0 to 1."""

    name: str
    alias: str
    value_overlap: float
    """The share of a sample of both columns' distinct values that both have."""
    distribution: float
    """How alike the values are distributed: numbers by their quantiles, others by how they read
    and how often they recur."""
    name_likeness: float
    same_place: bool
    same_reading: bool
    """Whether most values of both read the same way: as numbers, times, texts …"""
    numeric: bool = False
    recurring: bool = False
    """Whether values recur in both, so that other rows should have the same ones."""
    present: int = 0
    """Values of the column that has fewer of them."""

    @property
    def likeness(self) -> float:
        """Same values weigh as much as name and place together."""
        return self.value_overlap / 2 + self.name_likeness / 3 + self.same_place / 6

    @property
    def values_alike(self) -> float:
        """How far the values say that both are one column, whatever they are called."""
        if not self.same_reading:
            return self.value_overlap
        weight = NUMBERS_WEIGHT if self.numeric else TEXTS_WEIGHT
        return max(self.value_overlap, weight * self.distribution)

    @property
    def support(self) -> float:
        """How far all evidence says that both are one column; the values count most."""
        if not self.same_reading:
            return 0.0
        return 0.7 * self.values_alike + 0.2 * self.name_likeness + 0.1 * self.same_place

    @property
    def standing(self) -> RenameStanding:
        """What the data say, if somebody claims that both are one column."""
        if self.present < PRESENT_MIN:
            return RenameStanding.UNDECIDED
        if self.values_alike < CONTRADICTED_MAX and (self.recurring or not self.same_reading):
            return RenameStanding.CONTRADICTED
        is_supported = self.support >= SUPPORT_MIN
        return RenameStanding.SUPPORTED if is_supported else RenameStanding.UNDECIDED

    @property
    def told(self) -> str:
        """The evidence as a sentence's end, behind the two names."""
        reads = "read the same way" if self.same_reading else "read differently"
        return (
            f"{self.value_overlap:.0%} of a sample of both columns' values are shared, their "
            f"distributions are alike by {self.distribution:.0%}, both {reads}, names alike by "
            f"{self.name_likeness:.0%}{', same place' if self.same_place else ''}"
        )


def find_renames(columns: Mapping[str, Mapping[str, ColumnProfile]]) -> tuple[Rename, ...]:
    """Match names that occur in different partitions only, the likeliest pairs first.

    Values must overlap here: among many partitions, different columns with alike numbers abound.

    Args:
        columns: for each name, its profile by partition.
    """
    merged = {name: merge_columns(tuple(found.values())) for name, found in columns.items()}
    candidates = sorted(
        (
            compare_columns(merged[name], merged[alias])
            for name, alias in _apart(columns)
            if merged[name].main_reading == merged[alias].main_reading
        ),
        key=lambda rename: (-rename.likeness, rename.name, rename.alias),
    )
    return _without_conflicts(candidates, columns)


def match_renames(
    before: Iterable[ColumnProfile], after: Iterable[ColumnProfile]
) -> tuple[Rename, ...]:
    """Match the columns that a table has lost with those that it has got, by their data.

    A pair is taken when it is by a margin the best one for both of its columns; what cannot be
    told apart is no rename but a column dropped and another one added.

    Args:
        before: the columns as the table has them; `Rename.name` is one of these.
        after: the columns as they come now; `Rename.alias` is one of these.
    """
    old = {column.name: column for column in before}
    new = {column.name: column for column in after}
    pairs = [
        compare_columns(old[name], new[alias])
        for name in sorted(old.keys() - new.keys())
        for alias in sorted(new.keys() - old.keys())
    ]
    return tuple(
        pair
        for pair in sorted(pairs, key=lambda pair: (-pair.support, pair.name, pair.alias))
        if pair.standing is RenameStanding.SUPPORTED and _is_clear(pair, pairs)
    )


def _is_clear(pair: Rename, pairs: Sequence[Rename]) -> bool:
    rivals = [
        other.support for other in pairs if (other.name == pair.name) != (other.alias == pair.alias)
    ]
    return pair.support - max(rivals, default=0.0) >= SUPPORT_MARGIN


def compare_columns(kept: ColumnProfile, other: ColumnProfile) -> Rename:
    """Return what speaks for the other column being this one, and what does not."""
    smallest = sorted({*kept.sketch, *other.sketch})[:SKETCH_SIZE]
    shared = {*kept.sketch} & {*other.sketch} & {*smallest}
    numeric = all(
        "" in column.quantiles and column.main_reading in BARE_NUMBERS for column in (kept, other)
    )
    return Rename(
        name=kept.name,
        alias=other.name,
        value_overlap=len(shared) / len(smallest) if smallest else 0.0,
        distribution=_quantiles_alike(kept, other) if numeric else _recurrence_alike(kept, other),
        name_likeness=SequenceMatcher(None, kept.name.lower(), other.name.lower()).ratio(),
        same_place=kept.position == other.position,
        same_reading=_family(kept) == _family(other),
        numeric=numeric,
        recurring=all(
            column.present >= RECURRING_MIN * column.distinct for column in (kept, other)
        ),
        present=min(kept.present, other.present),
    )


def _family(column: ColumnProfile) -> Reading:
    """Return how most values read; 5, 5.5 and 5 km may be of one column, so may N123 and N123A."""
    reading = column.main_reading
    if reading in {*BARE_NUMBERS, Reading.UNIT}:
        return Reading.DECIMAL
    return Reading.TEXT if reading is Reading.GLUED else reading


def _quantiles_alike(kept: ColumnProfile, other: ColumnProfile) -> float:
    """Return 1 less the largest distance of the distributions, as Kolmogorov and Smirnov did."""
    one, two = kept.quantiles[""], other.quantiles[""]
    return 1 - max(abs(_share_up_to(one, point) - _share_up_to(two, point)) for point in one + two)


def _share_up_to(quantiles: Sequence[float], point: float) -> float:
    """Return the share of numbers up to a point, straight between the quantiles."""
    above = bisect_right(quantiles, point)
    if above == 0:
        return 0.0
    if above == len(quantiles):
        return 1.0
    low, high = quantiles[above - 1], quantiles[above]
    step = PROBABILITIES[above] - PROBABILITIES[above - 1]
    return PROBABILITIES[above - 1] + step * (point - low) / (high - low)


def _recurrence_alike(kept: ColumnProfile, other: ColumnProfile) -> float:
    """Return how alike the shares of readings and of distinct values are."""
    readings = sum(min(_share(kept, reading), _share(other, reading)) for reading in Reading)
    one, two = sorted(column.distinct / max(column.present, 1) for column in (kept, other))
    return readings * (one / two if two else 1.0)


def _share(column: ColumnProfile, reading: Reading) -> float:
    return column.count(reading) / max(column.rows, 1)


def _apart(columns: Mapping[str, Mapping[str, ColumnProfile]]) -> Sequence[tuple[str, str]]:
    """Pair names that share no partition, the one that more partitions have first."""
    rank = {name: (-len(found), min(found)) for name, found in columns.items()}
    ordered = sorted(columns, key=lambda name: (rank[name], name))
    return [
        (name, alias)
        for place, name in enumerate(ordered)
        for alias in ordered[place + 1 :]
        if columns[name].keys().isdisjoint(columns[alias])
    ]


def _without_conflicts(
    candidates: Sequence[Rename], columns: Mapping[str, Mapping[str, ColumnProfile]]
) -> tuple[Rename, ...]:
    """Keep pairs that are likely, each alias once, and no two names of one partition together."""
    kept: list[Rename] = []
    covered = {name: set(found) for name, found in columns.items()}
    names: set[str] = set()
    aliases: set[str] = set()
    for rename in candidates:
        settled = aliases & {rename.name, rename.alias} or rename.alias in names
        if rename.likeness < LIKENESS_MIN or settled:
            continue
        if covered[rename.name] & covered[rename.alias]:
            continue
        covered[rename.name] |= covered[rename.alias]
        names.add(rename.name)
        aliases.add(rename.alias)
        kept.append(rename)
    return tuple(kept)
