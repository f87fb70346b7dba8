"""Which columns are the same column under another name.

Two names that never occur in the same partition are one column when their values overlap, their
names and places are alike, and their values read the same way. The score says how sure that is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from agent_worker.domain.profile import SKETCH_SIZE, ColumnProfile, merge_columns

LIKENESS_MIN = 0.5
"""Between a pair that shares nothing but its place (about 0.3) and one with a share in all."""


@dataclass(frozen=True, slots=True)
class Rename:
    """A column that goes by two names, with what speaks for it."""

    name: str
    alias: str
    value_overlap: float
    name_likeness: float
    same_place: bool

    @property
    def likeness(self) -> float:
        """From 0 to 1; values weigh as much as name and place together."""
        return self.value_overlap / 2 + self.name_likeness / 3 + self.same_place / 6


def find_renames(columns: Mapping[str, Mapping[str, ColumnProfile]]) -> tuple[Rename, ...]:
    """Match names that occur in different partitions only, the likeliest pairs first.

    Args:
        columns: for each name, its profile by partition.
    """
    merged = {name: merge_columns(tuple(found.values())) for name, found in columns.items()}
    candidates = sorted(
        (
            _compare(merged[name], merged[alias])
            for name, alias in _apart(columns)
            if merged[name].main_reading == merged[alias].main_reading
        ),
        key=lambda rename: (-rename.likeness, rename.name, rename.alias),
    )
    return _without_conflicts(candidates, columns)


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


def _compare(kept: ColumnProfile, other: ColumnProfile) -> Rename:
    smallest = sorted({*kept.sketch, *other.sketch})[:SKETCH_SIZE]
    shared = {*kept.sketch} & {*other.sketch} & {*smallest}
    return Rename(
        name=kept.name,
        alias=other.name,
        value_overlap=len(shared) / len(smallest) if smallest else 0.0,
        name_likeness=SequenceMatcher(None, kept.name.lower(), other.name.lower()).ratio(),
        same_place=kept.position == other.position,
    )


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
