"""What one column is, judged from its profile over all partitions."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log

from agent_worker.domain.data_types import DataType
from agent_worker.domain.formats import (
    AMBIGUOUS_FORMATS,
    UNITS,
    conversion_factor,
    is_timestamp,
)
from agent_worker.domain.profile import BARE_NUMBERS, PROBABILITIES, ColumnProfile, Reading
from agent_worker.domain.schema_contract import ColumnContract

TYPE_SHARE_MIN = 0.95
"""A type must read this share of the values that are present."""

NEARLY_COMPLETE_SHARE_MIN = 0.98
"""Where fewer than 2 % are missing, a missing value is more likely lost than meant."""

PREFIX_SHARE_MIN = 0.98
"""Of glued texts, those that begin with the value of the one other column."""

DECIMAL_SHARE_MAX = 0.001
"""More numbers with decimals than one in a thousand are no slips."""

PADDED_SHARE_MAX = 0.001
"""More integers with zeros in front, or too long, are codes, each digit of which matters."""

CLOCK_SHARE_MIN = 0.985
"""Of bare integers, those that read as HHMM; 60 % would by chance."""
CLOCK_DISTINCT_MIN = 100
"""A day has 1 440 minutes; fewer different values may be plain small numbers."""

NEGATIVE_SHARE_MAX = 0.01
"""In a column of natural numbers, negative ones are rare ..."""
CLIFF_MIN = 20
"""... and either nothing lies just above zero, or at least so many times more than below."""

FENCE_SPANS = 10
"""How many times the span of the middle 96 % a plausible number may lie beyond them."""

TAIL_POWER = 1.5
"""How many times the way from the median to the last fiftieth, in proportion, a number of a long
tail may lie beyond that: incomes, counts and amounts have some a hundred times the usual one."""

LIKENESS_LOG_MAX = 0.15
"""Quartiles of one quantity in one unit differ by less than 16 % on average."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A column's contract and the sentences that say what it rests on."""

    column: ColumnContract
    profile: ColumnProfile
    evidence: tuple[str, ...] = ()


def infer_column(
    profile: ColumnProfile,
    *,
    aliases: tuple[str, ...],
    canonical: Mapping[str, str],
    is_everywhere: bool,
) -> Finding:
    """Judge one column; `canonical` maps every source's column name to the table's."""
    prefix = _prefix_column(profile, canonical)
    unit, conversions = _units(profile)
    data_type = _data_type(profile, has_prefix=bool(prefix), has_units=bool(conversions))
    missing = profile.rows - profile.present
    is_complete = is_everywhere and missing <= (1 - NEARLY_COMPLETE_SHARE_MIN) * profile.rows
    column = ColumnContract(
        name=profile.name,
        data_type=data_type,
        aliases=aliases,
        nearly_complete=is_complete,
        null_tokens=tuple(sorted(profile.tokens)),
    )
    if data_type.is_numeric:
        minimum, maximum, is_clock = _range(profile, data_type)
        update = {
            "unit": unit, "conversions": conversions, "prefix_column": prefix,
            "minimum": minimum, "maximum": maximum, "is_clock": is_clock,
        }  # fmt: skip
        column = column.model_copy(update=update)
    elif data_type.is_time:
        column = column.model_copy(update={"formats": formats_in(profile)})
    return Finding(column, profile, _evidence(column, profile))


def _prefix_column(profile: ColumnProfile, canonical: Mapping[str, str]) -> str:
    """Name the column glued in front, when plain values exist that show what belongs behind it."""
    glued = profile.count(Reading.GLUED)
    plain = profile.count(*BARE_NUMBERS)
    if not profile.prefixes or not plain:
        return ""
    name = max(profile.prefixes, key=lambda other: (profile.prefixes[other], other))
    return canonical[name] if profile.prefixes[name] >= PREFIX_SHARE_MIN * glued else ""


def _data_type(profile: ColumnProfile, *, has_prefix: bool, has_units: bool) -> DataType:
    enough = TYPE_SHARE_MIN * profile.present
    bare = profile.count(*BARE_NUMBERS)
    numbers = bare + has_prefix * profile.count(Reading.GLUED)
    numbers += has_units * profile.count(Reading.UNIT)
    padded = profile.count(Reading.PADDED)
    if profile.present == 0:
        return DataType.VARCHAR
    if numbers >= enough and padded <= PADDED_SHARE_MAX * numbers:
        decimals = profile.count(Reading.DECIMAL)
        return DataType.BIGINT if decimals <= DECIMAL_SHARE_MAX * bare else DataType.DOUBLE
    if profile.count(Reading.TIME) >= enough and formats_in(profile):
        is_clocked = is_timestamp(formats_in(profile)[0])
        return DataType.TIMESTAMP if is_clocked else DataType.DATE
    if profile.count(Reading.BOOLEAN) >= enough:
        return DataType.BOOLEAN
    return DataType.VARCHAR


def formats_in(profile: ColumnProfile) -> tuple[str, ...]:
    """Return the formats that read values, the usual one first; of ambiguous pairs the likelier."""
    counts = dict(profile.formats)
    for month_first, day_first in AMBIGUOUS_FORMATS:
        month_count, day_count = counts.get(month_first, 0), counts.get(day_first, 0)
        if month_count <= day_count:
            counts.pop(month_first, None)
        if day_count <= month_count:
            counts.pop(day_first, None)
    return tuple(sorted(counts, key=lambda name: (-counts[name], name)))


def _units(profile: ColumnProfile) -> tuple[str, dict[str, float]]:
    """Return the unit that most numbers have, and the factors of the others."""
    if not profile.units:
        return "", {}
    labelled = max(profile.units, key=lambda name: (profile.units[name], name))
    unit = labelled
    if profile.count(*BARE_NUMBERS):
        unit = _unit_of_bare(profile, labelled)
    if not unit:
        return "", {}
    factors = {name: conversion_factor(name, unit) for name in sorted(profile.units)}
    return unit, {name: factor for name, factor in factors.items() if factor is not None}


def _unit_of_bare(profile: ColumnProfile, labelled: str) -> str:
    """Find the unit in which numbers without one are distributed like those with one."""
    rivals = sorted(UNITS, key=lambda name: (-profile.units.get(name, 0), UNITS[name].factor, name))
    distances = {
        unit: _distance(profile, labelled, factor)
        for unit in rivals
        if (factor := conversion_factor(labelled, unit)) is not None
    }
    unit = min(distances, key=lambda name: distances[name])
    return unit if distances[unit] <= LIKENESS_LOG_MAX else ""


def _distance(profile: ColumnProfile, labelled: str, factor: float) -> float:
    """Compare the quartiles of bare numbers with converted ones, as a mean ratio in logarithms."""
    pairs = [
        (profile.quantiles[""][place], profile.quantiles[labelled][place] * factor)
        for place, probability in enumerate(PROBABILITIES)
        if probability in {0.25, 0.5, 0.75}
    ]
    if any(bare <= 0 or converted <= 0 for bare, converted in pairs):
        return float("inf")
    return sum(abs(log(bare / converted)) for bare, converted in pairs) / len(pairs)


def _range(profile: ColumnProfile, data_type: DataType) -> tuple[float | None, float | None, bool]:
    """Return the lowest and highest plausible number, and whether they are times of day."""
    numbers = profile.quantiles.get("")
    if numbers is None:
        return None, None, False
    quantile = dict(zip(PROBABILITIES, numbers, strict=True))
    bare = profile.count(*BARE_NUMBERS)
    is_clock = (
        data_type is DataType.BIGINT
        and profile.distinct >= CLOCK_DISTINCT_MIN
        and profile.clocks >= CLOCK_SHARE_MIN * bare
    )
    if is_clock:
        return 0.0, 2400.0, True
    span = max(quantile[0.98] - quantile[0.02], abs(quantile[0.5]), 1.0)
    minimum, maximum = quantile[0.02] - FENCE_SPANS * span, quantile[0.98] + FENCE_SPANS * span
    if quantile[0.02] >= 0 and quantile[0.5] > 0:
        tail = quantile[0.98] / quantile[0.5]
        maximum = max(maximum, quantile[0.98] * tail**TAIL_POWER)
    return (0.0 if _is_natural(profile) else minimum), maximum, False


def _is_natural(profile: ColumnProfile) -> bool:
    """Tell whether the few negative numbers, if any, look like mistakes and not like a tail."""
    numbers = profile.count(*BARE_NUMBERS, Reading.UNIT)
    if profile.below_zero > NEGATIVE_SHARE_MAX * numbers:
        return False
    is_gap = 2 * profile.near_zero < profile.below_zero
    return is_gap or profile.near_zero >= CLIFF_MIN * profile.below_zero


def _evidence(column: ColumnContract, profile: ColumnProfile) -> tuple[str, ...]:
    """Say what was found odd about the column; ordinary columns need no words."""
    said: list[str] = []
    if len(column.formats) > 1:
        counts = ", ".join(f"{name}: {profile.formats[name]}" for name in column.formats)
        said.append(f"`{column.name}` comes in {len(column.formats)} time formats ({counts}).")
    if column.conversions:
        counts = ", ".join(f"{count} in {unit}" for unit, count in sorted(profile.units.items()))
        said.append(
            f"`{column.name}` is in {column.unit}: {profile.count(*BARE_NUMBERS)} numbers "
            f"without a unit are distributed like it ({counts} besides)."
        )
    if column.prefix_column:
        said.append(
            f"`{column.name}` is {column.data_type}: {profile.count(Reading.GLUED)} of "
            f"{profile.present} values have `{column.prefix_column}` glued in front."
        )
    if len(column.null_tokens) > 1:
        said.append(f"`{column.name}` says missing in {len(column.null_tokens) + 1} ways.")
    if column.is_clock:
        said.append(f"`{column.name}` holds times of day written as HHMM.")
    return tuple(said)
